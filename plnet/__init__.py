"""plnet: a personal learning network. Here: settings, the map of the site, bell, supervisor."""

__version__ = "0.1.0"
