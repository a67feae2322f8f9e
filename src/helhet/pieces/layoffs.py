"""Who loses a job: a part of the piece :mod:`helhet.pieces.work`, whose columns it writes."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.pieces.first_jobs import WORK
from helhet.pieces.kernels.luck import NO_GROUP, Dice, among, lots, spread
from helhet.pieces.kernels.work import release
from helhet.pieces.piece import Turn
from helhet.town import Town
from helhet.words.dice import stream
from helhet.words.person import EMPTY

Array = np.ndarray[Any, Any]

NOTHING_ELSE: Array = np.zeros((256, 1))
NOTHING_ELSE.flags.writeable = False

_LAY_OFF, _LEAVE = (stream(f"work.{name}") for name in ("lay_off", "leave"))


def give_up(town: Town, rows: Array, number: int, retires: int = EMPTY) -> None:
    """Take the jobs of the first ``number`` of ``rows``; those in a state from ``retires`` on have retired."""
    job, filled = town.own(WORK, "people", "job"), town.own(WORK, "cells", "filled")
    rows = rows.view()
    rows.flags.writeable = False  # as some are: one kind of argument, one compilation
    release(rows, number, town.read("people", "state"), retires, job, filled)


def vacancies(town: Town) -> Array:
    """Jobs nobody holds by cell, int64; below 0 where more are at work than there are jobs."""
    read = town.read
    held = read("cells", "filled") + read("cells", "commuters") + read("cells", "lodgers")
    vacant: Array = read("cells", "demand") - held
    return vacant.astype(np.int64)


def shed(town: Town, turn: Turn, dice: Dice, rows: int, capacity: int) -> Array:
    """Meet a demand below the number at work: lodgers go first, then commuters, then residents by luck.

    A share of the residents laid off leaves town next year. Commuters beyond ``capacity`` stop too. Returns the jobs
    that nobody holds now, by cell.
    """
    town.grow("quit", town.capacity["people"])
    town.count("quit")[0] = 0
    commuters, lodgers = town.own(WORK, "cells", "commuters"), town.own(WORK, "cells", "lodgers")
    beyond = int(commuters.sum()) - capacity
    if beyond > 0:
        commuters -= spread(beyond, commuters).astype(commuters.dtype)
    vacant = vacancies(town)
    if vacant.min() >= 0:
        return vacant
    over = -np.minimum(vacant, 0)
    over -= _send_away(lodgers, over)
    over -= _send_away(commuters, over)
    lodged = town.own(WORK, "cells", "lodged")
    np.minimum(lodged, lodgers, out=lodged)
    if over.any():
        _lay_off(town, turn, dice, over, rows)
    return np.maximum(vacant, 0)


def _send_away(held: Array, over: Array) -> Array:
    """Take up to ``over`` from ``held``, in place; returns what was taken, int64 by cell."""
    gone: Array = np.minimum(over, held)
    np.subtract(held, gone, out=held, casting="same_kind")
    return gone


def _lay_off(town: Town, turn: Turn, dice: Dice, over: Array, rows: int) -> None:
    job = town.read("people", "job")
    holders = np.flatnonzero(np.concatenate([[False, False], over > 0])[job[:rows] + 2]).astype(np.int32)
    kind = job.astype(np.uint8)
    kind.flags.writeable = False
    own = NO_GROUP.copy()
    own[: len(over)] = np.arange(len(over))
    own.flags.writeable = False
    laid, _, _ = among(dice, _LAY_OFF, holders, kind, NOTHING_ELSE, over, job=job, otherwise=own)
    give_up(town, laid, len(laid))
    words = np.empty((3, len(laid)), np.uint32)
    lots(dice.identity, laid, len(laid), dice.key, _LEAVE, words)
    leaves = laid[words[0] * 2.0**-32 < turn.future.settings["work.leave"]]
    town.own(WORK, "quit", "row")[: len(leaves)] = leaves
    town.count("quit")[0] = len(leaves)


def keep_hired(town: Town) -> None:
    """Who was laid off but has found another job (the newly trained may) does not leave town after all."""
    quits = town.own(WORK, "quit", "row")
    rows = quits[: int(town.count("quit")[0])]
    leaves = rows[town.read("people", "job")[rows] < 0]
    quits[: len(leaves)] = leaves
    town.count("quit")[0] = len(leaves)
