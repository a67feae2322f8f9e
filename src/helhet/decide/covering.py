"""Covering needs at the least cost, future by future: the program behind the search for plans, and what makes it fast.

What is asked, and what its answers mean, stands in :mod:`helhet.decide.portfolio`. Here: the problem itself, the lines
of the program, the least cost of covering a need in one future alone, the mixing inequalities that follow from it, and
a greedy start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from helhet.decide.program import EFFORT, Effort, Program, Solved
from helhet.words.arrays import Flags, Floats, Ints

ROUNDING = 1e-6
"""A need covered but for this share of it is covered: that much is lost in adding up, not in a town."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A measure with a start and a size: ``cost`` MSEK; ``gives`` units of ``need``, shape (futures, periods).

    ``gives`` is 0 before delivery, after the end, and where the measure fails.
    """

    name: str
    group: str
    need: str
    cost: float
    gives: Floats


@dataclass(frozen=True, eq=False)
class Problem:
    """What must be covered, by need, shape (futures, periods of the need), and what may cover it.

    Demand at or below 0 asks for nothing. Raises ``ValueError`` for shapes that do not fit, figures that are not
    finite, a cost or a contribution below 0, an unknown need, and two candidates of one name.
    """

    demand: Mapping[str, Floats]
    candidates: tuple[Candidate, ...]

    def __post_init__(self) -> None:
        """Refuse what could only give a wrong answer later."""
        if not self.demand:
            raise ValueError("there is no need to cover: give at least one")
        if len({len(demand) for demand in self.demand.values()}) != 1 or not self.futures:
            raise ValueError("the needs have no futures, or different ones: give each the demand of the same futures")
        if not all(np.isfinite(demand).all() for demand in self.demand.values()):
            raise ValueError("a demand is not finite: give units, 0 for none")
        if len({each.name for each in self.candidates}) < len(self.candidates):
            raise ValueError("two candidates have the same name: name each measure with its start and size")
        for each in self.candidates:
            if each.need not in self.demand or each.gives.shape != self.demand[each.need].shape:
                raise ValueError(
                    f"{each.name} does not fit a need: name one, and give units in its futures and periods"
                )
            if not (isfinite(each.cost) and each.cost >= 0 and np.all(np.isfinite(each.gives) & (each.gives >= 0))):
                raise ValueError(f"{each.name} costs or gives less than 0, or what is not finite: both are 0 or more")

    @property
    def futures(self) -> int:
        """The number of futures."""
        return len(next(iter(self.demand.values())))

    def among(self, rows: Ints | Flags) -> Problem:
        """The same in some of the futures: to search in fewer, or to keep some for :func:`out_of_sample`."""
        fewer = tuple(replace(each, gives=each.gives[rows]) for each in self.candidates)
        return Problem({need: demand[rows] for need, demand in self.demand.items()}, fewer)

    def about(self, need: str) -> Problem:
        """The same with one need and what serves it."""
        return Problem({need: self.demand[need]}, tuple(each for each in self.candidates if each.need == need))

    def cost(self, chosen: Collection[str]) -> float:
        """What the candidates named cost together, MSEK."""
        return float(sum(each.cost for each in self.candidates if each.name in chosen))

    def failed(self, chosen: Collection[str]) -> dict[str, Flags]:
        """By need, the futures in which the candidates named leave it uncovered in some period, shape (futures,)."""
        return {need: self._short(need, chosen) for need in self.demand}

    def _short(self, need: str, chosen: Collection[str]) -> Flags:
        demand = self.demand[need]
        given = np.zeros_like(demand, dtype=np.float64)
        for each in self.candidates:
            if each.need == need and each.name in chosen:
                given += each.gives
        return np.asarray(((demand > 0) & (given < demand * (1 - ROUNDING))).any(axis=1))

    def given_up(self, chosen: Collection[str]) -> int:
        """In how many futures some need is left uncovered."""
        return int(np.any(list(self.failed(chosen).values()), axis=0).sum())


@dataclass(frozen=True, eq=False)
class _Need:
    """The lines of one need: ``units`` / demand of each column, shape (lines, columns), and the ``future`` of each."""

    columns: Ints
    future: Ints
    units: Floats


def _better(candidates: Sequence[Candidate], members: Sequence[int], units: Mapping[int, Floats]) -> list[int]:
    """Those of ``members`` that give something, and more than any of their group that costs no more."""
    kept: list[int] = []
    for j in sorted(members, key=lambda j: (candidates[j].cost, -units[j].sum())):
        rivals = [i for i in kept if candidates[i].group == candidates[j].group]
        if units[j].any() and not any((units[i] >= units[j]).all() for i in rivals):
            kept.append(j)
    return sorted(kept)


def _binding(demand: Floats, units: Floats) -> Floats:
    """The lines of one future that no other implies, shape (lines, candidates): ``units`` / ``demand``, at most 1."""
    asked = demand > 0
    lines = np.unique(np.minimum(units[:, asked] / demand[asked], 1.0).T, axis=0)
    harder: Flags = np.asarray((lines[:, None, :] <= lines[None, :, :]).all(axis=2))
    np.fill_diagonal(harder, False)
    return np.asarray(lines[~harder.any(axis=0)])


class Search:
    """One program to be solved for any number of futures that may be given up."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.kept: list[Candidate] = []
        self.needs = [self._need(need) for need in problem.demand]
        self.costs = np.array([each.cost for each in self.kept])
        names = {each.group: None for each in self.kept}
        self.groups = np.array([list(names).index(each.group) for each in self.kept], dtype=np.int64)
        self.numbers = {each.name: column for column, each in enumerate(self.kept)}
        self.alone = [np.array([self._alone(need, f) for f in range(problem.futures)]) for need in self.needs]
        """For each need the least cost (MSEK; bounded from below) of covering it in one future, shape (futures,).

        0 where it asks for nothing, infinite where nothing covers it.
        """
        self.hopeless: Flags = np.asarray(np.isinf(self.alone).any(axis=0))
        """Futures that nothing covers, shape (futures,)."""
        self.open = self._open()
        """Futures that ask for something that can be had."""

    def _need(self, need: str) -> _Need:
        problem, demand = self.problem, self.problem.demand[need]
        members = [j for j, each in enumerate(problem.candidates) if each.need == need]
        units = {j: np.minimum(problem.candidates[j].gives, np.maximum(demand, 0.0)) for j in members}
        chosen = _better(problem.candidates, members, units)
        first = len(self.kept)
        self.kept += [problem.candidates[j] for j in chosen]
        stacked = np.array([units[j] for j in chosen]).reshape(-1, *demand.shape)
        lines = [_binding(demand[f], stacked[:, f]) for f in range(problem.futures)]
        future = np.repeat(np.arange(problem.futures), [len(each) for each in lines])
        return _Need(np.arange(first, len(self.kept)), future, np.concatenate(lines))

    def _alone(self, need: _Need, future: int) -> float:
        lines = need.units[need.future == future]
        if not len(lines):
            return 0.0
        if (lines.sum(axis=1) < 1 - ROUNDING).any():
            return inf
        program = Program()
        columns = program.add(self.costs[need.columns])
        for line in lines:
            program.line(columns, line, low=1.0)
        self._one_of_each(program, need.columns, columns)
        return max(0.0, program.solve(Effort(gap=0.01, nodes=200)).bound * (1 - ROUNDING))

    def _one_of_each(self, program: Program, mine: Ints, columns: Ints) -> None:
        for group in np.unique(self.groups[mine]):
            among = columns[self.groups[mine] == group]
            program.line(among, np.ones(len(among)), high=1.0)

    def _open(self) -> Ints:
        asking = np.zeros(self.problem.futures, dtype=bool)
        for need in self.needs:
            asking[need.future] = True
        return np.flatnonzero(asking & ~self.hopeless)

    def _program(self, costs: Floats, price: float) -> tuple[Program, Ints]:
        """Lines and groups, with ``price`` for each future given up; and the columns of the open futures."""
        program = Program()
        columns, given_up = program.add(costs), program.add(np.full(len(self.open), price))
        place = np.zeros(self.problem.futures, dtype=np.int64)
        place[self.open] = given_up
        for need in self.needs:
            for future, line in zip(need.future, need.units, strict=True):
                if not self.hopeless[future]:
                    program.line(np.append(need.columns, place[future]), np.append(line, 1.0), low=1.0)
        self._one_of_each(program, columns, columns)
        return program, given_up

    def _cheapest(self, budget: int) -> Program:
        """The program whose answer leaves at most ``budget`` of the open futures, at the least cost."""
        program, given_up = self._program(self.costs, 0.0)
        program.line(given_up, np.ones(len(given_up)), high=float(budget))
        self._mix(program, given_up, budget)
        return program

    def _mix(self, program: Program, given_up: Ints, budget: int) -> None:
        """The compact mixing inequalities: step ``i`` is 1 only if the ``i`` dearest futures are all given up."""
        for need, alone in zip(self.needs, self.alone, strict=True):
            order = np.argsort(-alone[self.open], kind="stable")[: budget + 1]
            dearest = alone[self.open][order]
            if dearest[0] <= 0:
                continue
            steps = program.add(np.zeros(budget), whole=False)
            values = np.append(self.costs[need.columns], dearest[:-1] - dearest[1:]) / dearest[0]
            program.line(np.append(need.columns, steps), values, low=1.0)
            for i, step in enumerate(steps):
                program.line(np.array([given_up[order[i]], step]), np.array([1.0, -1.0]), low=0.0)
                if i:
                    program.line(np.array([steps[i - 1], step]), np.array([1.0, -1.0]), low=0.0)

    def solve(self, allowed: int, effort: Effort, hint: tuple[str, ...] | None) -> tuple[Solved, tuple[str, ...], int]:
        """How it ended, what is chosen, and the number of lines; ``allowed`` futures may be given up."""
        budget = allowed - int(self.hopeless.sum())
        if len(self.open) <= budget:
            return Solved(np.zeros(0), 0.0, "optimal", 0), (), 0
        known = hint or self.greedy(allowed)
        if known is None:
            fewest, least = self._fewest(effort)
            if least.bound > budget + ROUNDING:
                return replace(least, status="infeasible"), fewest, 0
            if self.problem.given_up(fewest) > allowed:
                raise ArithmeticError("no set is found, nor is it shown that there is none: allow more nodes")
            known = fewest
        program = self._cheapest(budget)
        ones = np.array([float(each.name in known) for each in self.kept])
        solved = program.solve(effort, (np.arange(len(ones)), ones))
        return solved, self._best(solved, known, allowed), len(program.lines)

    def least(self, allowed: int, effort: Effort) -> float:
        """What no set costs less than that leaves at most ``allowed`` futures, MSEK; infinite where there is none."""
        budget = allowed - int(self.hopeless.sum())
        if budget < 0:
            return inf
        if len(self.open) <= budget:
            return 0.0
        program = self._cheapest(budget)
        return max(0.0, program.solve(effort).bound)

    def _fewest(self, effort: Effort) -> tuple[tuple[str, ...], Solved]:
        """What fails in the fewest futures, whatever it costs; the bound is on the open futures given up."""
        if not len(self.open):
            return (), Solved(np.zeros(0), 0.0, "optimal", 0)
        program, _ = self._program(np.zeros(len(self.kept)), 1.0)
        solved = program.solve(replace(effort, gap=0.0, nodes=max(effort.nodes, EFFORT.nodes)))
        named = self._named(solved)
        return self.trimmed(named, self.problem.given_up(named)), solved

    def _named(self, solved: Solved) -> tuple[str, ...]:
        values = solved.values[: len(self.kept)]
        return tuple(each.name for each, value in zip(self.kept, values, strict=True) if value > 0.5)

    def _best(self, solved: Solved, known: tuple[str, ...], allowed: int) -> tuple[str, ...]:
        """The cheaper of what was found and what was known, less what it can do without."""
        found = self._named(solved)
        if self.problem.given_up(found) > allowed:
            raise ArithmeticError(
                "HiGHS gives a set that does not keep the promise: the figures differ too much in size"
            )
        return self.trimmed(min(found, known, key=self.problem.cost), allowed)

    def trimmed(self, chosen: tuple[str, ...], allowed: int) -> tuple[str, ...]:
        """Each candidate, the dearest first, given up or exchanged for the cheapest of its group that still does."""
        left = list(chosen)
        for name in sorted(chosen, key=lambda name: -self.costs[self.numbers[name]]):
            column, others = self.numbers[name], [other for other in left if other != name]
            group = np.flatnonzero(self.groups == self.groups[column])
            cheaper = [i for i in group[np.argsort(self.costs[group])] if self.costs[i] < self.costs[column]]
            options = [[], *([self.kept[i].name] for i in cheaper), [name]]
            left = next(o for o in ([*others, *option] for option in options) if self.problem.given_up(o) <= allowed)
        return tuple(sorted(left, key=self.numbers.__getitem__))

    def greedy(self, allowed: int) -> tuple[str, ...] | None:
        """Always the candidate that closes most of the gaps of the easiest futures for its cost, and then trimmed.

        None where no candidate closes anything more. It proves nothing: an upper bound, and where the program starts.
        """
        keep = len(self.open) - (allowed - int(self.hopeless.sum()))
        paid: dict[int, int] = {}
        while True:
            tables = [self._gaps(need, list(paid.values()))[self.open] for need in self.needs]
            now = np.sum([table[:, 0] for table in tables], axis=0)
            score = np.sort(now)[:keep].sum()
            if score <= ROUNDING:
                chosen = tuple(self.kept[column].name for column in paid.values())
                return self.trimmed(chosen, allowed) if self.problem.given_up(chosen) <= allowed else None
            rates = np.zeros(len(self.kept))
            for need, table in zip(self.needs, tables, strict=True):
                totals = now[:, None] - table[:, :1] + table[:, 1:]
                closed = score - np.sort(totals, axis=0)[:keep].sum(axis=0)
                instead = [paid.get(group, -1) for group in self.groups[need.columns].tolist()]
                before = np.array([self.costs[i] if i >= 0 else 0.0 for i in instead])
                # What a group gives another need is not taken from it: the score would not fall, and could go round.
                closed[[i >= 0 and i not in need.columns for i in instead]] = 0.0
                rates[need.columns] = closed / np.maximum(self.costs[need.columns] - before, 1e-9)
            best = int(rates.argmax())
            if rates[best] <= ROUNDING:
                return None
            paid[int(self.groups[best])] = best

    def _gaps(self, need: _Need, chosen: Sequence[int]) -> Floats:
        """The mean share missing over the lines of each future, shape (futures, 1 + columns).

        First as it is, then with each column of the need instead of what is chosen of its group.
        """
        gaps = np.zeros((self.problem.futures, 1 + len(need.columns)))
        if not len(need.future):
            return gaps
        taken, groups = np.isin(need.columns, chosen), self.groups[need.columns]
        mine = need.units[:, taken]
        instead = mine.sum(axis=1)[:, None] + need.units - mine @ (groups[taken][:, None] == groups[None, :])
        short = np.maximum(1 - np.column_stack([mine.sum(axis=1), instead]), 0.0)
        futures, first, lines = np.unique(need.future, return_index=True, return_counts=True)
        gaps[futures] = np.add.reduceat(short, first, axis=0) / lines[:, None]
        return gaps
