"""helhet: the whole town in a thousand futures."""

__version__ = "0.1.0"
