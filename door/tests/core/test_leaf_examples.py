"""The leaf of a door, told as stories: opened, not opened, held, forced, and by how many."""

from __future__ import annotations

from core_door import NAME, OPENS
from core_story import Story, of, shown
from msgspec.structs import replace

from helhet_door.decide.commands import (
    Command,
    Opened,
    Record,
    Show,
)
from helhet_door.words.events import Input, Line, Meaning, Relay, Signal
from helhet_door.words.rows import Kind as Row
from helhet_door.words.states import DoorState


def test_nobody_opens() -> None:
    story = Story()
    for _ in range(3):
        story.let_in()
        assert story.door.state is DoorState.PULSE
        told = story.wait(2.0)
        assert Opened(NAME, story.door.visit.number, False) in told
        assert story.door.state is DoorState.IDLE
        story.wait(5)
    assert of(Record, story.all)[-1] == Record(NAME, Row.CONTACT_DISAGREES, "never opens")


def test_a_pulse_that_was_not_taken_says_so() -> None:
    story = Story()
    story.let_in()
    told = story.does(Relay(NAME, story.at, 1, False))
    assert told == (Opened(NAME, 1, False), Show(NAME, Signal.OUT_OF_ORDER))
    assert of(Record, story.contact(True)) == [Record(NAME, Row.DOOR_FORCED, "opened without a pulse")]


def test_forced_held_and_excused() -> None:
    story = Story()
    assert of(Record, story.contact(True)) == [Record(NAME, Row.DOOR_FORCED, "opened without a pulse")]
    told = story.wait(30)
    assert Record(NAME, Row.DOOR_HELD, "open too long") in told
    assert story.door.state is DoorState.HELD
    story.let_in()
    assert Record(NAME, Row.CONTACT_DISAGREES, "open before the pulse") in story.all
    assert shown(story.contact(False)) == [Signal.IDLE]
    story.wait(60)
    story.does(Input(NAME, story.at, Meaning.EXIT_BUTTON, True))
    assert story.contact(True) == ()
    story.contact(False)
    story.wait(11)
    assert of(Record, story.contact(True))


def test_a_door_that_was_open_before_a_gap_is_not_forced_after_it() -> None:
    story = Story()
    story.let_in()
    story.contact(True)
    story.does(Line(NAME, story.at, False, "silent"))
    assert story.door.state is DoorState.IDLE
    story.wait(20)
    story.does(Line(NAME, story.at, True, "secure"))
    assert story.contact(True) == ()  # the reader reports its inputs anew
    story.contact(False)
    story.does(Line(NAME, story.at, False, "silent"))
    story.wait(20)
    story.does(Line(NAME, story.at, True, "secure"))
    assert of(Record, story.contact(True))


def test_more_people_than_may_are_told_once() -> None:
    story = Story()

    def enters() -> list[Command]:
        return of(Record, story.does(Input(NAME, story.at, Meaning.ENTRY_COUNTED, True)))

    story.let_in(replace(OPENS, party=2))
    story.contact(True)
    assert [len(enters()) for _ in range(4)] == [0, 0, 1, 0]
    story.contact(False)
    story.wait(30)
    story.let_in(replace(OPENS, party=None))
    story.contact(True)
    assert [len(enters()) for _ in range(9)] == [0] * 9
    story.contact(False)
    story.wait(30)
    story.does(Input(NAME, story.at, Meaning.EXIT_BUTTON, True))
    story.contact(True)
    assert enters() == [Record(NAME, Row.CROWD, "more came in than may")]


def test_two_who_are_let_in_on_one_opening_are_both_told_of() -> None:
    story = Story()
    story.let_in()
    story.let_in()
    assert story.contact(True) == (Opened(NAME, 1, True), Opened(NAME, 2, True))
    assert story.door.leaf.allowed == 2


def test_who_is_let_in_while_the_door_is_open_has_come_in() -> None:
    story = Story()
    story.let_in()
    story.contact(True)
    story.let_in()
    assert of(Opened, story.all) == [Opened(NAME, 1, True), Opened(NAME, 2, True)]
    assert not of(Record, story.all[2:])[1:]


def test_who_enters_a_pin_is_not_told_of_the_leaf() -> None:
    story = Story()
    story.contact(True)
    story.wait(25)
    story.card()
    story.keys("12")
    told = story.wait(7)  # meanwhile the door has been open for too long
    assert Record(NAME, Row.DOOR_HELD, "open too long") in told
    assert shown(told) == []
    assert shown(story.contact(False)) == []
    assert shown(story.wait(60)) == [Signal.IDLE], "nobody went on"


def test_a_reader_that_nobody_uses_any_more_tells_of_a_held_door() -> None:
    story = Story()
    story.contact(True)
    story.wait(31)
    story.card()
    assert shown(story.wait(60)) == [Signal.DOOR_HELD]
