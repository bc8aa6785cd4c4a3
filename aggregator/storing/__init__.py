"""What store and finish are made of: plain SQL in bulk, and what is known already."""
