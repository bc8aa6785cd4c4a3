"""What addresses and forms of this room carry, read without trusting it."""


def number(text: str) -> int:
    """An id; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
