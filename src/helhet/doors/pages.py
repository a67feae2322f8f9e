"""The pages that a run leaves behind: the letter, and the page of decisions beside it."""

from __future__ import annotations

from pathlib import Path

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.results import Results
from helhet.show.comparison import write_cells
from helhet.show.decisions.kept import Kept, read_kept
from helhet.show.decisions.page import PAGE_FILE, write_decisions
from helhet.show.desk import Desk
from helhet.show.first_day import compare
from helhet.show.letter import write_letter
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.town import Town
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

LETTER_FILE = Text("brev.html", "letter.html")
FIRST_DAY_FILE = "first-day.csv"


def letter(case: Case, results: Results, first: Town, language: str, command: str) -> Path:
    """Write the letter, and beside it every cell of the ``first`` day against its table; returns the letter's path.

    ``command`` is what gives the same results. Raises :class:`Faults` where they cannot be written.
    """
    path = results.folder / LETTER_FILE.say(language)
    compared = compare(case, first)
    try:
        write_cells(compared, path.with_name(FIRST_DAY_FILE))
        return write_letter(case, results, declarations(pieces()).outcomes, language, path, command, compared)
    except OSError as error:
        wrong = f"the letter cannot be written: {error.strerror}"
        cure = "Mend this and run the same command again: the futures are saved."
        raise Faults([Fault(str(path), 0, "", "", wrong, cure)]) from error


def decisions(case: Case, results: Results, language: str) -> Path | None:
    """The page of decisions; None for a case without measures, or of which no plan leaves any out."""
    desk = Desk(Reading(case, results, declarations(pieces()).outcomes))
    if not desk.open_measures:
        return None
    return written(desk, Voice(language), results.folder / PAGE_FILE.say(language), read_kept(results))


def written(desk: Desk, voice: Voice, path: Path, kept: Kept) -> Path:
    """Write the decision page to ``path`` and return it. Raises :class:`Faults` where it cannot be."""
    try:
        return write_decisions(desk, voice, path, kept)
    except OSError as error:
        wrong = f"the page of decisions cannot be written: {error.strerror}"
        cure = "Mend this and run the same command again: the futures are saved."
        raise Faults([Fault(str(path), 0, "", "", wrong, cure)]) from error
