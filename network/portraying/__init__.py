"""What a person's page tells of them."""
