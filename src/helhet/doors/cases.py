"""Cases from the outside: opened by folder or name, checked, and begun."""

from __future__ import annotations

import shutil
from pathlib import Path

from helhet.case.case import Case
from helhet.case.read import embedded, embedded_cases, read_case
from helhet.case.template import new_case
from helhet.doors.telling import DONE, language_of_reader, tell_faults, unknown
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.show.first_day import compare
from helhet.show.misses import summary_lines
from helhet.simulate import first_day
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

SOUND = Text(
    "{name}: inga fel. {districts} områden, {occupations} yrkesgrupper, {measures} åtgärder, {plans} planer.",
    "{name}: no faults. {districts} districts, {occupations} occupation groups, {measures} measures, {plans} plans.",
)
MADE = Text(
    "Ett fall att börja från ligger i {folder}. Fyll i tabellerna där och kör:\n    helhet check {folder}",
    "A case to start from is in {folder}. Fill in the tables there and run:\n    helhet check {folder}",
)


def opened(case: str) -> Case:
    """The case in the folder ``case`` or, where there is no such folder, the embedded one of that name.

    Raises :class:`Faults` with everything that is wrong with it.
    """
    folder = Path(case) if Path(case).exists() or "/" in case else embedded(case)
    return read_case(folder, declarations(pieces()))


def check(folder: str, language: str | None) -> int:
    """``helhet check``: say what is wrong with a case, or that nothing is and how its first day comes out."""
    try:
        case = opened(folder)
        compared = compare(case, first_day(case, pieces(), case.years))
    except Faults as faults:
        return tell_faults(faults, language or language_of_reader())
    counts = {"districts": len(case.districts), "occupations": len(case.occupations)}
    counts |= {"measures": len(case.measures), "plans": len(case.plans)}
    spoken = language or case.language
    print(SOUND.say(spoken).format(name=case.name, **counts))
    print("\n".join(["", *summary_lines(compared, spoken)]))
    return DONE


def new(folder: Path, like: str | None, language: str | None) -> int:
    """``helhet new``: a commented case in ``folder``, or a copy of the embedded case called ``like``."""
    spoken = language or language_of_reader()
    try:
        if like is None:
            new_case(folder, spoken, declarations(pieces()))
        else:
            if like not in embedded_cases():
                raise unknown("--like", "case", like, embedded_cases())
            _copy(embedded(like), folder)
    except Faults as faults:
        return tell_faults(faults, spoken)
    print(MADE.say(spoken).format(folder=folder))
    return DONE


def _copy(source: Path, folder: Path) -> None:
    if folder.exists():
        wrong = "there is something of that name already"
        raise Faults([Fault(str(folder), 0, "", "", wrong, "Name a folder that does not exist yet.")])
    try:
        shutil.copytree(source, folder)
    except OSError as error:
        wrong = f"cannot be written: {error.strerror}"
        raise Faults([Fault(str(folder), 0, "", "", wrong, "Name a folder you may write to.")]) from error
