"""The library door: reader, decision, door. Safe under faults and private by design.

Nothing here imports the simulation; a box at a branch carries none of it.
"""

__version__ = "0.1.0"
