"""The line to the readers: OSDP in secure channel, keys, and letting a new reader in."""
