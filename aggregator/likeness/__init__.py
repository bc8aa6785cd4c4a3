"""When two entries are one story: what is remembered of each, and how two are compared. No database."""
