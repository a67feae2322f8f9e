"""Who may come in: a pure function over everything that was looked at, first hit wins.

The order is that of :class:`~helhet_door.words.reasons.Reason`. Before the library system has answered, the reasons
that need its answer cannot be looked at; ``decide`` then refuses, lets staff in, or says that it must be asked. With
the answer the whole table is gone through again, on fresh facts: an alarm or a fire in between still counts.
"""

# ruff: noqa: ARG001  every predicate of a table takes the same

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from helhet_door.decide.facts import SIGNALS, Facts, Verdict
from helhet_door.rules.hours import DayKind, within
from helhet_door.rules.model import Agreement, Offline, Rules, StaffCard
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.characters import legal_card, legal_pin
from helhet_door.words.reasons import GUESSES, LETS_IN, NAMED, Reason
from helhet_door.words.states import MEMBERS_MAY_ENTER, BranchState, Panel

LINE_QUIET = 2.0
"""Seconds after a line came back in which nothing that it brings is believed."""

ALARM_ON = frozenset({Panel.ARMED, Panel.UNKNOWN})
"""An unknown panel counts as armed."""

ARMED = frozenset({BranchState.ARM_REQUESTED, BranchState.ARMED, BranchState.DISARM_REQUESTED})
"""States in which only a staff card that may disarm opens, whatever the panel says by now."""

SHUT = frozenset({BranchState.CLEARING, BranchState.CLOSED})

STAFF_PIN_TRIED = frozenset(
    {
        Reason.LOCKED_BY_STAFF,
        Reason.HOLIDAY,
        Reason.OUTSIDE_HOURS,
        Reason.ARMING,
        Reason.ARMED,
        Reason.LIBRARY_SILENT,
        Reason.LIBRARY_MALFORMED,
        Reason.LIBRARY_OUT_OF_SEQUENCE,
    }
)
"""Refusals by which somebody with a staff card learns that the PIN was no staff PIN, and nothing else counts it."""


__all__ = ["SIGNALS", "Facts", "Verdict", "decide", "in_force"]

Predicate = Callable[[Facts, Rules], bool]
AnsweredPredicate = Callable[[Facts, Rules, Answer], bool]

ASK = Verdict(reason=None, ask=True)


def decide(facts: Facts, rules: Rules, answer: Answer | None) -> Verdict:
    """The verdict on one try; without an answer it may be to ask for one.

    ``facts.card_limited`` and ``facts.reader_limited`` are those of before this try: a guess is counted before it is
    asked (limits.py), and must not refuse itself.
    """
    for reason, holds in BEFORE:
        if holds(facts, rules):
            return _verdict(reason, facts, rules)
    if answer is None:
        return ASK
    for reason, holds_with in AFTER:
        if holds_with(facts, rules, answer):
            return _verdict(reason, facts, rules)
    return _verdict(Reason.MEMBER if answer.kind is Kind.ANSWERED else Reason.MEMBER_OFFLINE, facts, rules)


def _verdict(reason: Reason, facts: Facts, rules: Rules) -> Verdict:
    opens = reason in LETS_IN
    agreement = rules.lists.agreements.get(facts.tag)
    times = rules.settings.times
    return Verdict(
        reason=reason,
        signal=SIGNALS[reason],
        open=opens,
        seconds=0.0 if not opens else times.pulse_assistive if agreement and agreement.assistive else times.pulse,
        disarm=reason is Reason.STAFF and _disarms(facts, rules.lists.staff[facts.tag]),
        guess=reason in GUESSES or (reason in STAFF_PIN_TRIED and _staff_pin_guessed(facts, rules)),
        pseudonym=reason in NAMED and not (agreement and agreement.protected),
        party=0 if not opens else None if reason is Reason.STAFF else 1 + rules.settings.companions,
    )


def _staff_pin_guessed(facts: Facts, rules: Rules) -> bool:
    """A wrong PIN with a staff card, at an hour at which only staff would get in: nobody else counts that guess."""
    return facts.tag in rules.lists.staff and facts.pin != "" and not facts.staff_pin_right


def _alarm_on(facts: Facts) -> bool:
    return facts.panel in ALARM_ON or facts.branch in ARMED


def _disarms(facts: Facts, card: StaffCard) -> bool:
    """Also in a fault: the panel may have been asked to arm, and may do it late."""
    return card.disarms and (_alarm_on(facts) or facts.branch is BranchState.FAULT)


def _evacuation(facts: Facts, rules: Rules) -> bool:
    return facts.evacuation or facts.branch is BranchState.EVACUATION


def _not_secure(facts: Facts, rules: Rules) -> bool:
    return not facts.secure


def _line_gap(facts: Facts, rules: Rules) -> bool:
    return not facts.line_quiet >= LINE_QUIET  # so written, a NaN is a gap


def _clock(facts: Facts, rules: Rules) -> bool:
    return not facts.clock_trusted


def _characters(facts: Facts, rules: Rules) -> bool:
    return not legal_card(facts.card) or (facts.pin != "" and not legal_pin(facts.pin))


def _card_limited(facts: Facts, rules: Rules) -> bool:
    return facts.card_limited


def _reader_limited(facts: Facts, rules: Rules) -> bool:
    return facts.reader_limited


def _staff(facts: Facts, rules: Rules) -> bool:
    card = rules.lists.staff.get(facts.tag)
    if card is None or facts.pin == "" or not facts.staff_pin_right:
        return False
    return in_force(card, facts.now_local) and (card.disarms or not _alarm_on(facts))


def in_force(card: StaffCard, now_local: dt.datetime) -> bool:
    """Whether a staff card works at this time on the wall: within its dates, the last one included, and its hours."""
    on_the_day = card.first <= now_local.date() <= card.last
    return on_the_day and within(card.hours, now_local.hour * 60 + now_local.minute)


def _locked(facts: Facts, rules: Rules) -> bool:
    return rules.lists.locked or facts.branch is BranchState.LOCKED_BY_STAFF


def _holiday(facts: Facts, rules: Rules) -> bool:
    return facts.day_kind is DayKind.HOLIDAY


def _outside(facts: Facts, rules: Rules) -> bool:
    return facts.day_kind is not DayKind.OPEN or facts.last_entry_passed or facts.branch in SHUT


def _arming(facts: Facts, rules: Rules) -> bool:
    return facts.branch is BranchState.ARM_REQUESTED


def _armed(facts: Facts, rules: Rules) -> bool:
    return facts.branch not in MEMBERS_MAY_ENTER or facts.panel in ALARM_ON


def _empty_pin(facts: Facts, rules: Rules) -> bool:
    return facts.pin == ""


def _offline(facts: Facts, rules: Rules) -> bool:
    return rules.settings.offline is Offline.RECENT and facts.recent


def _silent(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.kind is Kind.SILENT and not _offline(facts, rules)


def _malformed(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.kind is Kind.MALFORMED and not _offline(facts, rules)


def _out_of_sequence(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.kind is Kind.OUT_OF_SEQUENCE and not _offline(facts, rules)


def _unknown_card(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.kind is Kind.ANSWERED and answer.known is not True


def _wrong_pin(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.kind is Kind.ANSWERED and answer.pin_right is not True


def _blocked(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return not answer.flags.isdisjoint(rules.settings.blocking_flags)


def _expired(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return answer.expires is not None and answer.expires < facts.now_local.date()


def _no_agreement(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return facts.tag not in rules.lists.agreements


def _old_agreement(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return rules.lists.agreements[facts.tag].version < rules.settings.agreement_version


def _under_age(facts: Facts, rules: Rules, answer: Answer) -> bool:
    agreement = rules.lists.agreements[facts.tag]
    if _of_age(agreement, answer.age, facts.now_local.date(), rules.settings.min_age):
        return False
    consent_age = rules.settings.consent_age
    old_enough = consent_age is not None and (answer.age is None or answer.age >= consent_age)
    return not (agreement.consent and old_enough)


def _of_age(agreement: Agreement, age: int | None, today: dt.date, min_age: int) -> bool:
    """Whether neither the agreement nor the library system, where it tells an age, says: too young."""
    by_agreement = agreement.of_age_on is None or agreement.of_age_on <= today
    return by_agreement and (age is None or age >= min_age)


def _suspended(facts: Facts, rules: Rules, answer: Answer) -> bool:
    last = rules.lists.suspended.get(facts.tag)
    return last is not None and facts.now_local.date() <= last


def _full(facts: Facts, rules: Rules, answer: Answer) -> bool:
    limit = rules.settings.occupancy_limit
    return limit is not None and (facts.occupancy is None or facts.occupancy >= limit)


def _not_stored(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return not facts.stored_ok


def _same_card(facts: Facts, rules: Rules, answer: Answer) -> bool:
    return facts.same_card


BEFORE: tuple[tuple[Reason, Predicate], ...] = (
    (Reason.EVACUATION, _evacuation),
    (Reason.READER_NOT_SECURE, _not_secure),
    (Reason.LINE_GAP, _line_gap),
    (Reason.CLOCK, _clock),
    (Reason.CHARACTERS, _characters),
    (Reason.CARD_LIMIT, _card_limited),
    (Reason.READER_LIMIT, _reader_limited),
    (Reason.STAFF, _staff),
    (Reason.LOCKED_BY_STAFF, _locked),
    (Reason.HOLIDAY, _holiday),
    (Reason.OUTSIDE_HOURS, _outside),
    (Reason.ARMING, _arming),
    (Reason.ARMED, _armed),
    (Reason.EMPTY_PIN, _empty_pin),
)
"""What needs no answer of the library system."""

AFTER: tuple[tuple[Reason, AnsweredPredicate], ...] = (
    (Reason.LIBRARY_SILENT, _silent),
    (Reason.LIBRARY_MALFORMED, _malformed),
    (Reason.LIBRARY_OUT_OF_SEQUENCE, _out_of_sequence),
    (Reason.UNKNOWN_CARD, _unknown_card),
    (Reason.WRONG_PIN, _wrong_pin),
    (Reason.BLOCKED, _blocked),
    (Reason.EXPIRED, _expired),
    (Reason.NO_AGREEMENT, _no_agreement),
    (Reason.OLD_AGREEMENT, _old_agreement),
    (Reason.UNDER_AGE, _under_age),
    (Reason.SUSPENDED, _suspended),
    (Reason.FULL, _full),
    (Reason.NOT_STORED, _not_stored),
    (Reason.SAME_CARD, _same_card),
)
"""What is looked at with the answer; where nothing holds, the person is let in."""
