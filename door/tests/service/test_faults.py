"""Faults in every door state at once; all of them are the long job benchmarks/faults.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from staging.fault import Seen
from staging.faults import AREAS, FAULTS, chosen, play

from helhet_door.centre.troubles import SILENT, TROUBLES
from helhet_door.words.states import DoorState

PAGE = Path(__file__).parents[3] / "docs" / "door" / "faults.md"
ALWAYS = ("killed", "the process stands still", "wire cut, cards and PINs wait at the reader")
SLACK = 1.5  # seconds: the machine of a test may be slow; the limits themselves are held to in the long job


@pytest.mark.slow
async def test_no_fault_in_any_state_opens_a_door_or_loses_a_row(tmp_path) -> None:
    outcomes = await play(tmp_path, chosen(seed=3, many=9, always=ALWAYS), seed=3, stages=3, slack=SLACK)
    assert {outcome.fault: outcome.wrong for outcome in outcomes if outcome.wrong} == {}
    assert all(set(outcome.states) == set(DoorState) for outcome in outcomes)
    assert sum(outcome.unlocks for outcome in outcomes) > 3 * len(outcomes)


def test_there_are_forty_faults_and_more_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def _rows() -> dict[str, list[str]]:
    """The table of the page: the fault, and the cells after it."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0]: row[1:] for row in cells if not row[0].startswith(("Fault", "-"))}


def test_every_fault_stands_on_the_page_for_librarian_and_technician_and_no_other() -> None:
    assert list(_rows()) == [fault.name for fault in FAULTS]
    assert all(len(cells) == 3 and all(cells) for cells in _rows().values())
    headings = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [each.lower() for each in headings if each.lower() in AREAS] == list(AREAS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_page_says_what_the_staff_page_says(fault) -> None:
    said = _rows()[fault.name][1]
    if fault.seen is Seen.SILENCE:
        assert SILENT.what in said
    elif fault.seen is not Seen.NOTHING and fault.seen in TROUBLES:
        assert TROUBLES[fault.seen].what in said
    else:
        assert not any(trouble.what in said for trouble in TROUBLES.values())
