"""The search for plans: the cheapest dated measures at each risk, reckoned, lived, corrected and lived again.

What is missing under the plan that does least is taken as the demand, quarter by quarter, and each measure with one of
six starts, whole or half, as something that may cover it. The plans found are lived with the whole town, and what is
then missing corrects the demand (:mod:`helhet.decide.learning`). In the end they are lived in futures that the search
has not seen: nobody should act on what a plan does in those it was fitted to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from helhet.decide.covering import ROUNDING, Candidate, Problem
from helhet.decide.delay import standing
from helhet.decide.learning import Lived, Missing, learn, short
from helhet.decide.portfolio import Choice, Floor, floors
from helhet.decide.program import Effort
from helhet.decide.strain import Strain, getter
from helhet.decide.trial import Trials, Variant
from helhet.show import tolerance
from helhet.show.decisions.found import net_cost
from helhet.show.decisions.kept import Found
from helhet.show.desk import Advice, Desk
from helhet.words.arrays import Flags, Floats, Ints
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
"""How many futures the search reckons with and learns from; the next ones are those that its plans are judged by."""

SAMPLES = 5
"""Samples for the floor: the fewest with which it holds in 95 of 100, for the best plan keeps its promise in half."""

SAMPLE = 100
"""Futures in each of them, at most."""

EFFORT = Effort(gap=0.03, nodes=150)
"""How well each program is solved: the correction that follows is larger than what more would gain."""

APART = 0.04
"""How far the risks of two plans must be apart for both to be shown: the luck of the draw is about as large."""

SLOT = " @ "

Reduce = Callable[[Floats], Floats]
"""From months, shape (futures, months), to quarters."""


def problem(desk: Desk, rows: Ints, loose: bool = False) -> Problem:
    """What must be covered in the futures of ``rows``, and all measures with all starts that may cover it.

    In each quarter the worst month must be covered by what is there in all of them; ``loose`` asks for the first month
    alone, which is less than any plan must do: for floors.
    """
    most, least = (_first, _first) if loose else (_worst, _least)
    needs = {need.name: need for need in tolerance.needs(desk.read)}
    whole = [one for one in desk.all if one.need.name in needs]
    background = min(desk.read.plans, key=lambda plan: len(desk.case.plans[plan].starts))
    demand = {}
    for name, need in needs.items():
        demand[name] = most(_beyond(desk.strain(background, need))[rows, : desk.months])
    present = {start.measure for start in desk.case.plans[background].starts}
    found = [
        _candidate(desk, one, start, size, rows, least)
        for one in whole
        for start in STARTS
        for size in SIZES
        if one.measure.id not in present
    ]
    return Problem(demand, tuple(found))


def _worst(months: Floats) -> Floats:
    """The worst month of each quarter, shape (futures, quarters)."""
    return np.asarray(months.reshape(len(months), -1, QUARTER).max(axis=2))


def _least(months: Floats) -> Floats:
    """The least month of each quarter, shape (futures, quarters)."""
    return -_worst(-months)


def _first(months: Floats) -> Floats:
    """The first month of each quarter, shape (futures, quarters)."""
    return months[:, ::QUARTER]


def _beyond(one: Strain) -> Floats:
    """What is missing beyond the tolerance in the months of a shortage, shape (futures, months); else below 0."""
    return np.where(one.beyond, one.missing - one.limit, -1.0)


def _candidate(desk: Desk, one: Advice, start: int, size: float, rows: Ints, least: Reduce) -> Candidate:
    """``size`` of a measure begun ``start`` months from today: what it gives each quarter, and what it costs net.

    What a measure for one row of a list (one occupation) gives beyond what that row lacks is not counted.
    """
    drawn = one.waiting.measure
    month = desk.now + start
    committed = month + drawn.prepare[rows]
    months = np.arange(desk.months)
    delivered = (committed + drawn.commit[rows])[:, None]
    gives = standing(months[None, :], delivered, size * drawn.size, drawn.over_months, drawn.lasts_months)
    if one.items:
        gives = np.minimum(gives, np.maximum(one.strain.missing[rows, : desk.months], 0.0))
    cost = net_cost(desk, one.measure, size * one.measure.size)
    name = one.measure.id
    return Candidate(f"{name}{SLOT}{month}{SLOT}{size}", name, one.need.name, cost, least(gives))


def plan_of(desk: Desk, choice: Choice) -> Plan:
    """The choice as a plan."""
    starts = []
    for name in choice.chosen:
        measure, month, size = name.split(SLOT)
        starts.append(Start(measure, int(month), float(size) * desk.case.measures[measure].size))
    return Plan(
        "search", Text("sökning", "search"), tuple(sorted(starts, key=lambda start: (start.month, start.measure)))
    )


def unseen(desk: Desk, asked: int) -> tuple[int, Ints]:
    """How many futures the search may see, and the numbers of up to ``asked`` others that it may not.

    Where the results hold too few to keep some apart, half of them are. Raises :class:`Faults` for one alone.
    """
    count = len(desk.read.futures)
    if count < 2:
        wrong = "a search reckons with some futures and judges its plans by others, and the results hold one"
        raise Faults([Fault(str(desk.read.results.folder), 0, "futures", "1", wrong, "Run more futures first.")])
    fitted = min(FITTED, count // 2)
    return fitted, desk.read.futures[fitted : fitted + asked]


def search(desk: Desk, trials: Trials, futures: int, tell: Callable[[int], None]) -> tuple[Found, ...]:
    """The plans that no other found beats in risk and cost, judged by up to ``futures`` futures they have not seen.

    Of plans whose risks are nearly the same only the cheapest is there. ``tell`` is called with how many programs have
    been solved. Raises :class:`Faults` where no answer is found at all.
    """
    fitted, others = unseen(desk, futures)
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        tell(done)

    def live(choices: Sequence[Choice]) -> Sequence[Missing]:
        return _missing(desk, trials, [plan_of(desk, choice) for choice in choices], desk.read.futures[:fitted])

    try:
        kept = apart(learn(problem(desk, np.arange(fitted)), RISKS, live, effort=EFFORT, tell=one_more))
    except ArithmeticError as error:
        wrong = f"the search found no plan: {error}"
        cure = "Run more futures, or fewer measures, and search again."
        raise Faults([Fault(str(desk.read.results.folder), 0, "search", "", wrong, cure)]) from error
    plans = [plan_of(desk, each.choice) for each in kept]
    judged = [short(missing) for missing in _missing(desk, trials, plans, others)]
    samples = _samples(desk)
    risks = [_rounded_up(max(one.risk, other.mean()), samples) for one, other in zip(kept, judged, strict=True)]
    least = floors(samples, risks, tell=one_more)
    return tuple(_found(*each) for each in zip(kept, plans, judged, least, strict=True))


def _rounded_up(risk: float, samples: Sequence[Problem]) -> float:
    """The next larger risk that a number of futures in a sample is: what no plan of it is below, none of less is."""
    futures = samples[0].futures
    return min(1.0, ceil(risk * futures - ROUNDING) / futures)


def apart(found: Sequence[Lived]) -> list[Lived]:
    """Those of ``found`` whose risks are :data:`APART`, the cheapest first; ``found`` is by falling risk."""
    kept: list[Lived] = []
    for each in found:
        if not kept or kept[-1].risk - each.risk >= APART - ROUNDING:
            kept.append(each)
    return kept


def _found(lived: Lived, plan: Plan, failed: Flags, least: Floor) -> Found:
    choice = lived.choice
    return Found(
        risk=lived.risk,
        lived=float(failed.mean()),
        futures=len(failed),
        cost=choice.cost,
        bound=choice.bound if lived.kept else None,
        starts=tuple((start.measure, start.month, start.size) for start in plan.starts),
        floor=least.cost if least.cost <= choice.cost else 0.0,  # the town is kinder than the reckoning
        sure=least.sure,
    )


def _samples(desk: Desk) -> list[Problem]:
    """All futures that there are, in independent samples of one size."""
    size = min(SAMPLE, len(desk.read.futures) // SAMPLES)
    if not size:
        return [problem(desk, np.arange(1), loose=True)]
    return [problem(desk, np.arange(first, first + size), loose=True) for first in range(0, SAMPLES * size, size)]


def _missing(desk: Desk, trials: Trials, plans: Sequence[Plan], numbers: Ints) -> list[Missing]:
    """What is missing beyond the tolerance in the futures ``numbers`` under each plan, by need and quarter."""
    watches = [desk.watch(need) for need in tolerance.needs(desk.read)]
    wanted = tuple(dict.fromkeys(name for watch in watches for name in watch.names))
    found: list[Missing] = []
    for outcomes in trials.run([Variant(plan, numbers) for plan in plans], wanted):
        strains = [watch.strain(getter(outcomes), trials.years) for watch in watches]
        found.append({each.need: _worst(_beyond(each)[:, : desk.months]) for each in strains})
    return found
