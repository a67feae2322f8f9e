"""A simulated reader, a library system and a page to play with; all over the real protocols."""
