"""New voices: whom the people one reads point to, found out politely and tried for three weeks."""
