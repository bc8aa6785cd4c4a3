"""What happened to a roster: written down, told, walked back to a day, taken back exactly."""
