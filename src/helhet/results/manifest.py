"""The manifest of a store: what was run, on what figures, and what every number in the store means.

It holds no time of day and no path, so the same run gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import isnan
from pathlib import Path

import msgspec
import numpy as np

from helhet.case.case import Case, Item, Source
from helhet.pieces.piece import Piece
from helhet.words.declare import Better, Distribution, Outcome, Scope, Status, Text
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Start

VERSION = 1
"""The version of the store's format. A reader refuses stores of a later version."""

NAME = "manifest.json"
SCOPES: tuple[Scope, ...] = ("district", "month", "town")
HELHET = Path(__file__).parents[1]


@dataclass(frozen=True)
class About:
    """The case that was run. ``digest`` names the content of all its files."""

    id: str
    name: str
    language: str
    digest: str
    base_date: dt.date
    knowledge_date: dt.date
    prior: str
    currency: str


@dataclass(frozen=True)
class Place:
    """A district, in the order in which arrays hold them."""

    id: str
    name: str


@dataclass(frozen=True)
class Planned:
    """A plan of the store: its name and its dated measures (months count from the base date)."""

    id: str
    name: Text
    starts: tuple[Start, ...]


@dataclass(frozen=True)
class Reported:
    """An outcome of the store, which is a column of its files.

    Where the declared outcome ``of`` is repeated ``per`` occupation or employer, ``item`` and ``item_name`` say for
    which one; otherwise ``of`` is the name itself and both are empty.
    """

    name: str
    unit: str
    scope: Scope
    better: Better
    meaning: Text
    of: str
    per: str
    item: str
    item_name: Text


@dataclass(frozen=True)
class Assumed:
    """A setting as the case had it: value (middle), range (None: not given), distribution, source and status."""

    key: str
    unit: str
    value: float
    low: float | None
    high: float | None
    distribution: Distribution
    year: str
    source: str
    status: Status


@dataclass(frozen=True)
class Based:
    """A table of the case: how many of its rows rest on each source, with which status."""

    table: str
    source: str
    status: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What a store holds.

    ``futures`` is the largest number of futures asked for, so far, under any plan; ``chunk`` the number of futures in
    each file; ``model`` the digest of the program's own files that decide the numbers.
    """

    version: int
    created_by: str
    model: str
    seed: int
    years: int
    first_year: int
    chunk: int
    futures: int
    case: About
    plans: tuple[Planned, ...]
    districts: tuple[Place, ...]
    outcomes: tuple[Reported, ...]
    settings: tuple[Assumed, ...]
    tables: tuple[Based, ...]
    sources: tuple[Source, ...]

    def scoped(self, scope: Scope) -> tuple[Reported, ...]:
        """The outcomes of one scope, in the order of their columns."""
        return tuple(outcome for outcome in self.outcomes if outcome.scope == scope)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that have any outcome: each has files of its own."""
        return tuple(scope for scope in SCOPES if self.scoped(scope))

    def encode(self) -> bytes:
        """The manifest as indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self, enc_hook=_plain), indent=1) + b"\n"


def _plain(value: object) -> object:
    """NumPy's numbers as Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a manifest cannot hold {value!r}")


def model_digest(pieces: Sequence[Piece]) -> str:
    """SHA-256 over the program files that decide the numbers: helhet up to the run, and the files of ``pieces``.

    A run must not be continued by other code than began it, and a version number does not change with every edit.
    """
    files = {path for part in ("words", "case", "pieces") for path in (HELHET / part).rglob("*.py")}
    files |= {HELHET / "town.py", HELHET / "simulate.py"}
    for piece in pieces:
        file = getattr(sys.modules.get(type(piece).__module__), "__file__", None)
        if file is not None:
            files.add(Path(file).resolve())
    digest = hashlib.sha256()
    for content in sorted(path.read_bytes() for path in files):
        digest.update(hashlib.sha256(content).digest())
    for piece in pieces:
        digest.update(f"{type(piece).__qualname__}\n".encode())
    return digest.hexdigest()


def expand(outcomes: Sequence[Outcome], case: Case) -> Iterator[Reported]:
    """The columns that ``outcomes`` become in ``case``: one each, or one for each row of the list they are ``per``."""
    lists: dict[str, tuple[Item, ...]] = {"occupation": case.occupations, "employer": case.employers}
    for o in outcomes:
        if not o.per:
            yield Reported(o.name, o.unit, o.scope, o.better, o.meaning, o.name, "", "", Text("", ""))
            continue
        for item in lists[o.per]:
            name = f"{o.name}.{item.id}"
            yield Reported(name, o.unit, o.scope, o.better, o.meaning, o.name, o.per, item.id, item.name)


def _settings(case: Case) -> Iterator[Assumed]:
    for key in sorted(case.settings):
        s = case.settings[key]
        low, high = (None if isnan(limit) else limit for limit in (s.low, s.high))
        yield Assumed(key, s.setting.unit, s.value, low, high, s.distribution, s.year, s.source, s.status)


def _tables(case: Case) -> Iterator[Based]:
    for name in sorted(case.tables):
        rows = case.tables[name]
        if not len(rows) or "source" not in rows.columns or "status" not in rows.columns:
            continue
        counts: dict[tuple[str, str], int] = {}
        for pair in zip(map(str, rows["source"]), map(str, rows["status"]), strict=True):
            counts[pair] = counts.get(pair, 0) + 1
        yield from (Based(name, source, status, counts[source, status]) for source, status in sorted(counts))


def describe(
    case: Case, pieces: Sequence[Piece], *, plans: Sequence[str], futures: int, years: int, seed: int, chunk: int
) -> Manifest:
    """The manifest of a run of ``futures`` futures of ``case`` under ``plans`` (ids), ``years`` years each.

    Raises :class:`Faults` when a plan is not in the case.
    """
    _known_plans(case, plans)
    manifest = Manifest(
        version=VERSION,
        created_by=f"helhet {_installed_version()}",
        model=model_digest(pieces),
        seed=seed,
        years=years,
        first_year=case.date(0).year,
        chunk=chunk,
        futures=futures,
        case=About(
            case.id,
            case.name,
            case.language,
            case.digest,
            case.base_date,
            case.knowledge_date,
            case.prior,
            case.currency,
        ),
        plans=tuple(Planned(plan, case.plans[plan].name, case.plans[plan].starts) for plan in plans),
        districts=tuple(Place(district.id, district.name) for district in case.districts),
        outcomes=tuple(expand([outcome for piece in pieces for outcome in piece.outcomes], case)),
        settings=tuple(_settings(case)),
        tables=tuple(_tables(case)),
        sources=tuple(case.sources[key] for key in sorted(case.sources)),
    )
    # As it will be read back, so that what is compared and written again is the same (12 and 12.0 are not, in JSON).
    return msgspec.json.decode(manifest.encode(), type=Manifest)


def _known_plans(case: Case, plans: Sequence[str]) -> None:
    known = ", ".join(case.plans)
    unknown = [plan for plan in plans if plan not in case.plans]
    if unknown:
        cure = f"Choose among: {known}."
        raise Faults([Fault("plans.csv", 0, "plan", plan, "the case has no such plan", cure) for plan in unknown])


def _installed_version() -> str:
    try:
        return version("helhet")
    except PackageNotFoundError:  # run from a source tree: the digest of the program files tells versions apart
        return "from source"


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder``.

    Raises :class:`Faults` when there is no folder or manifest, when it cannot be read, or when a later version of
    helhet wrote it.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise Faults([Fault(str(folder), 0, "", "", "there is no such folder of results", "Run helhet run first.")])
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        wrong = "the folder holds no results: the manifest is missing"
        raise Faults([Fault(str(path), 0, "", "", wrong, "Name the folder that helhet run wrote.")]) from None
    try:
        written = msgspec.json.decode(content, type=_Version).version
        if written > VERSION:
            wrong = f"written by a later helhet (this one reads formats up to {VERSION})"
            raise Faults([Fault(str(path), 0, "version", str(written), wrong, "Install a later helhet.")])
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cure = "Run again with --fresh, or into another folder with --out."
        raise Faults([Fault(str(path), 0, "", "", f"the manifest cannot be read: {error}", cure)]) from error


@dataclass(frozen=True)
class _Version:
    version: int
