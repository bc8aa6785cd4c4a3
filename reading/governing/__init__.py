"""Rules: what they ask, what they do, and how they are written, tried and told."""
