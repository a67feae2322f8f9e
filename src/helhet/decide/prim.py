"""The box of futures that tells best which of them fail: the patient rule induction method.

The method [1]_, as it is used to find what breaks a plan [2]_, for futures that differ in numbers and in codes (such
as what becomes of the plant):

1. *Peel.* From all futures, cut off the slice at one end of one number, or the one code, that raises the share failing
   inside the most for each future cut off; a slice is ``alpha`` of the futures inside, ties going with it. The gain
   is counted per future because dropping a code may cut off a third at once, and would otherwise always win over a
   patient slice [3]_. Go on until every future inside fails or fewer than ``least`` of all would be left.
2. *Choose* the box on this path that agrees best with failing, by Cohen's kappa [4]_: how much oftener "inside" and
   "fails" are right together than they would be by chance, 0 for none and 1 for always. Coverage alone would choose
   all futures and density alone the smallest box; their harmonic mean chooses all futures where most fail anyway.
   Kappa is near that mean where failing is rare, and stays fair where it is common.
3. *Drop* each restriction whose quasi-p-value [2]_ exceeds 0.05, the least sure first: the probability, by the
   binomial distribution, that as many inside fail if the restriction told nothing.
4. *Paste.* Take slices back at the edges while kappa rises.

With forty inputs and a thousand futures, peeling in all inputs at once mostly follows noise: some input always has a
slice that looks good. The box is therefore built up, as the method is also run with few inputs at a time [5]_: steps 1
to 4 in each input alone, then in the best one with each other, and so on while kappa rises, to ``dims`` inputs. What
shows only in two inputs together, and in neither alone, is not found.

.. [1] J. H. Friedman, N. I. Fisher: Bump hunting in high-dimensional data. Statistics and Computing 9 (1999) 123-143.
.. [2] B. P. Bryant, R. J. Lempert: Thinking inside the box: a participatory, computer-assisted approach to scenario
   discovery. Technological Forecasting and Social Change 77 (2010) 34-49.
.. [3] J. H. Kwakkel, M. Jaxa-Rozen: Improving scenario discovery for handling heterogeneous uncertainties and
   multinomial classified outcomes. Environmental Modelling & Software 79 (2016) 311-321.
.. [4] J. Cohen: A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20 (1960)
   37-46.
.. [5] J. H. Kwakkel: A generalized many-objective optimization approach for scenario discovery. Futures & Foresight
   Science 1 (2019) e8.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from helhet.decide.boxes import DOUBT, Bound, Box, Inputs, checked, measured, tail
from helhet.words.arrays import Flags, Floats, Ints


def prim(
    inputs: Inputs,
    fails: Flags,
    *,
    codes: Collection[str] = (),
    alpha: float = 0.05,
    least: float = 0.05,
    dims: int = 3,
) -> Box:
    """The box that tells best which futures fail, with its figures in these same futures (see the module).

    ``inputs`` are columns of shape (futures,), numbers unless named in ``codes``; infinite values ("never") are larger
    than all others. ``fails`` has shape (futures,). ``alpha`` is the share peeled at a time, ``least`` the smallest
    mass, ``dims`` the most inputs that are restricted. All futures are the box if no bounds tell anything.

    Raises ``ValueError`` for no future, columns that do not match, values that are not numbers (nan), codes that are
    not whole or not inputs, shares that are not above 0 and below 1, and ``dims`` below 1.
    """
    columns, fails = checked(inputs, fails)
    levels = _levelled(columns, codes)
    _check_shares(alpha, least)
    if dims < 1:
        raise ValueError(f"dims is {dims}: allow at least one restricted input")
    best, kappa = _everything(levels), 0.0
    chosen: tuple[int, ...] = ()
    for _ in range(min(dims, len(levels))):
        rest = [which for which in range(len(levels)) if which not in chosen]
        tried = [_searched(levels, fails, (*chosen, which), alpha, least) for which in rest]
        kappas = [_kappa(_inside(levels, opened), fails) for opened in tried]
        if max(kappas) <= kappa:
            break
        kappa = max(kappas)
        best, chosen = tried[kappas.index(kappa)], (*chosen, rest[kappas.index(kappa)])
    return _box(levels, fails, best)


def trajectory(
    inputs: Inputs, fails: Flags, *, codes: Collection[str] = (), alpha: float = 0.05, least: float = 0.05
) -> tuple[Box, ...]:
    """Every box on the way of peeling, from all futures inwards: what coverage each density costs.

    Arguments and errors as for :func:`prim`.
    """
    columns, fails = checked(inputs, fails)
    levels = _levelled(columns, codes)
    _check_shares(alpha, least)
    return tuple(_box(levels, fails, step.opened) for step in _peeled(levels, fails, alpha, least))


class _Level(NamedTuple):
    """One input by levels: its distinct ``values`` in order, and which of them each future has."""

    name: str
    values: Floats
    of: Ints
    coded: bool


class _Face(NamedTuple):
    """One restriction that could go: ``levels`` of input ``which``, now shut."""

    which: int
    levels: Ints


_Open = tuple[Flags, ...]
"""A box while it is worked on: which levels of each input are inside. An interval is a run of levels."""


def _check_shares(alpha: float, least: float) -> None:
    for word, share in (("alpha", alpha), ("least", least)):
        if not 0 < share < 1:
            raise ValueError(f"{word} is {share:g}: give a share above 0 and below 1")


def _levelled(columns: Inputs, codes: Collection[str]) -> tuple[_Level, ...]:
    missing = sorted(set(codes) - set(columns))
    if missing:
        raise ValueError(f"{missing[0]} is said to be coded but is no input: the inputs are {', '.join(columns)}")
    levels = []
    for name, column in columns.items():
        values, of = np.unique(column, return_inverse=True)
        if name in codes and not (np.isfinite(values) & (values == np.round(values))).all():
            raise ValueError(f"input {name} is said to be coded but has values that are not whole: code it 0, 1, 2 …")
        levels.append(_Level(name, values, of.astype(np.int64), name in codes))
    return tuple(levels)


def _inside(levels: Sequence[_Level], opened: _Open) -> Flags:
    held = np.ones(len(levels[0].of), dtype=bool)
    for level, open_ in zip(levels, opened, strict=True):
        if not open_.all():
            held &= open_[level.of]
    return held


def _kappa(inside: Flags, fails: Flags) -> float:
    """Cohen's kappa between lying inside and failing."""
    return _agreement(int(inside.sum()), int((inside & fails).sum()), len(fails), int(fails.sum()))


def _agreement(mass: int, hits: int, count: int, failing: int) -> float:
    """Cohen's kappa from counts; 0 where none or all are inside, or none or all fail."""
    chance = mass * (count - failing) + (count - mass) * failing
    return 2 * (hits * count - mass * failing) / chance if chance else 0.0


def _box(levels: Sequence[_Level], fails: Flags, opened: _Open) -> Box:
    bounds = [_bound(level, open_) for level, open_ in zip(levels, opened, strict=True) if not open_.all()]
    return measured(tuple(bounds), _inside(levels, opened), fails, int(fails.sum()))


def _bound(level: _Level, open_: Flags) -> Bound:
    """What is said of one restricted input."""
    if level.coded:
        return Bound(level.name, codes=tuple(int(code) for code in level.values[open_]))
    first, last = np.flatnonzero(open_)[[0, -1]]
    low = _between(level.values[first - 1], level.values[first], level.values[first]) if first else -inf
    ended = last == len(open_) - 1
    high = inf if ended else _between(level.values[last], level.values[last + 1], level.values[last])
    return Bound(level.name, low, high)


def _between(lower: float, upper: float, kept: float) -> float:
    """Halfway between two values, or the one that is kept where the other is infinite."""
    middle = float(lower / 2 + upper / 2)
    return middle if lower < middle < upper else float(kept)


def _everything(levels: Sequence[_Level]) -> _Open:
    return tuple(np.ones(len(level.values), dtype=bool) for level in levels)


def _searched(levels: Sequence[_Level], fails: Flags, chosen: tuple[int, ...], alpha: float, least: float) -> _Open:
    """The box found by restricting only the ``chosen`` inputs."""
    few = [levels[which] for which in chosen]
    count, failing = len(fails), int(fails.sum())
    path = _peeled(few, fails, alpha, least)
    best = max(path, key=lambda step: _agreement(step.inside, step.hits, count, failing)).opened
    best = _pasted(few, fails, _trimmed(few, fails, best), alpha)
    opened = list(_everything(levels))
    for which, open_ in zip(chosen, best, strict=True):
        opened[which] = open_
    return tuple(opened)


class _Step(NamedTuple):
    """One box on the path of peeling, how many futures are inside and how many of them fail."""

    opened: _Open
    inside: int
    hits: int


class _Slice(NamedTuple):
    """Levels ``first`` to ``stop`` (not included) of an input, how many futures have them and of these fail."""

    first: int
    stop: int
    futures: int
    hits: int


def _peeled(levels: Sequence[_Level], fails: Flags, alpha: float, least: float) -> list[_Step]:
    """The boxes on the path of peeling, all futures first."""
    rows, opened = np.arange(len(fails)), _everything(levels)
    path = [_Step(opened, len(fails), int(fails.sum()))]
    while path[-1].hits < path[-1].inside:
        face = _best_peel(levels, path[-1], rows, fails, alpha, max(1.0, least * len(fails)))
        if face is None:
            break
        opened = _with(opened, face, False)
        rows = rows[opened[face.which][levels[face.which].of[rows]]]
        path.append(_Step(opened, len(rows), int(fails[rows].sum())))
    return path


def _with(opened: _Open, face: _Face, state: bool) -> _Open:
    """The box with the levels of ``face`` opened or shut."""
    changed = opened[face.which].copy()
    changed[face.levels] = state
    return (*opened[: face.which], changed, *opened[face.which + 1 :])


def _best_peel(
    levels: Sequence[_Level], step: _Step, rows: Ints, fails: Flags, alpha: float, least: float
) -> _Face | None:
    """The slice with the largest gain per future; of equals one that restricts no further input, else the first."""
    least_cut = int((step.inside - 1) * alpha) + 1
    failing = rows[fails[rows]]
    best, score = None, (-inf, False)
    for which, level in enumerate(levels):
        restricted = not step.opened[which].all()
        each = np.bincount(level.of[rows], minlength=len(level.values))
        hits = np.bincount(level.of[failing], minlength=len(level.values))
        for cut in _codes(each, hits) if level.coded else _ends(each, hits, least_cut):
            left = step.inside - cut.futures
            if left < least:
                continue
            # A rare code counts as a whole slice: else one lucky future would outbid any slice.
            gain = ((step.hits - cut.hits) / left - step.hits / step.inside) / max(cut.futures, least_cut)
            if (gain, restricted) > score:
                best, score = _Face(which, np.arange(cut.first, cut.stop)), (gain, restricted)
    return best


def _codes(each: Ints, hits: Ints) -> Iterator[_Slice]:
    """Each code with futures inside; ``each`` and ``hits`` are the futures inside at each level and those failing."""
    for code in np.flatnonzero(each).tolist():
        yield _Slice(code, code + 1, int(each[code]), int(hits[code]))


def _ends(each: Ints, hits: Ints, least_cut: int) -> Iterator[_Slice]:
    """The slice at each end of a number that holds at least ``least_cut`` futures and leaves some.

    The cut goes midway between the levels it parts: those between hold no future inside.
    """
    below, failing = each.cumsum(), hits.cumsum()
    last = int(below.searchsorted(least_cut))
    cut = int(below[last])
    if cut < below[-1]:
        kept = int(below.searchsorted(cut, side="right"))
        yield _Slice(0, (last + kept) // 2 + 1, cut, int(failing[last]))
    first = int(below.searchsorted(below[-1] - least_cut, side="right"))
    left = int(below[first - 1]) if first else 0
    if left:
        kept = int(below.searchsorted(left))
        yield _Slice((kept + first) // 2 + 1, len(each), int(below[-1]) - left, int(failing[-1] - failing[first - 1]))


def _faces(levels: Sequence[_Level], opened: _Open) -> list[_Face]:
    """The restrictions of a box: each shut end of a number, all shut codes of an input together."""
    faces = []
    for which, (level, open_) in enumerate(zip(levels, opened, strict=True)):
        shut, run = np.flatnonzero(~open_), np.flatnonzero(open_)
        ends = (shut,) if level.coded else (shut[shut < run[0]], shut[shut > run[-1]])
        faces += [_Face(which, end) for end in ends if len(end)]
    return faces


def _trimmed(levels: Sequence[_Level], fails: Flags, opened: _Open) -> _Open:
    """The box without the restrictions that tell nothing."""
    while faces := _faces(levels, opened):
        doubts = [_doubt(levels, fails, opened, face) for face in faces]
        if max(doubts) <= DOUBT:
            break
        opened = _with(opened, faces[doubts.index(max(doubts))], True)
    return opened


def _doubt(levels: Sequence[_Level], fails: Flags, opened: _Open, face: _Face) -> float:
    """The quasi-p-value of a restriction."""
    inside, without = _inside(levels, opened), _inside(levels, _with(opened, face, True))
    return tail(int(fails[inside].sum()), int(inside.sum()), float(fails[without].mean()))


def _pasted(levels: Sequence[_Level], fails: Flags, opened: _Open, alpha: float) -> _Open:
    """The box grown slice by slice while kappa rises."""
    kappa = _kappa(_inside(levels, opened), fails)
    while True:
        grown = [_with(opened, face, True) for face in _edges(levels, opened, alpha)]
        kappas = [_kappa(_inside(levels, larger), fails) for larger in grown]
        if not grown or max(kappas) <= kappa:
            return opened
        kappa = max(kappas)
        opened = grown[kappas.index(kappa)]


def _edges(levels: Sequence[_Level], opened: _Open, alpha: float) -> Iterator[_Face]:
    """What could be taken back: one code, or the next slice of futures beyond an end that are otherwise inside."""
    slice_ = int((_inside(levels, opened).sum() - 1) * alpha) + 1
    for face in _faces(levels, opened):
        level = levels[face.which]
        if level.coded:
            yield from (_Face(face.which, np.array([code])) for code in face.levels)
            continue
        beyond = _inside(levels, _with(opened, face, True)) & np.isin(level.of, face.levels)
        outwards = face.levels if face.levels[0] > 0 else face.levels[::-1]
        each = np.bincount(level.of[beyond], minlength=len(level.values))[outwards]
        enough = int(np.searchsorted(np.cumsum(each), slice_)) + 1
        yield _Face(face.which, outwards[:enough])
