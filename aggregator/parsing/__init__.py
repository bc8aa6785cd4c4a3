"""Readers of foreign formats, one a module, all yielding the same raw document. Entered only through parse.py."""
