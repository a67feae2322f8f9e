"""The pieces of the town, one file each, and the order of their year."""
