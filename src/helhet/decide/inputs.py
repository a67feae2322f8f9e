"""What each future drew: the uncertain settings of a case, by future."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helhet.case.case import Case
from helhet.case.draw import draw
from helhet.words.arrays import Floats, Ints


def drawn(case: Case, seed: int, numbers: Sequence[int] | Ints) -> dict[str, Floats]:
    """Every setting in the futures ``numbers``, by ``piece.name``, each of shape (futures,) and in its unit."""
    futures = [draw(case, seed, int(number)) for number in numbers]
    return {key: np.array([future[key] for future in futures]) for key in case.settings}


def uncertain(case: Case, settings: dict[str, Floats]) -> dict[str, Floats]:
    """Those of ``settings`` that the case holds to be uncertain."""
    return {key: values for key, values in settings.items() if case.settings[key].distribution != "certain"}
