"""From any address to its feeds."""
