"""Novelty: how much of what somebody publishes says something new against their own earlier pieces."""
