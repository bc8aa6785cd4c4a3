"""Template tags of the tending room."""
