"""How long a test waits: the seconds that the door promises, or several times as many where the machine is shared.

A machine that does other things too is late now and then, and that is no fault of the door. So ``make test`` waits
five times as long as what is promised (HELHET_DOOR_PATIENCE=5), and ``make long``, on a machine that does nothing
else, holds the door to its seconds: there what is marked ``timed`` runs too.
"""

from __future__ import annotations

import os

PATIENCE = float(os.environ.get("HELHET_DOOR_PATIENCE", "1"))


def within(seconds: float) -> float:
    """Seconds in which a test must have seen what is promised within ``seconds``."""
    return seconds * PATIENCE
