"""What stands around an entry on its page."""
