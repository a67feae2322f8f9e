"""The chapters of the letter, one file for each piece of the town that has one of its own."""
