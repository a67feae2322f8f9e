"""What a case says about deciding is read as it stands, and each mistake in it is told once."""

from __future__ import annotations

import dataclasses
import shutil
import time
from pathlib import Path

import pytest
from broken_cases import both, cell, drop, remove, rows_of, write_rows

from helhet.case.case import Case
from helhet.case.read import read_case
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import Piece, declarations
from helhet.words.decision import Body, Signal, Tolerance
from helhet.words.declare import Need, Outcome, Text
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Lead

DECLARED = declarations(pieces())


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deciding") / "town"
    new_case(folder, "en", DECLARED)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "town"))


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(Faults) as raised:
        read_case(folder, DECLARED)
    return raised.value.faults


def test_needs_are_those_of_the_pieces_with_what_the_town_says_of_each(small: Case) -> None:
    assert list(small.needs) == [need.name for need in DECLARED.needs]
    assert small.needs["beds"] == Tolerance("beds", 0.1, 20, 1, 0.015, "made_up", "assumed")


def test_bodies_know_their_months_and_to_whom_they_pass_on(small: Case) -> None:
    name = Text("Kommunstyrelsen, förslag till fullmäktige", "Board, proposing to the council")
    assert small.bodies["board"] == Body("board", name, "council", 1, (1, 3, 5, 8, 10))
    assert small.bodies["council"].then == ""


def test_months_of_meetings_are_in_order_whatever_the_order_of_the_rows(folder: Path) -> None:
    heading, rows = rows_of(folder, "meetings")
    write_rows(folder, "meetings", heading, rows[::-1])
    assert read_case(folder, DECLARED).bodies["board"].months == (1, 3, 5, 8, 10)


def test_signals_are_dated_from_the_base_date(small: Case) -> None:
    name = Text("Finansieringen klar", "Financing closed")
    assert small.signals == {"financing": Signal("financing", name, 11, 0.9, 0.3, "made_up", "assumed")}


def test_choices_are_numbers_by_name(small: Case) -> None:
    assert small.choices == {"interest": 0.03, "hazard": 0.005, "risk": 0.1}


def test_a_measure_knows_its_owner_its_bodies_its_salvage_and_its_steps(small: Case) -> None:
    houses = small.measures["houses_norrby"]
    assert (houses.owner.sv, houses.owner.en) == ("Plankontoret", "Planning office")
    assert (houses.prepare_body, houses.commit_body, houses.salvage) == ("committee", "board", 0)
    assert (houses.prepare, houses.commit) == (None, Lead(12, 18, 30))
    assert [(step.id, step.chance) for step in houses.of("prepare")] == [("plan", 1), ("appeal", 0.25), ("permit", 1)]
    assert [step.lead for step in houses.of("commit")] == [Lead(12, 18, 30)]
    assert small.measures["rentals_centrum"].of("prepare")[0].lead == Lead(12, 18, 36)


def test_the_shortest_way_leaves_out_what_may_not_occur_and_the_longest_has_it(small: Case) -> None:
    houses = small.measures["houses_norrby"]
    assert (houses.shortest("prepare"), houses.longest("prepare")) == (6 + 1, 18 + 14 + 4)
    assert (houses.shortest("commit"), houses.longest("commit")) == (12, 30)
    never = tuple(dataclasses.replace(step, chance=0.0) if step.chance < 1 else step for step in houses.steps)
    assert dataclasses.replace(houses, steps=never).longest("prepare") == 18 + 4


def test_what_a_measure_need_not_say_may_be_left_out_with_its_columns(folder: Path) -> None:
    heading, rows = rows_of(folder, "measures")
    new = ("owner_sv", "owner_en", "prepare_body", "commit_body", "salvage", "chain")
    rows[1] |= {f"prepare_{end}": "9" for end in ("low", "mode", "high")}
    write_rows(folder, "measures", [name for name in heading if name not in new], rows)
    for table in ("bodies", "meetings", "steps", "signals"):
        (folder / f"{table}.csv").unlink()
    case = read_case(folder, DECLARED)
    assert (case.bodies, case.signals) == ({}, {})
    plain = case.measures["houses_norrby"]
    assert (plain.owner, plain.prepare_body, plain.salvage, plain.steps) == (Text("", ""), "", 0.0, ())


def test_a_faulty_cell_is_no_second_fault_about_what_is_missing(folder: Path) -> None:
    both(
        cell("measures", 0, prepare_low="soon"),
        cell("measures", 2, chain="A chain"),
        cell("bodies", 1, then="The council"),
        cell("steps", 2, phase="later"),
    )(folder)
    told = [(fault.file, fault.field) for fault in faults_of(folder)]
    assert sorted(told) == [
        ("bodies.csv", "then"),
        ("measures.csv", "chain"),
        ("measures.csv", "prepare_low"),
        ("steps.csv", "phase"),
    ]


def test_an_unknown_chain_is_told_once(folder: Path) -> None:
    cell("measures", 1, chain="old_plan")(folder)
    assert [(fault.file, fault.field) for fault in faults_of(folder)] == [("measures.csv", "chain")]


def test_measures_whose_steps_are_not_there_are_told_by_their_chain_alone(folder: Path) -> None:
    remove("steps.csv")(folder)
    assert [(fault.file, fault.field) for fault in faults_of(folder)] == [("measures.csv", "chain")]


def test_a_circle_is_told_once_however_many_lead_into_it(folder: Path) -> None:
    heading, rows = rows_of(folder, "bodies")
    ring = [rows[0] | {"body": f"b{n}", "then": f"b{(n + 1) % 3000}", "ahead": "1"} for n in range(3000)]
    outside = [rows[0] | {"body": f"c{n}", "then": "b7", "ahead": "1"} for n in range(3000)]
    write_rows(folder, "bodies", heading, [*rows, *outside, *ring])
    heading, meetings = rows_of(folder, "meetings")
    meetings += [meetings[0] | {"body": body["body"]} for body in (*ring, *outside)]
    write_rows(folder, "meetings", heading, meetings)
    begun = time.perf_counter()
    told = faults_of(folder)
    assert time.perf_counter() - begun < 3
    assert [fault.wrong[:45] for fault in told] == ["goes round in a circle: b7 > b8 > b9 > b10 > "]


def test_each_circle_is_told(folder: Path) -> None:
    both(cell("bodies", 0, then="committee"), cell("bodies", 2, then="board"))(folder)
    assert [fault.row for fault in faults_of(folder) if fault.field == "then"] == [2, 3]


def test_a_need_of_a_new_piece_is_in_the_template_without_anybody_adding_it(tmp_path: Path) -> None:
    class Libraries(Piece):
        name = "libraries"
        outcomes = (
            Outcome("libraries.missing", "books", Text("böcker som saknas", "books missing")),
            Outcome("libraries.books", "books", Text("böcker", "books")),
        )
        needs = (Need("books", "libraries.missing", "libraries.books", "books", Text("böcker", "books to read")),)

    declared = declarations((*pieces(), Libraries()))
    new_case(tmp_path / "town", "en", declared)
    case = read_case(tmp_path / "town", declared)
    assert case.needs["books"] == Tolerance("books", 0.05, 0, 1, 0, "made_up", "assumed")
    assert "books to read (books)" in (tmp_path / "town" / "needs.csv").read_text(encoding="utf-8")


def test_pieces_without_needs_ask_for_none(folder: Path) -> None:
    drop("needs", lambda _: False)(folder)
    assert read_case(folder, dataclasses.replace(DECLARED, needs=())).needs == {}


def test_more_news_than_can_be_reckoned_with_is_told(folder: Path) -> None:
    heading, rows = rows_of(folder, "signals")
    write_rows(folder, "signals", heading, [rows[0] | {"signal": f"news_{i}"} for i in range(17)])
    (fault,) = faults_of(folder)
    assert (fault.file, fault.value) == ("signals.csv", "17")
    assert "more than can be reckoned with together" in fault.wrong
