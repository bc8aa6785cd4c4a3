"""The doors of the reading room."""
