"""The decision page: by when, at what price, and why; each module is one part of it, used by the command line too."""
