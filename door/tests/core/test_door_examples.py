"""The door machine, told as stories: a visit, its traps and its faults."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import pytest
from core_door import ASKS, NAME, OPENS, REFUSES
from core_story import CARD, RIGHT, TIMES, Story, of, shown
from msgspec.structs import replace

from helhet_door.decide.commands import (
    Ask,
    Commit,
    Decide,
    Disarm,
    Opened,
    Pulse,
    Record,
    Show,
    Wipe,
)
from helhet_door.decide.door import due
from helhet_door.decide.facts import Verdict
from helhet_door.decide.replies import Answered, Assist, Decided, Stored
from helhet_door.decide.visit import COMMIT, LATEST
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.events import Card, Input, Key, Line, Meaning, Relay, Signal
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Kind as Row
from helhet_door.words.states import DoorState


def test_a_visit_from_the_card_to_the_closed_door() -> None:
    story = Story()
    assert shown(story.card()) == [Signal.ENTER_PIN]
    assert story.door.state is DoorState.PIN
    assert shown(story.keys("1234")) == [Signal.KEY] * 4
    assert story.keys("#") == (Show(NAME, Signal.WAIT), Decide(NAME, 1, CARD, "1234", None))
    assert story.decided(ASKS) == (Ask(NAME, 1, CARD, "1234", 1.5),)
    assert story.door.state is DoorState.ASK
    assert story.answered() == (Decide(NAME, 1, CARD, "1234", RIGHT),)
    assert story.decided(OPENS) == (Commit(NAME, 1, CARD, OPENS),)
    assert story.door.state is DoorState.COMMIT
    assert story.stored() == (Pulse(NAME, 1, 1.0, 1), Show(NAME, Signal.WELCOME))
    assert story.door.state is DoorState.PULSE
    assert story.does(Relay(NAME, story.at, 1, True)) == ()
    story.wait(0.5)
    assert story.contact(True) == (Opened(NAME, 1, True),)
    assert story.door.state is DoorState.OPEN
    story.wait(5)
    story.contact(False)
    assert story.door.state is DoorState.IDLE
    assert due(story.door, TIMES) == inf


def test_trap_5_a_card_that_came_with_the_line_begins_nothing() -> None:
    story = Story()
    story.does(Line(NAME, story.at, False, "silent"))
    story.does(Line(NAME, story.at, True, "secure"))
    story.wait(1.9)
    # decided at once, without a PIN, and whatever is said of it nothing is asked and nothing opens
    assert of(Decide, story.card()) == [Decide(NAME, 1, CARD, "", None)]
    assert story.keys("1234#") == ()
    assert of(Commit, story.decided(OPENS))[0].verdict.reason is Reason.EMPTY_PIN
    story.wait(10)
    assert not of(Pulse, story.all)
    assert of(Decide, story.card()) == []
    assert story.door.state is DoorState.PIN


def test_trap_5_a_pin_that_belongs_to_an_earlier_card_never_opens() -> None:
    story = Story()
    story.card()
    story.keys("12")
    story.card("99999999")
    assert of(Decide, story.keys("34#")) == [Decide(NAME, 2, "99999999", "34", None)]


def test_keys_from_before_the_card_do_not_belong_to_it() -> None:
    story = Story()
    story.card()
    for key in "12":
        story.does(Key(NAME, story.at - 1, key))
    assert of(Decide, story.keys("34#"))[0].pin == "34"


def test_a_card_shown_while_another_is_decided_takes_nothing_over() -> None:
    story = Story()
    story.card()
    story.keys("1234#")
    story.decided(ASKS)
    assert story.card("99999999") == ()
    assert story.keys("99#") == ()
    story.answered()
    assert of(Commit, story.decided(OPENS))[0].card == CARD


@pytest.mark.parametrize("secure", [False, True])
def test_a_gap_wipes_a_visit_wherever_it_is(secure: bool) -> None:
    """And what comes back for it later finds nothing."""
    stages: list[Callable[[Story], object]] = [
        lambda story: story.card(),
        lambda story: story.keys("1234#"),
        lambda story: story.decided(ASKS),
        lambda story: story.answered(),
        lambda story: story.decided(OPENS),
    ]
    for reached in range(1, 6):
        story = Story()
        for stage in stages[:reached]:
            stage(story)
        assert Wipe(NAME) in story.does(Line(NAME, story.at, secure, "x"))
        assert story.door.state is DoorState.IDLE
        story.does(Line(NAME, story.at, True, "secure"))
        for event in (
            Decided(NAME, story.at, 1, OPENS),
            Answered(NAME, story.at, 1, RIGHT),
            Stored(NAME, story.at, 1, True),
            Key(NAME, story.at, "#"),
        ):
            assert story.does(event) == ()


def test_the_store_is_waited_for_a_second_and_never_obeyed_later() -> None:
    story = Story()
    story.until_commit()
    assert not of(Pulse, story.wait(COMMIT - 0.01))
    told = story.wait(0.01)
    assert Record(NAME, Row.STORE, "not stored in time") in told
    assert Opened(NAME, 1, False) in told  # its row may yet be written: nobody came in on it
    assert shown(told) == [Signal.OUT_OF_ORDER]
    assert story.does(Stored(NAME, story.at, 1, True)) == ()


def test_no_row_no_opening() -> None:
    story = Story()
    story.until_commit()
    told = story.stored(ok=False)
    assert not of(Pulse, told)
    assert shown(told) == [Signal.OUT_OF_ORDER]
    assert story.door.state is DoorState.IDLE


def test_nothing_opens_later_than_its_time_after_the_last_key() -> None:
    story = Story()
    story.card()
    story.keys("1234#")
    story.decided(ASKS)
    story.wait(1.4)
    story.answered()
    story.wait(1.0)
    story.decided(OPENS)
    assert not of(Pulse, story.wait(LATEST - 2.4))
    assert not of(Pulse, story.stored())
    assert not of(Pulse, story.all)


def test_a_machine_that_stood_still_opens_nothing() -> None:
    """Every event was in time; they are looked at a minute later."""
    story = Story()
    begin = story.at
    story.at += 60
    for event in (Card(NAME, begin, CARD), *(Key(NAME, begin + 1, key) for key in "1234#")):
        story.does(event)
    for event in (Decided(NAME, begin + 1, 1, OPENS), Stored(NAME, begin + 1, 1, True)):
        story.does(event)
    assert not of(Pulse, story.all)


def test_a_silent_library_system_is_given_its_time_and_no_more() -> None:
    story = Story()
    story.card()
    story.keys("1234#")
    story.wait(0.3)
    assert of(Ask, story.decided(ASKS)) == [Ask(NAME, 1, CARD, "1234", pytest.approx(1.2))]
    assert not of(Decide, story.wait(1.1))
    assert of(Decide, story.wait(0.1)) == [Decide(NAME, 1, CARD, "1234", Answer(Kind.SILENT))]
    assert story.answered() == ()
    silent = Verdict(Reason.LIBRARY_SILENT, signal=Signal.OUT_OF_ORDER)
    told = (*story.decided(silent), *story.wait(0))
    assert of(Commit, told) == [Commit(NAME, 1, CARD, silent)]
    assert shown(told) == [Signal.OUT_OF_ORDER]


@pytest.mark.parametrize("found_after", [0.0, 0.05, 0.7, 1.4])
def test_every_refusal_is_shown_at_the_same_moment_after_the_last_key(found_after: float) -> None:
    story = Story()
    story.card()
    story.keys("1234#")
    story.wait(found_after)
    assert of(Commit, story.decided(REFUSES))  # the row at once
    assert shown(story.wait(1.49 - found_after)) == []
    assert shown(story.wait(0.02)) == [Signal.REFUSED]
    assert shown(story.wait(3.0)) == [Signal.IDLE]


def test_star_wipes_and_too_long_a_pin_is_not_cut() -> None:
    story = Story()
    story.card()
    assert of(Decide, story.keys("99*1234#"))[0].pin == "1234"
    story.decided(REFUSES)
    story.wait(5)
    story.card()
    assert of(Decide, story.keys("1" * 40 + "#"))[0].pin == "1" * 13  # which no PIN can be: characters


def test_the_pin_has_its_time_and_longer_for_who_needs_it() -> None:
    story = Story()
    story.card()
    story.keys("12")
    assert shown(story.wait(20)) == [Signal.IDLE]
    assert story.keys("34#") == ()
    story.card()
    story.does(Assist(NAME, story.at, 1))  # of an earlier card
    assert story.door.visit.until == story.at + 20
    story.does(Assist(NAME, story.at, 2))
    story.wait(59)
    assert of(Decide, story.keys("1234#"))


def test_a_card_that_cannot_be_read_is_told_so_without_a_pin() -> None:
    story = Story()
    assert of(Decide, story.card("")) == [Decide(NAME, 1, "", "", None)]


def test_staff_disarm_before_the_door_opens() -> None:
    story = Story()
    story.let_in(replace(OPENS, reason=Reason.STAFF, disarm=True, party=None))
    kinds = [type(command) for command in story.all]
    assert kinds.index(Commit) < kinds.index(Disarm) < kinds.index(Pulse)


def test_tampering_wipes_the_visit() -> None:
    story = Story()
    story.card()
    story.keys("12")
    told = story.does(Input(NAME, story.at, Meaning.TAMPER, True))
    assert Record(NAME, Row.TAMPER, "reader opened") in told
    assert story.keys("34#") == ()


def test_no_card_and_no_pin_in_anything_that_can_be_printed() -> None:
    story = Story()
    story.card("98765432")
    printed = repr(story.door)
    story.keys("4711#")
    printed += repr(story.door)
    story.decided(ASKS)
    story.answered()
    story.decided(OPENS)
    printed += repr(story.door) + repr(story.all)
    assert "98765432" not in printed
    assert "4711" not in printed
