"""What commands that simulate have found, kept beside the results so that the page can show it.

One JSON file each in the folder ``decisions`` of a run. A finding names the content of the case, the seed and the
program that it comes from, and one that comes from others is not read: it would speak of another town.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from helhet.results import Results
from helhet.words.faults import Fault, Faults

FOLDER = "decisions"

FORMAT = 2
"""What the findings below mean: 2 since the search lives what it was fitted to. Those of another are not read."""


@dataclass(frozen=True)
class Within:
    """The latest starts of one measure inside a plan, by simulation.

    ``latest`` holds the last month in which it can begin in each of ``futures`` futures from number 0 on; None where
    not even a start today prevents the shortage; ``unneeded`` says in which futures it is not needed. ``date`` is the
    month by which it must begin at ``risk`` over all of them (None: no start keeps it, or none is needed), and
    ``checked`` the share of futures with a shortage when all are lived with a start then.
    """

    plan: str
    measure: str
    need: str
    months: int
    latest: tuple[float | None, ...]
    unneeded: tuple[bool, ...]
    risk: float
    date: int | None = None
    checked: float | None = None


@dataclass(frozen=True)
class Change:
    """One part of a change: whose it is, its mean and standard error over futures (None: of one future)."""

    name: str
    mean: float
    error: float | None


@dataclass(frozen=True)
class Why:
    """Why an outcome differs between two plans or two cases: from ``before`` to ``after`` by ``parts``."""

    outcome: str
    unit: str
    year: int
    first: str
    second: str
    futures: int
    before: float
    after: float
    parts: tuple[Change, ...]


@dataclass(frozen=True)
class Found:
    """A plan that the search found: its measures with the month each starts in and its size, and what it comes to.

    ``risk`` is the share of futures with a shortage among those that the search learned from, ``lived`` that in
    ``futures`` others, both lived. ``bound`` is the least that any plan could cost by the reckoning as last corrected
    (None where the plan does not keep the risk that was asked for), and ``floor`` the least by the reckoning before it,
    for a plan that has at most the larger of the two risks in all futures there could be, ``sure`` so surely; 0: none.
    """

    risk: float
    lived: float
    futures: int
    cost: float
    bound: float | None
    starts: tuple[tuple[str, int, float], ...]
    floor: float
    sure: float


@dataclass(frozen=True)
class Kept:
    """All that has been found for a run; each may be empty."""

    within: tuple[Within, ...] = ()
    why: tuple[Why, ...] = ()
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class _Seal:
    of: str


@dataclass(frozen=True)
class _Sealed(_Seal):
    kept: Kept


def _path(results: Results) -> Path:
    return results.folder / FOLDER / "found.json"


def seal(results: Results) -> str:
    """What a finding must come from to be read beside these results."""
    manifest = results.manifest
    case = f"{manifest.case.digest} {manifest.case.prior}"
    return f"{FORMAT} {case} {manifest.seed} {manifest.years} {manifest.model}"


def read_kept(results: Results) -> Kept:
    """What has been found for the run; nothing where nothing has, or where it was found for other results.

    Raises :class:`Faults` for a file that cannot be read.
    """
    path = _path(results)
    if not path.exists():
        return Kept()
    try:
        text = path.read_bytes()
        if msgspec.json.decode(text, type=_Seal).of != seal(results):
            return Kept()  # an older program may have written it in another shape
        return msgspec.json.decode(text, type=_Sealed).kept
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        cure = "Delete it, and run the commands that made it again."
        raise Faults([Fault(str(path), 0, "", "", f"cannot be read: {error}", cure)]) from error


def clear_kept(folder: Path) -> None:
    """Throw away what has been found for the run in ``folder``, as its results are."""
    path = folder / FOLDER / "found.json"
    path.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def keep(results: Results, kept: Kept) -> None:
    """Write what has been found, whole or not at all. Raises :class:`Faults` where that cannot be."""
    path = _path(results)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(_Sealed(seal(results), kept)), indent=1) + b"\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Faults(
            [Fault(str(path), 0, "", "", f"cannot be written: {error.strerror}", "Free it, and try again.")]
        ) from error
