"""The network's pages: one module a page."""
