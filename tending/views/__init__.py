"""The doors of the tending room."""
