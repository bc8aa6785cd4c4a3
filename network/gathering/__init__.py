"""Groups: coming in and leaving, proposing and taking along, what is public and what one would rather not see."""
