"""The search for plans: the cheapest dated measures at each risk, reckoned to a first order and then lived.

What is missing under the plan that does least is taken as the demand, quarter by quarter, and each measure with one of
six starts, whole or half, as something that may cover it. The plans found are then lived with the whole town, in
futures that the search has not seen: nobody should act on the reckoning alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from helhet.decide.covering import Candidate, Problem
from helhet.decide.delay import standing
from helhet.decide.portfolio import Choice, Floor, floors, frontier, solve
from helhet.decide.strain import getter
from helhet.decide.trial import Trials, Variant
from helhet.show import tolerance
from helhet.show.decisions.kept import Found
from helhet.show.desk import Advice, Desk
from helhet.words.arrays import Flags, Ints
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Plan, Start

STARTS = (0, 6, 12, 18, 24, 36)
"""Months from today in which a measure may begin."""

SIZES = (0.5, 1.0)
"""Shares of a measure's full size in which it may be done."""

QUARTER = 3
RISKS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""The shares of futures with a shortage for which the cheapest plan is looked for."""

FITTED = 200
"""How many futures the search reckons with; the next ones are those that its plans are lived in."""

SAMPLES = 5
"""Samples for the floor: the fewest with which it holds in 95 of 100, for the best plan keeps its promise in half."""

SAMPLE = 100
"""Futures in each of them, at most."""

SLOT = " @ "


def problem(desk: Desk, rows: Ints) -> Problem:
    """What must be covered in the futures of ``rows``, and all measures with all starts that may cover it."""
    needs = {need.name: need for need in tolerance.needs(desk.read)}
    whole = [one for one in desk.all if one.need.name in needs]
    background = min(desk.read.plans, key=lambda plan: len(desk.case.plans[plan].starts))
    demand = {}
    for name, need in needs.items():
        missing = desk.strain(background, need)
        over = (missing.missing - missing.limit)[rows, : desk.months]
        demand[name] = np.asarray(over[:, ::QUARTER])
    present = {start.measure for start in desk.case.plans[background].starts}
    found = [
        _candidate(desk, one, start, size, rows)
        for one in whole
        for start in STARTS
        for size in SIZES
        if one.measure.id not in present
    ]
    return Problem(demand, tuple(found))


def _candidate(desk: Desk, one: Advice, start: int, size: float, rows: Ints) -> Candidate:
    """``size`` of a measure begun ``start`` months from today: what it gives each quarter, and what it costs net.

    Costs are in proportion to the size, and the mean over all futures that there are.
    """
    drawn = one.waiting.measure
    month = desk.now + start
    committed = month + drawn.prepare[rows]
    months = np.arange(0, desk.months, QUARTER)
    delivered = (committed + drawn.commit[rows])[:, None]
    gives = standing(months[None, :], delivered, size * drawn.size, drawn.over_months, drawn.lasts_months)
    stays = float(np.isinf(desk.known).mean())
    own = stays * (1 - drawn.repaid) + (1 - stays) * (1 - drawn.salvage)
    cost = size * (drawn.prepare_cost + drawn.commit_cost * own)
    name = one.measure.id
    return Candidate(f"{name}{SLOT}{month}{SLOT}{size}", name, one.need.name, cost, gives)


def plan_of(desk: Desk, choice: Choice) -> Plan:
    """The choice as a plan."""
    starts = []
    for name in choice.chosen:
        measure, month, size = name.split(SLOT)
        starts.append(Start(measure, int(month), float(size) * desk.case.measures[measure].size))
    return Plan(
        "search", Text("sökning", "search"), tuple(sorted(starts, key=lambda start: (start.month, start.measure)))
    )


@dataclass(frozen=True)
class Reckoned:
    """What the search has found before anything is lived: ``choices`` from the first ``fitted`` futures, and floors."""

    fitted: int
    choices: tuple[Choice, ...]
    floors: Mapping[float, Floor]


def reckoned(desk: Desk, tell: Callable[[int, int], None]) -> Reckoned:
    """The plans that no other found beats in risk and cost. ``tell`` is called with how many of how many are solved.

    Where the results hold too few futures to keep some apart for living, half of them are.
    """
    count = len(desk.read.futures)
    if count < 2:
        wrong = "a search reckons with some futures and lives its plans in others, and the results hold one"
        raise Faults([Fault(str(desk.read.results.folder), 0, "futures", "1", wrong, "Run more futures first.")])
    fitted, done = min(FITTED, max(count // 2, 1)), 0

    total = 2 * len(RISKS)

    def one_more() -> None:
        nonlocal done
        done += 1
        tell(done, total)

    tell(done, total)
    asked = problem(desk, np.arange(fitted))
    choices = frontier(asked, RISKS, tell=one_more) or (solve(asked, RISKS[-1]),)
    total = len(RISKS) + len(choices)
    found = floors(_samples(desk), [choice.alpha for choice in choices], tell=one_more)
    return Reckoned(fitted, choices, {each.alpha: each for each in found})


def lived(desk: Desk, trials: Trials, futures: int, what: Reckoned) -> tuple[Found, ...]:
    """The plans reckoned, each lived in ``futures`` futures that the search has not seen."""
    kept = desk.read.futures[what.fitted : what.fitted + futures]
    plans = [plan_of(desk, choice) for choice in what.choices]
    return tuple(
        _found(choice, plan, short, what.floors[choice.alpha])
        for choice, plan, short in zip(what.choices, plans, _lived(desk, trials, plans, kept), strict=True)
    )


def _found(choice: Choice, plan: Plan, short: Flags, least: Floor) -> Found:
    return Found(
        risk=choice.risk,
        lived=float(short.mean()),
        futures=len(short),
        cost=choice.cost,
        bound=choice.bound if np.isfinite(choice.bound) else choice.cost,
        starts=tuple((start.measure, start.month, start.size) for start in plan.starts),
        asked=choice.alpha,
        floor=least.cost if np.isfinite(least.cost) else 0.0,  # nothing keeps this risk
        sure=least.sure,
    )


def _samples(desk: Desk) -> list[Problem]:
    """All futures that there are, in independent samples of one size."""
    size = min(SAMPLE, len(desk.read.futures) // SAMPLES)
    if not size:
        return [problem(desk, np.arange(1))]
    return [problem(desk, np.arange(first, first + size)) for first in range(0, SAMPLES * size, size)]


def _lived(desk: Desk, trials: Trials, plans: Sequence[Plan], numbers: Ints) -> list[Flags]:
    """In which of the futures any need has a shortage, for each plan."""
    watches = [desk.watch(need) for need in tolerance.needs(desk.read)]
    wanted = tuple(dict.fromkeys(name for watch in watches for name in watch.names))
    outcomes = trials.run([Variant(plan, numbers) for plan in plans], wanted)
    return [np.any([watch.hit(getter(each), trials.years) for watch in watches], axis=0) for each in outcomes]
