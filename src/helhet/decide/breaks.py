"""What breaks a plan: simple bounds on what nobody chooses that tell the futures in which the plan fails.

Scenario discovery [1]_: boxes found one after another (:mod:`helhet.decide.prim`), each in the futures outside those
before it. A box fits the futures it was found in better than others; boxes are therefore found in the even rows and
measured in the odd rows, and only those that the odd rows confirm are told.

.. [1] B. P. Bryant, R. J. Lempert: Thinking inside the box: a participatory, computer-assisted approach to scenario
   discovery. Technological Forecasting and Social Change 77 (2010) 34-49.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from helhet.decide.boxes import DOUBT, Box, Inputs, checked, measured, tail
from helhet.decide.prim import prim
from helhet.words.arrays import Flags


@dataclass(frozen=True)
class Break:
    """A box found in one half of the futures (``found``) and measured in the other half (``tested``).

    ``chance`` is the probability that as many would fail among the tested futures inside, if the box told nothing.
    ``doubts`` say for each bound alone how probable that is if the other bounds tell all, in the tested futures: a
    bound with a high one should not be told as sure. The figures to tell are those of ``tested``. After the first box,
    figures are about the futures outside the boxes before it, but coverage is always the share of all failing futures,
    so that coverages can be added.
    """

    found: Box
    tested: Box
    chance: float
    doubts: tuple[float, ...]


def breaks(
    inputs: Inputs, fails: Flags, *, codes: Collection[str] = (), most: int = 3, dims: int = 3
) -> tuple[Break, ...]:
    """At most ``most`` boxes that tell when a plan fails, each confirmed by futures it was not found in.

    Arguments and errors as for :func:`prim`. The boxes are found by :func:`covering` in rows 0, 2, 4 … and measured in
    rows 1, 3, 5 …: the rows must be independent draws. The first box that the other half does not confirm (``chance``
    above :data:`DOUBT`) ends the search and is left out. No box is an answer: nothing simple tells when it fails.
    """
    columns, fails = checked(inputs, fails)
    half = {name: column[::2] for name, column in columns.items()}
    other = {name: column[1::2] for name, column in columns.items()}
    left, failing = np.ones(len(fails[1::2]), dtype=bool), fails[1::2]
    told: list[Break] = []
    for box in covering(half, fails[::2], codes=codes, most=most, dims=dims):
        inside = box.inside(other) & left
        tested = measured(box.bounds, inside[left], failing[left], int(failing.sum()))
        chance = tail(int(failing[inside].sum()), int(inside.sum()), tested.base)
        if chance > DOUBT:
            break
        told.append(Break(box, tested, chance, _doubts(box, other, failing, left)))
        left &= ~inside
    return tuple(told)


def _doubts(box: Box, inputs: Inputs, fails: Flags, left: Flags) -> tuple[float, ...]:
    """The quasi-p-value of each bound, in the futures ``left``."""
    inside, doubts = box.inside(inputs) & left, []
    for bound in box.bounds:
        without = replace(box, bounds=tuple(each for each in box.bounds if each != bound)).inside(inputs) & left
        doubts.append(tail(int(fails[inside].sum()), int(inside.sum()), float(fails[without].mean())))
    return tuple(doubts)


def covering(
    inputs: Inputs, fails: Flags, *, codes: Collection[str] = (), most: int = 3, dims: int = 3
) -> tuple[Box, ...]:
    """At most ``most`` boxes, each found by :func:`prim` in the futures outside those before it.

    Arguments and errors as for :func:`prim`. ``coverage`` is the share of all failing futures, the
    other figures are about the futures left, so a later box is to be read with "otherwise".
    """
    columns, fails = checked(inputs, fails)
    left, boxes = np.ones(len(fails), dtype=bool), []
    for _ in range(most):
        rest = {name: column[left] for name, column in columns.items()}
        if not fails[left].any() or fails[left].all():
            break
        box = prim(rest, fails[left], codes=codes, dims=dims)
        if not box.bounds:
            break
        boxes.append(replace(box, coverage=box.coverage * float(fails[left].sum() / fails.sum())))
        left &= ~box.inside(columns)
    return tuple(boxes)
