"""The cheapest set of dated, sized measures that keeps the risk of a shortage within alpha: a mixed-integer program.

In future ``f`` and period ``t`` of a need, ``D[f, t]`` units must be covered beyond what is there. A candidate ``j`` (a
measure with a start and a size) costs ``c[j]`` and gives ``A[j][f, t]`` units of one need; of the candidates of a group
(one measure, several starts) at most one is chosen. With ``k`` = floor(alpha n) futures that may be given up,

    minimise sum_j c_j x_j   so that   sum_j A_j[f, t] x_j >= D[f, t] (1 - z_f),   sum_f z_f <= k,   x, z in {0, 1}:

the sample-average approximation of a chance-constrained program [1]_ [2]_. With ``joint`` a future is given up for all
needs at once; without it, each need has ``k`` futures of its own to give up, and the program falls apart by need.

What makes it solvable: each line is divided by ``D``; lines implied by others of the same future, and candidates no
better than a cheaper one of their group, are dropped. And the least cost ``v_f`` of covering a need in future ``f``
alone is found first. Any choice pays for the need at least the largest ``v`` of the futures that it does not give up.
These are mixing inequalities [3]_; in their compact form they lift the bound of the program close to its answer.

**What alpha means here.** The plan is fitted to the futures it is judged by, so on others it fails more often than
alpha says, the more so the fewer the futures and the more the candidates. :func:`out_of_sample` measures that. Nor is
a plan's effect quite a sum of units: the plan found must be lived in the whole town before anybody believes it.

.. [1] J. Luedtke, S. Ahmed: A sample approximation approach for optimization with probabilistic constraints. SIAM
   Journal on Optimization 19 (2008).
.. [2] B. K. Pagnoncelli, S. Ahmed, A. Shapiro: Sample average approximation method for chance constrained programming:
   theory and applications. Journal of Optimization Theory and Applications 142 (2009).
.. [3] J. Luedtke, S. Ahmed, G. L. Nemhauser: An integer programming approach for linear programs with probabilistic
   constraints. Mathematical Programming 122 (2010).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, isfinite
from typing import Literal

import highspy
import numpy as np

from helhet.decide.robust import Share, pareto, share
from helhet.words.arrays import Flags, Floats, Ints

Status = Literal["optimal", "within gap", "node limit", "time limit", "infeasible"]
_WORSE: tuple[Status, ...] = ("optimal", "within gap", "node limit", "time limit", "infeasible")

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


@dataclass(frozen=True)
class Effort:
    """When the search may stop: at a relative ``gap``, after ``nodes``, or after ``seconds``.

    Answers are the same on every run as long as ``seconds`` is not what stops it; so it is infinite unless given.
    """

    gap: float = 0.02
    nodes: int = 500
    seconds: float = inf


EFFORT = Effort()
"""About a minute for thirty measures with six starts each, three needs, ten years by quarter and 200 futures."""

_ENDED: Mapping[highspy.HighsModelStatus, Status] = {
    highspy.HighsModelStatus.kOptimal: "within gap",
    highspy.HighsModelStatus.kSolutionLimit: "node limit",
    highspy.HighsModelStatus.kTimeLimit: "time limit",
}


@dataclass(frozen=True, eq=False)
class _Solved:
    """The columns' values, what no solution goes below, why the search ended, and the nodes it took."""

    values: Floats
    bound: float
    status: Status
    nodes: int


class _Quiet(highspy.Highs):
    """HiGHS without a word: its constructor prints a line unless told not to before this, its first call."""

    def enableCallbacks(self) -> None:  # noqa: N802 # HiGHS's own name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class _Program:
    """A mixed-integer program in the making: columns from 0 to 1, and lines over them."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.kinds: list[highspy.HighsVarType] = []
        self.lines: list[tuple[Ints, Floats, float, float]] = []

    def add(self, costs: Floats, whole: bool = True) -> Ints:
        """New columns, binary if ``whole``; their numbers."""
        first = len(self.costs)
        self.costs += costs.tolist()
        self.kinds += [highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous] * len(costs)
        return np.arange(first, len(self.costs))

    def line(self, columns: Ints, values: Floats, low: float = -inf, high: float = inf) -> None:
        """``low`` <= the sum of ``values`` times ``columns`` <= ``high``."""
        used = values != 0
        self.lines.append((columns[used], values[used], low, high))

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.lines)
        model.col_cost_ = np.array(self.costs)
        model.col_lower_, model.col_upper_ = np.zeros(len(self.costs)), np.ones(len(self.costs))
        model.row_lower_ = np.array([low for _, _, low, _ in self.lines])
        model.row_upper_ = np.array([high for _, _, _, high in self.lines])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _, _ in self.lines)]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate([columns for columns, _, _, _ in self.lines]).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate([values for _, values, _, _ in self.lines])
        model.integrality_ = self.kinds
        return model

    def solve(self, effort: Effort, start: tuple[Ints, Floats] | None = None) -> _Solved:
        """The best found, and how good it is; ``start`` gives some columns their values in a solution known."""
        highs = _Quiet()  # type: ignore[no-untyped-call] # its constructor has no types
        options = {"threads": 1, "random_seed": 1, "mip_heuristic_effort": 0.15}
        limits = {"mip_rel_gap": effort.gap, "mip_max_nodes": effort.nodes, "time_limit": effort.seconds}
        for name, value in (options | limits | {"mip_feasibility_tolerance": 1e-7}).items():
            highs.setOptionValue(name, value)
        highs.passModel(self._model())
        if start is not None:
            highs.setSolution(len(start[0]), start[0].astype(np.int32), start[1])
        highs.run()
        info, status = highs.getInfo(), highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return _Solved(np.zeros(0), inf, "infeasible", 0)
        if status not in _ENDED:
            raise ArithmeticError(f"HiGHS ends with {highs.modelStatusToString(status)}, which should not occur")
        return _Solved(
            np.array(highs.getSolution().col_value), info.mip_dual_bound, _ENDED[status], info.mip_node_count
        )


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


class _Search:
    """One program to be solved for any number of futures that may be given up."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.kept: list[Candidate] = []
        self.needs = [self._need(need) for need in problem.demand]
        self.costs = np.array([each.cost for each in self.kept])
        names = {each.group: None for each in self.kept}
        self.groups = np.array([list(names).index(each.group) for each in self.kept], dtype=np.int64)
        self.numbers = {each.name: column for column, each in enumerate(self.kept)}

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

    @cached_property
    def alone(self) -> list[Floats]:
        """For each need the least cost (MSEK; bounded from below) of covering it in one future, shape (futures,).

        0 where it asks for nothing, infinite where nothing covers it.
        """
        return [np.array([self._alone(need, f) for f in range(self.problem.futures)]) for need in self.needs]

    def _alone(self, need: _Need, future: int) -> float:
        lines = need.units[need.future == future]
        if not len(lines):
            return 0.0
        if (lines.sum(axis=1) < 1 - ROUNDING).any():
            return inf
        program = _Program()
        columns = program.add(self.costs[need.columns])
        for line in lines:
            program.line(columns, line, low=1.0)
        self._one_of_each(program, need.columns, columns)
        return max(0.0, program.solve(Effort(gap=0.01, nodes=200)).bound * (1 - ROUNDING))

    def _one_of_each(self, program: _Program, mine: Ints, columns: Ints) -> None:
        for group in np.unique(self.groups[mine]):
            among = columns[self.groups[mine] == group]
            program.line(among, np.ones(len(among)), high=1.0)

    @cached_property
    def hopeless(self) -> Flags:
        """Futures that nothing covers, shape (futures,)."""
        return np.asarray(np.isinf(self.alone).any(axis=0))

    @cached_property
    def open(self) -> Ints:
        """Futures that ask for something that can be had."""
        asking = np.zeros(self.problem.futures, dtype=bool)
        for need in self.needs:
            asking[need.future] = True
        return np.flatnonzero(asking & ~self.hopeless)

    def _program(self, costs: Floats, price: float) -> tuple[_Program, Ints]:
        """Lines and groups, with ``price`` for each future given up; and the columns of the open futures."""
        program = _Program()
        columns, given_up = program.add(costs), program.add(np.full(len(self.open), price))
        place = np.zeros(self.problem.futures, dtype=np.int64)
        place[self.open] = given_up
        for need in self.needs:
            for future, line in zip(need.future, need.units, strict=True):
                if not self.hopeless[future]:
                    program.line(np.append(need.columns, place[future]), np.append(line, 1.0), low=1.0)
        self._one_of_each(program, columns, columns)
        return program, given_up

    def _mix(self, program: _Program, given_up: Ints, budget: int) -> None:
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

    def solve(self, allowed: int, effort: Effort, hint: tuple[str, ...] | None) -> tuple[_Solved, tuple[str, ...], int]:
        """How it ended, what is chosen, and the number of lines; ``allowed`` futures may be given up."""
        budget = allowed - int(self.hopeless.sum())
        if len(self.open) <= budget:
            return _Solved(np.zeros(0), 0.0, "optimal", 0), (), 0
        known = hint or self.greedy(allowed)
        if known is None:
            fewest, least = self._fewest(effort)
            if least.bound > budget + ROUNDING:
                return replace(least, status="infeasible"), fewest, 0
            if self.problem.given_up(fewest) > allowed:
                raise ArithmeticError("no set is found, nor is it shown that there is none: allow more nodes")
            known = fewest
        program, given_up = self._program(self.costs, 0.0)
        program.line(given_up, np.ones(len(given_up)), high=float(budget))
        self._mix(program, given_up, budget)
        ones = np.array([float(each.name in known) for each in self.kept])
        solved = program.solve(effort, (np.arange(len(ones)), ones))
        return solved, self._best(solved, known, allowed), len(program.lines)

    def _fewest(self, effort: Effort) -> tuple[tuple[str, ...], _Solved]:
        """What fails in the fewest futures, whatever it costs; the bound is on the open futures given up."""
        if not len(self.open):
            return (), _Solved(np.zeros(0), 0.0, "optimal", 0)
        program, _ = self._program(np.zeros(len(self.kept)), 1.0)
        solved = program.solve(replace(effort, gap=0.0))
        named = self._named(solved)
        return self.trimmed(named, self.problem.given_up(named)), solved

    def _named(self, solved: _Solved) -> tuple[str, ...]:
        values = solved.values[: len(self.kept)]
        return tuple(each.name for each, value in zip(self.kept, values, strict=True) if value > 0.5)

    def _best(self, solved: _Solved, known: tuple[str, ...], allowed: int) -> tuple[str, ...]:
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


@dataclass(frozen=True, eq=False)
class Choice:
    """A set of candidates and how good it is.

    ``cost`` is its MSEK and ``bound`` what no set that keeps the promise goes below. ``failed`` holds by need the
    futures left uncovered, shape (futures,). "infeasible": no set keeps the promise, ``bound`` is infinite, and
    ``chosen`` is what fails least, whatever it costs: its ``risk`` is the smallest alpha that the search finds.
    """

    alpha: float
    joint: bool
    chosen: tuple[str, ...]
    cost: float
    bound: float
    failed: Mapping[str, Flags]
    status: Status
    lines: int = 0
    nodes: int = 0

    @property
    def gap(self) -> float:
        """By how much, relative to its cost, a cheaper set could still undercut this one; infinite if infeasible."""
        if self.status == "infeasible":
            return inf
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0

    @property
    def risk(self) -> float:
        """The share of futures in which it fails: in any need if joint, else in the need that fails most often."""
        flags = np.array(list(self.failed.values()))
        return float(flags.any(axis=0).mean() if self.joint else flags.mean(axis=1).max())


def _searches(problem: Problem, joint: bool) -> list[_Search]:
    if joint:
        return [_Search(problem)]
    needs = {(each.group, each.need) for each in problem.candidates}
    if len({group for group, _ in needs}) < len(needs):
        raise ValueError("a group serves several needs: search jointly, or let each group serve one")
    return [_Search(problem.about(need)) for need in problem.demand]


def _allowed(alpha: float, futures: int) -> int:
    if not 0 <= alpha <= 1:
        raise ValueError(f"a risk of {alpha:g} is not a share of futures: give 0 to 1")
    return int(alpha * futures + 1e-9)


def _choice(searches: list[_Search], alpha: float, joint: bool, effort: Effort, hint: Choice | None) -> Choice:
    """One choice of the choices of each search."""
    chosen: list[str] = []
    failed: dict[str, Flags] = {}
    ends: list[_Solved] = []
    lines = 0
    for search in searches:
        allowed = _allowed(alpha, search.problem.futures)
        known = tuple(name for name in hint.chosen if name in search.numbers) if hint else None
        solved, names, used = search.solve(allowed, effort, known)
        chosen, lines = [*chosen, *names], lines + used
        failed |= search.problem.failed(names)
        ends.append(solved)
    cost = sum(search.problem.cost(chosen) for search in searches)
    bound = min(sum(each.bound for each in ends), cost) if all(each.status != "infeasible" for each in ends) else inf
    status = max((each.status for each in ends), key=_WORSE.index)
    if cost - bound <= ROUNDING * cost and status != "infeasible":
        status = "optimal"
    elif cost - bound <= effort.gap * cost and status != "infeasible":
        status = "within gap"
    return Choice(alpha, joint, tuple(chosen), cost, bound, failed, status, lines, sum(each.nodes for each in ends))


def solve(problem: Problem, alpha: float, joint: bool = True, effort: Effort = EFFORT) -> Choice:
    """The cheapest candidates that leave a need uncovered in at most floor(alpha n) futures.

    ``joint``: in that many futures any need may be left; else each need may be left in as many of its own. Raises
    ``ValueError`` for an alpha outside 0 to 1, or groups across needs if not ``joint``, and ``ArithmeticError`` where
    the effort is too small to find any set or to show that there is none.
    """
    return _choice(_searches(problem, joint), alpha, joint, effort, None)


def greedy(problem: Problem, alpha: float) -> tuple[str, ...] | None:
    """A set that keeps the joint promise, found without the program; None where it finds none. A cross-check."""
    search = _Search(problem)
    return search.greedy(_allowed(alpha, problem.futures))


def frontier(
    problem: Problem, alphas: Sequence[float], joint: bool = True, effort: Effort = EFFORT
) -> tuple[Choice, ...]:
    """The choices for ``alphas`` that no other beats in both risk and cost, by falling risk.

    A promise that cannot be kept gives none. What keeps a stricter promise starts the search for the next.
    """
    searches = _searches(problem, joint)
    found: list[Choice] = []
    for alpha in sorted(set(alphas)):
        choice = _choice(searches, alpha, joint, effort, found[-1] if found else None)
        if choice.status != "infeasible":
            found.append(choice)
    points = np.array([(each.risk, each.cost) for each in found]).reshape(-1, 2)
    unbeaten = [found[i] for i in pareto(points)]
    distinct = {(each.risk, each.cost): each for each in unbeaten}
    return tuple(sorted(distinct.values(), key=lambda each: -each.risk))


def out_of_sample(chosen: Collection[str], other: Problem) -> tuple[Mapping[str, Share], Share]:
    """How often the candidates named fail in the futures of ``other``: by need, and in any need, with intervals.

    ``other`` has the same candidates in futures that the search has not seen. The excess over the risk in the sample
    is what the fitting to it was worth. Raises ``KeyError`` for a candidate that ``other`` does not have.
    """
    unknown = set(chosen) - {each.name for each in other.candidates}
    if unknown:
        raise KeyError(f"{min(unknown)} is not a candidate in the other futures")
    failed = other.failed(chosen)
    any_need = np.any(list(failed.values()), axis=0)
    return {need: share(flags) for need, flags in failed.items()}, share(any_need)
