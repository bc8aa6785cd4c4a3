"""Whoever comes in: what was asked for, what was found, and where else they are."""
