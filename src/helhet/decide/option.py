"""Commit now, wait, or prepare: one measure as an option on a plant that may not come.

The plant comes with probability ``p``, or it does not. *Commit* spends everything now; *wait* spends nothing until it
is known, and is then late; *prepare* does the cheap part now (plan, land, tender) and commits once it is known. What
each costs, in MSEK:

    ============  ==================================  ======================
    choice        the plant comes                     it does not
    ============  ==================================  ======================
    commit        K - repaid K                        K (1 - salvage)
    wait          K - repaid K + wait_months * c      0
    prepare       a + K2 - repaid K + late * c        a
    ============  ==================================  ======================

so each expected cost is a straight line in ``p``, and which is lowest is read from where the lines cross. That an
irreversible cost under uncertainty is an option, and that leaving it open has a value, is from Dixit and Pindyck [1]_;
regret is Savage's [2]_; the value of perfect and of imperfect information is that of Raiffa and Schlaifer [3]_.

**Where it is weak.** Two states only: a plant that comes late or smaller counts as one that comes, and one that comes
and later leaves as one that does not. The news is taken to be final when it comes. Waiting costs the same for each
month late, without the shape of the need: :mod:`helhet.decide.delay` has that. Signals are independent once it is
given whether the plant comes: two that tell of the same thing (a loan closed, a deposit paid from it) are worth less
together than is said here. Nobody is averse to risk: that is what the regret is for.

.. [1] A. K. Dixit, R. S. Pindyck: Investment under Uncertainty. Princeton University Press (1994), chapter 2.
.. [2] L. J. Savage: The theory of statistical decision. Journal of the American Statistical Association 46 (1951).
.. [3] H. Raiffa, R. Schlaifer: Applied Statistical Decision Theory. Harvard University (1961), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from helhet.case.check_deciding import MOST_SIGNALS
from helhet.words.decision import Signal

Choice = Literal["commit", "wait", "prepare"]

CHOICES: tuple[Choice, ...] = ("commit", "wait", "prepare")

_NARROW = 1e-12
"""A range of probabilities narrower than this is a crossing point, widened by rounding."""


@dataclass(frozen=True)
class Option:
    """One measure of one size; costs in MSEK, lateness in months.

    ``commit_cost`` is K, ``salvage`` the share of it that comes back if the plant does not come and ``repaid`` the
    share of it that rents and fees pay if it does, whichever way it was committed. One who waits for the news is
    ``wait_months`` late, at ``cost_per_month``. ``prepare_cost`` is a; ``commit_after`` is K2, the cost of committing
    once prepared (None: K); one who has prepared is still ``prepare_late`` months late.

    Raises ``ValueError`` for a salvage or a repaid share outside 0 to 1.
    """

    commit_cost: float
    salvage: float
    wait_months: float
    cost_per_month: float
    prepare_cost: float
    commit_after: float | None = None
    prepare_late: float = 0.0
    repaid: float = 0.0

    def __post_init__(self) -> None:
        for name, share in (("salvage", self.salvage), ("repaid", self.repaid)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name} {share:g} is not a share between 0 and 1")


class IfState(NamedTuple):
    """A number for each state, MSEK: the plant comes, or it does not."""

    if_comes: float
    if_not: float


@dataclass(frozen=True)
class Reckoned:
    """The same three choices with costs in each state that were reckoned elsewhere, MSEK: from futures, say."""

    commit: IfState
    wait: IfState
    prepare: IfState


Choices = Option | Reckoned


class Range(NamedTuple):
    """Probabilities from ``low`` to ``high``."""

    low: float
    high: float


def costs_if(option: Choices) -> Mapping[Choice, IfState]:
    """What each choice costs in each state, MSEK."""
    if isinstance(option, Reckoned):
        return {"commit": option.commit, "wait": option.wait, "prepare": option.prepare}
    cost, month = option.commit_cost, option.cost_per_month
    after = cost if option.commit_after is None else option.commit_after
    paid = option.repaid * cost
    return {
        "commit": IfState(cost - paid, cost * (1 - option.salvage)),
        "wait": IfState(cost - paid + option.wait_months * month, 0.0),
        "prepare": IfState(option.prepare_cost + after - paid + option.prepare_late * month, option.prepare_cost),
    }


def costs(option: Choices, p: float) -> Mapping[Choice, float]:
    """The expected cost of each choice, MSEK, when the plant comes with probability ``p``."""
    _check(p)
    return {choice: p * cost.if_comes + (1 - p) * cost.if_not for choice, cost in costs_if(option).items()}


def best(option: Choices, p: float) -> Choice:
    """The choice with the lowest expected cost; of equals, the first of :data:`CHOICES`."""
    expected = costs(option, p)
    return min(CHOICES, key=expected.__getitem__)


def regret(option: Choices) -> Mapping[Choice, IfState]:
    """What each choice costs more than the best choice for each state, MSEK."""
    cost = costs_if(option)
    comes, does_not = _lowest(cost)
    return {choice: IfState(each.if_comes - comes, each.if_not - does_not) for choice, each in cost.items()}


def largest_regret(option: Choices) -> Mapping[Choice, float]:
    """The regret of each choice in the state where it is largest, MSEK."""
    return {choice: max(each) for choice, each in regret(option).items()}


def least_regret(option: Choices) -> Choice:
    """The choice whose largest regret is smallest; of equals, the first of :data:`CHOICES`."""
    largest = largest_regret(option)
    return min(CHOICES, key=largest.__getitem__)


def ranges(option: Choices) -> Mapping[Choice, Range | None]:
    """The probabilities of the plant for which each choice is best; None where it is so for none, or for one point.

    Ranges that meet share their end, where the two choices cost the same: ``p = b / (b - a)`` for choices that differ
    by ``a`` MSEK if the plant comes and by ``b`` if it does not. Together they cover 0 to 1; choices that always cost
    the same share their range.
    """
    cost = costs_if(option)
    return {choice: _range(cost[choice], cost.values()) for choice in CHOICES}


def _range(own: IfState, others: Iterable[IfState]) -> Range | None:
    low, high = 0.0, 1.0
    for other in others:
        a, b = own.if_comes - other.if_comes, own.if_not - other.if_not
        if a > b:
            high = min(high, b / (b - a))
        elif a < b:
            low = max(low, b / (b - a))
        elif b > 0:
            return None
    return Range(low, high) if high - low > _NARROW else None


def option_value(option: Choices, p: float) -> float:
    """What it is worth, MSEK, to be able to prepare: the cheaper of commit and wait less the cheapest of all; >= 0."""
    expected = costs(option, p)
    return min(expected["commit"], expected["wait"]) - min(expected.values())


def perfect(option: Choices, p: float) -> float:
    """The expected cost, MSEK, of one who is told now whether the plant comes, and then chooses."""
    _check(p)
    comes, does_not = _lowest(costs_if(option))
    return p * comes + (1 - p) * does_not


def evpi(option: Choices, p: float) -> float:
    """The expected value of perfect information, MSEK: the most that any news now can be worth; >= 0."""
    return max(0.0, min(costs(option, p).values()) - perfect(option, p))


def posterior(p: float, seen: Sequence[tuple[Signal, bool]]) -> float:
    """The probability of the plant after some signals, each with whether it came (True) or stayed out (False).

    Bayes' rule, with signals independent given the state. Raises ``ValueError`` for what cannot be seen: a signal that
    came though its probability was 0 in every state that is possible, say.
    """
    _check(p)
    comes, does_not = p, 1 - p
    for signal, came in seen:
        comes *= signal.if_comes if came else 1 - signal.if_comes
        does_not *= signal.if_not if came else 1 - signal.if_not
    if comes + does_not <= 0:
        told = ", ".join(f"{signal.id} {'came' if came else 'stayed out'}" for signal, came in seen)
        raise ValueError(f"with a probability of {p:g} for the plant this cannot be seen: {told}")
    return comes / (comes + does_not)


def with_signals(option: Choices, p: float, signals: Sequence[Signal], delay_cost: float = 0.0) -> float:
    """The expected cost, MSEK, of one who hears the signals first and then chooses among all three.

    The sum over everything that can be heard of its probability times the lowest expected cost given it. Until the
    last signal is heard nothing is done; ``delay_cost`` is what that lateness costs if the plant comes, MSEK. It
    is for the caller to know which signals come before the choice must be made.

    Raises ``ValueError`` for more than :data:`MOST_SIGNALS` signals.
    """
    _check(p)
    if len(signals) > MOST_SIGNALS:
        raise ValueError(f"{len(signals)} signals are more than the {MOST_SIGNALS} whose combinations can be counted")
    comes, does_not = np.array([p]), np.array([1 - p])
    for signal in signals:
        comes = np.outer(comes, (signal.if_comes, 1 - signal.if_comes)).ravel()
        does_not = np.outer(does_not, (signal.if_not, 1 - signal.if_not)).ravel()
    each = [comes * cost.if_comes + does_not * cost.if_not for cost in costs_if(option).values()]
    return float(np.min(each, axis=0).sum()) + p * delay_cost


def signals_value(option: Choices, p: float, signals: Sequence[Signal], delay_cost: float = 0.0) -> float:
    """What it is worth, MSEK, to hear the signals before choosing instead of choosing now.

    Between 0 and :func:`evpi` when hearing them costs no time; below 0 when the lateness costs more than they tell.
    """
    return min(costs(option, p).values()) - with_signals(option, p, signals, delay_cost)


def _lowest(cost: Mapping[Choice, IfState]) -> IfState:
    """The lowest cost in each state: the choice of one who knows."""
    return IfState(min(each.if_comes for each in cost.values()), min(each.if_not for each in cost.values()))


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"{p:g} is not a probability between 0 and 1")
