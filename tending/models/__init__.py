"""The tables of the tending room: what keeps a roster in shape."""
