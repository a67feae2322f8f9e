"""Reckon, live, learn, reckon again: plans that hold in the town and not only in the sum of their units.

:mod:`helhet.decide.portfolio` adds up what measures give; a town does not: homes bring people who want homes, and a
course for nurses empties no bed. So every plan found is lived, in the very futures that it was fitted to, and what is
then missing corrects the demand. With ``s[f, t]`` what the plan gives by the reckoning and ``m[f, t]`` what is missing
beyond the tolerance when it is lived,

    D'[f, t] = s[f, t] + m[f, t]            where something is missing (m > 0),
    D'[f, t] = min(D[f, t], s[f, t])        where nothing is:

with ``D'`` the reckoning fails for this plan exactly where living it did, but for rounding. The next program is solved
with ``D'``, and so on. For one need in one future, met by one measure of any size, this is the iteration
s <- s + m(s); it settles where m(s) = 0 as long as the town answers a unit of the measure with less than one of new
demand.

Each risk that is asked for learns by itself, for the correction is true of the plan lived and of others only as far as
they resemble it. Of all plans lived, those remain that no other beats in risk and cost.

**Where it is weak.** It is a search by examples, and proves nothing: the bound of a choice holds for the demand as last
learned. A plan is still chosen by the futures it is fitted to, and fails more often in others. The rounds need not
bring the risk down to what was asked (in the default case they never do): they make plans cheaper for what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from helhet.decide.covering import ROUNDING, Problem
from helhet.decide.portfolio import Choice, choices, solve
from helhet.decide.program import EFFORT, Effort
from helhet.decide.robust import pareto
from helhet.simulate import cores
from helhet.words.arrays import Flags, Floats

ROUNDS = 3
"""How often a risk is reckoned and its plan lived."""

Missing = Mapping[str, Floats]
"""What is missing beyond the tolerance, by need, shape (futures, periods of the need); at or below 0: nothing."""

Live = Callable[[Sequence[Choice]], Sequence[Missing]]
"""Lives choices in the futures of the problem, and tells what is missing under each."""


@dataclass(frozen=True, eq=False)
class Lived:
    """A choice and the futures in which something was missing when it was lived, shape (futures,)."""

    choice: Choice
    short: Flags

    @property
    def risk(self) -> float:
        """The share of the futures that it was fitted to in which something was missing."""
        return float(self.short.mean())

    @property
    def kept(self) -> bool:
        """Whether it keeps, when lived, the risk that it was found for; the best try at one that cannot be does not."""
        return self.choice.status != "infeasible" and self.risk <= self.choice.alpha + ROUNDING


def corrected(problem: Problem, chosen: Sequence[str], missing: Missing) -> Problem:
    """The problem with the demand that ``missing`` tells of, where the candidates ``chosen`` have been lived.

    Raises ``KeyError`` where a need of the problem is not in ``missing``.
    """
    demand = {}
    for need, asked in problem.demand.items():
        given = np.zeros_like(asked, dtype=np.float64)
        for each in problem.candidates:
            if each.need == need and each.name in chosen:
                given += each.gives
        demand[need] = np.where(missing[need] > 0, given + missing[need], np.minimum(asked, given))
    return replace(problem, demand=demand)


def short(missing: Missing) -> Flags:
    """The futures in which any need is not met, shape (futures,)."""
    return np.asarray(np.any([(each > 0).any(axis=1) for each in missing.values()], axis=0))


def learn(
    problem: Problem,
    alphas: Sequence[float],
    live: Live,
    rounds: int = ROUNDS,
    effort: Effort = EFFORT,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Lived, ...]:
    """The choices lived that no other beats in risk and cost, by falling risk; at least one.

    A risk is asked for until its plan keeps it when lived, or ``rounds`` are over. The first that the reckoning says
    cannot be kept has its best try lived, and is then given up; of several that cannot be to begin with, only the
    largest is tried. ``tell`` is called after each program. Raises what :func:`~helhet.decide.portfolio.solve` does,
    in the first round.
    """
    found = choices(problem, alphas, effort=effort, tell=tell)
    asked = dict.fromkeys((each.alpha for each in found), problem)
    told: dict[tuple[str, ...], Missing] = {}
    lived: dict[tuple[str, ...], Lived] = {}
    for turn in range(rounds):
        new = {each.chosen: each for each in found if each.chosen not in told}
        told |= zip(new, live(list(new.values())), strict=True)
        for each in sorted(found, key=lambda each: -each.alpha):
            one = Lived(each, short(told[each.chosen]))
            if one.kept or each.chosen not in lived:  # the smallest risk that it keeps is the one it answers for
                lived[each.chosen] = one
        asked = {
            each.alpha: corrected(asked[each.alpha], each.chosen, told[each.chosen])
            for each in found
            if each.status != "infeasible" and not Lived(each, lived[each.chosen].short).kept
        }
        if not asked or turn == rounds - 1:
            break
        found = _each(asked, effort, tell)
    return _unbeaten(list(lived.values()))


def _each(asked: Mapping[float, Problem], effort: Effort, tell: Callable[[], None]) -> tuple[Choice, ...]:
    """A choice for each risk, each with its own demand; on all cores, for the solver lets other threads go on.

    A risk for which the effort is too small to say anything has none: what has been found so far is not lost by it.
    """

    def one(alpha: float, problem: Problem) -> Choice | None:
        try:
            return solve(problem, alpha, effort=effort)
        except ArithmeticError:
            return None

    found = []
    with ThreadPoolExecutor(cores()) as threads:
        for choice in threads.map(one, asked, asked.values()):
            found.append(choice)
            tell()
    return tuple(each for each in found if each is not None)


def _unbeaten(lived: Sequence[Lived]) -> tuple[Lived, ...]:
    points = np.array([(each.risk, each.choice.cost) for each in lived])
    distinct = {(lived[i].risk, lived[i].choice.cost): lived[i] for i in pareto(points)}
    return tuple(sorted(distinct.values(), key=lambda each: -each.risk))
