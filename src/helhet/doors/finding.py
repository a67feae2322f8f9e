"""Results and their case from the outside: the folder of a run, and the case it was made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from helhet.case.case import Case
from helhet.case.read import embedded_cases
from helhet.doors.cases import opened
from helhet.doors.telling import unknown
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.results import Results
from helhet.show.reading import Reading
from helhet.words.faults import Fault, Faults

HOME = Path("helhet-out")
"""Where ``helhet run`` puts the results of a case, in a folder named after it."""


def folder(out: str | None) -> Path:
    """The folder named, or the only one there is. Raises :class:`Faults` when there is none, or more than one."""
    if out is not None:
        return Path(out)
    there = sorted(manifest.parent for manifest in HOME.glob("*/manifest.json"))
    if len(there) == 1:
        return there[0]
    if not there:
        raise Faults(
            [Fault(str(HOME), 0, "", "", "there are no results here", "Run helhet run first, or name a folder.")]
        )
    listed = ", ".join(str(folder) for folder in there)
    raise Faults([Fault(str(HOME), 0, "", "", "there are several results here", f"Name one of {listed}.")])


def understood(out: str | None, word: str | None) -> tuple[str | None, str | None]:
    """The folder and the word that follows it: a single word that is no folder is the word, where results are here."""
    alone = out is not None and word is None and not Path(out).exists()
    if alone and any(HOME.glob("*/manifest.json")):
        return None, out
    return out, word


@dataclass(frozen=True)
class Found:
    """Results with the case they were made from, read for people."""

    case: Case
    read: Reading

    @property
    def results(self) -> Results:
        """The results."""
        return self.read.results


def found(out: str | None, case: str | None) -> Found:
    """The results in ``out`` with their case: the one named, or the embedded one of the name in the manifest.

    Raises :class:`Faults` when either is missing, or the case is not the one that was run.
    """
    results = Results(folder(out))
    about = results.manifest.case
    name = case or about.id
    if case is None and name not in embedded_cases():
        wrong = f"the case {about.id} does not come with helhet, so it must be named"
        raise Faults([Fault(str(results.folder), 0, "case", about.id, wrong, "Add --case and its folder.")])
    opened_case = replace(opened(name), prior=about.prior)
    if opened_case.digest != about.digest:
        wrong = "the results were made from another version of the case"
        cure = (
            "Run helhet run again, with --fresh or into another folder, or name the version that was run with --case."
        )
        raise Faults([Fault(str(results.folder), 0, "case", name, wrong, cure)])
    return Found(opened_case, Reading(opened_case, results, declarations(pieces()).outcomes))


def plan_of(read: Reading, name: str | None) -> str:
    """The plan named, which must be in the results; the one that the letter speaks about where none is.

    Raises :class:`Faults` for a plan that is not there.
    """
    if name is None:
        return read.main
    if name not in read.plans:
        raise unknown(str(read.results.folder), "plan", name, read.plans)
    return name


def measure_of(case: Case, name: str) -> str:
    """The measure named, which must be in the case. Raises :class:`Faults` for one that is not."""
    if name not in case.measures:
        raise unknown("measures.csv", "measure", name, case.measures)
    return name
