"""The line to the library system: SIP2 2.00, asked for one thing only."""
