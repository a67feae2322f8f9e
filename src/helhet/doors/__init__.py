"""The outside: the command line."""
