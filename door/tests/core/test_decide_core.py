"""``decide``, one thing wrong at a time, and all at once in the order of the reasons."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from core_decide import AGREED, NOON, RIGHT, SILENT, TODAY, facts, staff_card, written
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from helhet_door.decide.decide import AFTER, BEFORE, SIGNALS, decide
from helhet_door.rules.hours import DayKind
from helhet_door.rules.model import Agreement, Offline, Span
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.events import Signal
from helhet_door.words.reasons import ALIKE, LETS_IN, NAMED, Reason
from helhet_door.words.states import MEMBERS_MAY_ENTER, BranchState, Panel

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)

#: For each reason that refuses: what must be changed in facts, answer and rules for it to be the one.
WRONG: dict[Reason, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    Reason.EVACUATION: ({"evacuation": True}, {}, {}),
    Reason.READER_NOT_SECURE: ({"secure": False}, {}, {}),
    Reason.LINE_GAP: ({"line_quiet": 1.99}, {}, {}),
    Reason.CLOCK: ({"clock_trusted": False}, {}, {}),
    Reason.CHARACTERS: ({"card": "1234|AD99"}, {}, {}),
    Reason.CARD_LIMIT: ({"card_limited": True}, {}, {}),
    Reason.READER_LIMIT: ({"reader_limited": True}, {}, {}),
    Reason.LOCKED_BY_STAFF: ({}, {}, {"lists": {"locked": True}}),
    Reason.HOLIDAY: ({"day_kind": DayKind.HOLIDAY}, {}, {}),
    Reason.OUTSIDE_HOURS: ({"last_entry_passed": True}, {}, {}),
    Reason.ARMING: ({"branch": BranchState.ARM_REQUESTED}, {}, {}),
    Reason.ARMED: ({"panel": Panel.UNKNOWN}, {}, {}),
    Reason.EMPTY_PIN: ({"pin": ""}, {}, {}),
    Reason.LIBRARY_SILENT: ({}, {"kind": Kind.SILENT}, {}),
    Reason.LIBRARY_MALFORMED: ({}, {"kind": Kind.MALFORMED}, {}),
    Reason.LIBRARY_OUT_OF_SEQUENCE: ({}, {"kind": Kind.OUT_OF_SEQUENCE}, {}),
    Reason.UNKNOWN_CARD: ({}, {"known": None}, {}),
    Reason.WRONG_PIN: ({}, {"pin_right": None}, {}),
    Reason.BLOCKED: ({}, {"flags": frozenset({4})}, {}),
    Reason.EXPIRED: ({}, {"expires": YESTERDAY}, {}),
    Reason.NO_AGREEMENT: ({}, {}, {"agreement": None}),
    Reason.OLD_AGREEMENT: ({}, {}, {"agreement_version": 2}),
    Reason.UNDER_AGE: ({}, {"age": 17}, {}),
    Reason.SUSPENDED: ({}, {}, {"lists": {"suspended": {"t": TODAY}}}),
    Reason.FULL: ({"occupancy": 10}, {}, {"occupancy_limit": 10}),
    Reason.NOT_STORED: ({"stored_ok": False}, {}, {}),
    Reason.SAME_CARD: ({"same_card": True}, {}, {}),
}


def test_everybody_at_whom_nothing_is_wrong_is_asked_about_and_comes_in() -> None:
    assert decide(facts(), written(), None).ask
    verdict = decide(facts(), written(), RIGHT)
    assert (verdict.reason, verdict.open, verdict.seconds, verdict.party) == (Reason.MEMBER, True, 4.0, 1)
    assert verdict.signal is Signal.WELCOME


def test_every_reason_is_decided_by_its_own_cause() -> None:
    assert {*WRONG, *LETS_IN} == set(Reason)
    for reason, (changed, answered, ruled) in WRONG.items():
        verdict = decide(facts(**changed), written(**ruled), replace(RIGHT, **answered))
        assert (verdict.reason, verdict.open, verdict.seconds) == (reason, False, 0.0)
        assert verdict.signal is SIGNALS[reason]


def test_of_two_causes_the_first_in_the_order_of_the_reasons_decides() -> None:
    order = list(Reason)
    assert [reason for reason, _ in (*BEFORE, *AFTER)] == [
        reason for reason in order if reason not in (Reason.MEMBER, Reason.MEMBER_OFFLINE)
    ]
    for first, second in product(WRONG, WRONG):
        clash = set(WRONG[first][1]) & set(WRONG[second][1]) or set(WRONG[first][2]) & set(WRONG[second][2])
        if order.index(first) >= order.index(second) or clash:
            continue
        changed, answered, ruled = ({**WRONG[second][part], **WRONG[first][part]} for part in range(3))
        verdict = decide(facts(**changed), written(**ruled), replace(RIGHT, **answered))
        assert verdict.reason is first, (first, second)


@pytest.mark.parametrize("quiet", [float("nan"), -1.0, 0.0, 1.999])
def test_a_line_that_was_not_surely_whole_for_two_seconds_is_a_gap(quiet: float) -> None:
    assert decide(facts(line_quiet=quiet), written(), None).reason is Reason.LINE_GAP


@pytest.mark.parametrize("missing", [None, False])
def test_trap_1_only_an_explicit_yes_to_both_opens(missing: bool | None) -> None:
    for known, right in ((missing, True), (True, missing), (missing, missing)):
        assert not decide(facts(), written(), Answer(Kind.ANSWERED, known, right)).open


def test_trap_1_an_empty_pin_is_never_asked_about() -> None:
    for changed in ({}, {"staff_pin_right": True}, {"recent": True}):
        verdict = decide(facts(pin="", **changed), written(lists={"staff": {"t": staff_card()}}), None)
        assert (verdict.reason, verdict.ask, verdict.open) == (Reason.EMPTY_PIN, False, False)


@pytest.mark.parametrize("card", ["djfiander|AD6789", "1234\r", "1234\n", "", "12", "１２３４", "1234 ", "1" * 33])
def test_trap_2_illegal_characters_are_never_asked_about(card: str) -> None:
    assert decide(facts(card=card), written(), None).reason is Reason.CHARACTERS
    assert decide(facts(pin=card or "x"), written(), None).reason is Reason.CHARACTERS if card != "12" else True


def test_staff_come_in_whatever_the_branch_is_but_for_the_alarm() -> None:
    lists = {"staff": {"t": staff_card()}, "locked": True}
    for state, panel, kind in product(BranchState, Panel, DayKind):
        verdict = decide(
            facts(branch=state, panel=panel, day_kind=kind, staff_pin_right=True, stored_ok=False),
            written(lists=lists),
            None,
        )
        on = panel in (Panel.ARMED, Panel.UNKNOWN) or state in (
            BranchState.ARMED,
            BranchState.ARM_REQUESTED,
            BranchState.DISARM_REQUESTED,
        )
        assert verdict.open == (not on and state is not BranchState.EVACUATION), (state, panel)
        assert not verdict.disarm


def test_only_a_card_that_may_disarm_opens_an_armed_branch() -> None:
    lists = {"staff": {"t": staff_card(disarms=True)}}
    verdict = decide(
        facts(panel=Panel.ARMED, branch=BranchState.ARMED, staff_pin_right=True), written(lists=lists), None
    )
    assert (verdict.open, verdict.disarm, verdict.party) == (True, True, None)
    off = decide(facts(panel=Panel.READY, staff_pin_right=True), written(lists=lists), None)
    assert (off.open, off.disarm) == (True, False)


def test_a_staff_card_works_on_its_dates_and_in_its_hours_only() -> None:
    hours = (Span(5 * 60, 8 * 60),)
    for first, last, when, works in (
        (TODAY, TODAY, NOON, True),
        (TOMORROW, TOMORROW, NOON, False),
        (YESTERDAY, YESTERDAY, NOON, False),
    ):
        lists = {"staff": {"t": staff_card(first=first, last=last)}}
        assert decide(facts(now_local=when, staff_pin_right=True), written(lists=lists), None).open == works
    lists = {"staff": {"t": staff_card(hours=hours)}}
    for minute, works in ((299, False), (300, True), (479, True), (480, False)):
        when = NOON.replace(hour=minute // 60, minute=minute % 60)
        assert decide(facts(now_local=when, staff_pin_right=True), written(lists=lists), None).open == works


def test_a_staff_card_with_a_members_pin_is_a_member() -> None:
    lists = {"staff": {"t": staff_card()}}
    assert decide(facts(), written(lists=lists), RIGHT).reason is Reason.MEMBER
    assert decide(facts(), written(lists=lists), replace(RIGHT, pin_right=False)).guess


def test_a_staff_pin_cannot_be_guessed_at_when_the_branch_is_closed() -> None:
    closed = facts(day_kind=DayKind.OUTSIDE, branch=BranchState.CLOSED)
    assert decide(closed, written(lists={"staff": {"t": staff_card()}}), None).guess
    assert not decide(closed, written(), None).guess
    assert not decide(replace(closed, pin=""), written(lists={"staff": {"t": staff_card()}}), None).guess


def test_a_member_comes_in_only_in_three_states_and_never_with_the_alarm_on() -> None:
    """Every state, panel, kind of day and last entry there is."""
    for state, panel, kind, last in product(BranchState, Panel, DayKind, (False, True)):
        seen = facts(branch=state, panel=panel, day_kind=kind, last_entry_passed=last)
        may = state in MEMBERS_MAY_ENTER and panel not in (Panel.ARMED, Panel.UNKNOWN)
        may = may and kind is DayKind.OPEN and not last
        assert decide(seen, written(), RIGHT).open == may
        assert decide(seen, written(), None).ask == may
        assert not decide(seen, written(), RIGHT).disarm


@pytest.mark.parametrize("kind", [Kind.SILENT, Kind.MALFORMED, Kind.OUT_OF_SEQUENCE])
def test_the_offline_rule(kind: Kind) -> None:
    answer = Answer(kind)
    recent = facts(recent=True)
    assert not decide(recent, written(), answer).open  # the default: nobody
    rule = {"offline": Offline.RECENT}
    assert not decide(facts(), written(**rule), answer).open
    assert decide(recent, written(**rule), answer).reason is Reason.MEMBER_OFFLINE
    # what the box knows by itself still holds
    assert decide(recent, written(agreement=None, **rule), answer).reason is Reason.NO_AGREEMENT
    suspended = written(lists={"suspended": {"t": TODAY}}, **rule)
    assert decide(recent, suspended, answer).reason is Reason.SUSPENDED
    assert decide(replace(recent, occupancy=3), written(occupancy_limit=3, **rule), answer).reason is Reason.FULL
    # and a no that was given is a no
    assert decide(recent, written(**rule), replace(RIGHT, pin_right=False)).reason is Reason.WRONG_PIN


def age_of(agreement: Agreement, age: int | None, **settings: Any) -> bool:
    return decide(facts(), written(agreement, **settings), replace(RIGHT, age=age)).open


def test_age_and_consent() -> None:
    minor = Agreement(1, of_age_on=TOMORROW)
    assert not age_of(minor, None)
    assert age_of(Agreement(1, of_age_on=TODAY), None)
    assert not age_of(replace(minor, consent=True), None)  # consent does not help by default
    assert age_of(replace(minor, consent=True), None, consent_age=15)
    assert not age_of(minor, None, consent_age=15)
    assert not age_of(replace(minor, consent=True), 14, consent_age=15)
    assert age_of(replace(minor, consent=True), 15, consent_age=15)
    assert not age_of(minor, 18)  # the agreement says too young: on any doubt no
    assert not age_of(AGREED, 17)
    assert age_of(AGREED, 18)
    assert age_of(AGREED, 15, min_age=15)


def test_the_edges_of_dates_and_limits() -> None:
    assert decide(facts(), written(), replace(RIGHT, expires=TODAY)).open
    assert decide(facts(), written(lists={"suspended": {"t": YESTERDAY}}), RIGHT).open
    assert decide(facts(occupancy=9), written(occupancy_limit=10), RIGHT).open
    assert decide(facts(occupancy=None), written(occupancy_limit=10), RIGHT).reason is Reason.FULL
    assert decide(facts(), written(), replace(RIGHT, flags=frozenset({10}))).open  # fines do not block
    assert not decide(facts(), written(blocking_flags=(10,)), replace(RIGHT, flags=frozenset({10}))).open


def test_what_a_row_may_carry_and_how_long_a_door_is_open() -> None:
    assert decide(facts(), written(), RIGHT).pseudonym
    assert not decide(facts(), written(replace(AGREED, protected=True)), RIGHT).pseudonym
    assert not decide(facts(), written(), replace(RIGHT, pin_right=False)).pseudonym
    assert decide(facts(), written(replace(AGREED, assistive=True)), RIGHT).seconds == 8.0
    assert decide(facts(), written(companions=2), RIGHT).party == 3


def test_nobody_can_tell_alike_reasons_apart() -> None:
    assert len({SIGNALS[reason] for reason in ALIKE}) == 1
    assert set(SIGNALS) == set(Reason)


ANSWERS = st.builds(
    Answer,
    st.sampled_from(Kind),
    st.sampled_from((None, False, True)),
    st.sampled_from((None, False, True)),
    st.frozensets(st.integers(0, 13), max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=14),
    st.text(max_size=14),
    ANSWERS,
    st.sampled_from(BranchState),
    st.sampled_from(Panel),
    st.booleans(),
    st.floats(allow_nan=True),
)
def test_nothing_opens_without_all_that_is_needed(
    card: str, pin: str, answer: Answer, state: BranchState, panel: Panel, secure: bool, quiet: float
) -> None:
    seen = facts(card=card, pin=pin, branch=state, panel=panel, secure=secure, line_quiet=quiet)
    verdict = decide(seen, written(), answer)
    if verdict.open:
        assert secure
        assert quiet >= 2.0
        assert (answer.kind, answer.known, answer.pin_right) == (Kind.ANSWERED, True, True)
        assert not answer.flags & {0, 4}
        assert pin != ""
        assert pin.isascii()
    assert verdict.open == (verdict.reason in LETS_IN)
    assert not (verdict.open and verdict.ask)
    assert verdict.pseudonym <= (verdict.reason in NAMED)


def test_nothing_of_a_card_or_pin_is_in_what_can_be_printed() -> None:
    assert "1234" not in repr(facts())
    assert SILENT.kind is Kind.SILENT
