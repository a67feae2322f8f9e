"""Deciding: act-by dates, the cost of delay, plans that hold, and why. It knows no pieces."""
