"""What the administrator's desk is made of."""
