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
alpha says, the more so the fewer the futures and the more the candidates. :func:`out_of_sample` measures that, and
:func:`floors` says what no set at all costs less than that keeps the promise in all futures there could be. Nor is
a plan's effect quite a sum of units: the plan found must be lived in the whole town before anybody believes it.

.. [1] J. Luedtke, S. Ahmed: A sample approximation approach for optimization with probabilistic constraints. SIAM
   Journal on Optimization 19 (2008).
.. [2] B. K. Pagnoncelli, S. Ahmed, A. Shapiro: Sample average approximation method for chance constrained programming:
   theory and applications. Journal of Optimization Theory and Applications 142 (2009).
.. [3] J. Luedtke, S. Ahmed, G. L. Nemhauser: An integer programming approach for linear programs with probabilistic
   constraints. Mathematical Programming 122 (2010).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from math import exp, fsum, inf, lgamma, log, log1p

import numpy as np

from helhet.decide.covering import ROUNDING, Problem, Search
from helhet.decide.program import EFFORT, WORSE, Effort, Solved, Status
from helhet.decide.robust import CONFIDENCE, Share, share
from helhet.simulate import cores
from helhet.words.arrays import Flags

ROOT = Effort(nodes=1)
"""What a bound needs: the program without the requirement of whole columns, and the cuts that HiGHS finds for it."""


@dataclass(frozen=True)
class Floor:
    """No set that fails in at most ``alpha`` of all futures costs less than ``cost`` MSEK; ``sure`` is how surely."""

    alpha: float
    cost: float
    sure: float


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


def _searches(problem: Problem, joint: bool) -> list[Search]:
    if joint:
        return [Search(problem)]
    needs = {(each.group, each.need) for each in problem.candidates}
    if len({group for group, _ in needs}) < len(needs):
        raise ValueError("a group serves several needs: search jointly, or let each group serve one")
    return [Search(problem.about(need)) for need in problem.demand]


def _allowed(alpha: float, futures: int) -> int:
    if not 0 <= alpha <= 1:
        raise ValueError(f"a risk of {alpha:g} is not a share of futures: give 0 to 1")
    return int(alpha * futures + 1e-9)


def _choice(searches: list[Search], alpha: float, joint: bool, effort: Effort, hint: Choice | None) -> Choice:
    """One choice of the choices of each search."""
    chosen: list[str] = []
    failed: dict[str, Flags] = {}
    ends: list[Solved] = []
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
    status = max((each.status for each in ends), key=WORSE.index)
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
    search = Search(problem)
    return search.greedy(_allowed(alpha, problem.futures))


def choices(
    problem: Problem,
    alphas: Sequence[float],
    joint: bool = True,
    effort: Effort = EFFORT,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Choice, ...]:
    """:func:`solve` for each of ``alphas``, by rising risk; of those that cannot be had only the largest is there.

    What keeps a smaller risk starts the search for the next. ``tell`` is called after each of ``alphas``.
    """
    searches = _searches(problem, joint)
    found: list[Choice] = []
    for alpha in sorted(set(alphas)):
        known = found[-1] if found and found[-1].status != "infeasible" else None
        choice = _choice(searches, alpha, joint, effort, known)
        if found and known is None and choice.status == "infeasible":
            found.pop()
        found.append(choice)
        tell()
    return tuple(found)


def floors(
    samples: Sequence[Problem],
    alphas: Sequence[float],
    confidence: float = CONFIDENCE,
    effort: Effort = ROOT,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Floor, ...]:
    """What the best set costs at least in truth, for each of ``alphas``, from independent ``samples`` of futures.

    The best set of all, of a risk of at most alpha, leaves at most ``k = floor(alpha n)`` of ``n`` drawn futures with
    a probability of at least ``b = P(Bin(n, alpha) <= k)``, and where it does, no sample's own best costs more than
    it. So the ``l``-th smallest of ``m`` samples' bounds is at most the cost of the best set, but for
    ``P(Bin(m, b) < l)`` [2]_; ``l`` is the largest that keeps this below 1 - ``confidence``. With too few samples for
    that, the cost is 0 and nothing is said. The samples have the same candidates, at the same costs. ``tell`` is
    called after each of ``alphas``.

    Raises ``ValueError`` for no samples, and samples of different sizes.
    """
    if len({sample.futures for sample in samples}) != 1:
        raise ValueError("the samples are none, or of different sizes: give at least one, and futures of one number")
    found: list[Floor] = []
    with ThreadPoolExecutor(cores()) as threads:  # the solver lets other threads go on
        searches = list(threads.map(Search, samples))
        for alpha in alphas:
            found.append(_floor(threads, searches, alpha, confidence, effort))
            tell()
    return tuple(found)


def _floor(threads: Executor, searches: Sequence[Search], alpha: float, confidence: float, effort: Effort) -> Floor:
    n = searches[0].problem.futures
    allowed = _allowed(alpha, n)
    holds = at_most(allowed, n, alpha)
    sure = [1.0 - at_most(place - 1, len(searches), holds) for place in range(1, len(searches) + 1)]
    place = sum(each >= confidence for each in sure)
    if not place:
        return Floor(alpha, 0.0, 1.0)
    least = sorted(threads.map(lambda search: search.least(allowed, effort), searches))
    return Floor(alpha, least[place - 1], sure[place - 1])


def at_most(k: int, n: int, p: float) -> float:
    """P(Bin(n, p) <= k)."""
    if not 0 < p < 1:
        return float(k >= 0 and (p <= 0 or k >= n))
    ways = (lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) for i in range(min(k, n) + 1))
    return min(1.0, fsum(exp(way + i * log(p) + (n - i) * log1p(-p)) for i, way in enumerate(ways)))


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
