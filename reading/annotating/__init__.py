"""Highlights and notes, and the passages they hold on to."""
