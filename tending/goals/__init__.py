"""Goals with an end: made, filled, closed with what was learnt and whom to thank, opened again."""
