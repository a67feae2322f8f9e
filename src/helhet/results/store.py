"""Writing the store: one Parquet file for each plan, scope and chunk of futures, each written whole or not at all.

A chunk counts as finished when its seal is there: a small file, written last, with the SHA-256 of the others, which
``sha256sum --check`` reads too.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from helhet.results.manifest import NAME, SCOPES, Manifest, read_manifest
from helhet.results.merge import merge
from helhet.words.declare import Scope
from helhet.words.faults import Fault, Faults

Array = np.ndarray[Any, Any]
FOLDER = "results"
PART = ".part"
FILE = re.compile(rf"(?:({'|'.join(SCOPES)})-(\d+)-(\d+)\.parquet|(chunk)-(\d+)-(\d+)\.sha256)")


def file_name(scope: Scope, first: int, last: int) -> str:
    """The name of the file with futures ``first`` to ``last`` (inclusive)."""
    return f"{scope}-{first:05d}-{last:05d}.parquet"


def seal_name(first: int, last: int) -> str:
    """The name of the seal of futures ``first`` to ``last`` (inclusive)."""
    return f"chunk-{first:05d}-{last:05d}.sha256"


def chunk_of(name: str) -> tuple[str, int, int] | None:
    """What a file of the store is, by its name: scope (or ``chunk``, of a seal), first and last future."""
    match = FILE.fullmatch(name)
    if match is None:
        return None
    what, first, last = match.groups()[:3] if match[1] else match.groups()[3:]
    return what, int(first), int(last)


def finished(folder: Path, plan: str, scopes: Iterable[Scope]) -> list[tuple[int, int]]:
    """The chunks (first and last future, inclusive) of ``plan`` that are sealed and have a file for every scope.

    In order. Of two chunks with the same first future, which a run stopped while extending may leave, the longer
    counts.
    """
    home = folder / FOLDER / plan
    found: dict[tuple[int, int], set[str]] = {}
    for name in sorted(os.listdir(home)) if home.is_dir() else ():
        chunk = chunk_of(name)
        if chunk is not None:
            found.setdefault(chunk[1:], set()).add(chunk[0])
    best: dict[int, int] = {}
    for first, last in sorted(found):
        if found[first, last].issuperset((*scopes, "chunk")):
            best[first] = last
    return sorted(best.items())


def sound(home: Path, scope: Scope, first: int, last: int) -> bool:
    """Whether the file of a chunk in ``home`` is what was written there: its SHA-256 is the one in the seal."""
    name = file_name(scope, first, last)
    try:
        with (home / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines = (home / seal_name(first, last)).read_bytes().splitlines()
    except OSError:
        return False
    return f"{digest}  {name}".encode() in lines


def keys(manifest: Manifest, scope: Scope, first: int, last: int) -> list[pl.Series]:
    """The columns that name the rows of a file: future, then year and district, year, or month (``YYYY-MM``)."""
    futures = np.arange(first, last + 1, dtype=np.uint32)
    years = np.arange(manifest.first_year, manifest.first_year + manifest.years, dtype=np.int16)
    if scope == "month":
        months = month_names(manifest)
        return [
            pl.Series("future", np.repeat(futures, len(months))),
            pl.Series("month", months * len(futures), dtype=pl.String),
        ]
    if scope == "town":
        return [pl.Series("future", np.repeat(futures, len(years))), pl.Series("year", np.tile(years, len(futures)))]
    places = [place.id for place in manifest.districts]
    return [
        pl.Series("future", np.repeat(futures, len(years) * len(places))),
        pl.Series("year", np.tile(np.repeat(years, len(places)), len(futures))),
        pl.Series("district", places * (len(years) * len(futures)), dtype=pl.String),
    ]


def month_names(manifest: Manifest) -> list[str]:
    """The months of the run as ``YYYY-MM``."""
    base = 12 * manifest.case.base_date.year + manifest.case.base_date.month
    return [f"{(base + m) // 12:04d}-{(base + m) % 12 + 1:02d}" for m in range(12 * manifest.years)]


class Store:
    """The store in ``folder``, open for writing the run that ``manifest`` describes.

    An existing store of the same run is continued; see :func:`helhet.results.merge.merge` for what is the same.
    Raises :class:`Faults` when the folder holds something else or cannot be written.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        present = folder / NAME
        if present.exists():
            self.manifest = merge(read_manifest(folder), manifest, folder)
        elif (folder / FOLDER).is_dir() and any((folder / FOLDER).glob("*/*.parquet")):
            cure = "Choose another folder with --out, or write over these results with --fresh."
            raise Faults([Fault(str(present), 0, "", "", "there are results here but no manifest", cure)])
        else:
            self.manifest = manifest
        try:
            for plan in self.manifest.plans:
                (folder / FOLDER / plan.id).mkdir(parents=True, exist_ok=True)
                self._sweep(plan.id)
        except OSError as error:
            raise _disk_fault(folder, error) from error
        self._ends = {plan.id: dict(finished(folder, plan.id, self.manifest.scopes)) for plan in self.manifest.plans}
        content = self.manifest.encode()
        if not present.exists() or present.read_bytes() != content:
            _write(present, content)

    def _sweep(self, plan: str) -> None:
        """Remove what a killed run left: half-written files and unsealed chunks."""
        home = self.folder / FOLDER / plan
        whole = set(finished(self.folder, plan, self.manifest.scopes))
        for name in sorted(os.listdir(home)):
            chunk = chunk_of(name)
            if name.endswith(PART) or (chunk is not None and chunk[1:] not in whole):
                (home / name).unlink()
        (self.folder / (NAME + PART)).unlink(missing_ok=True)

    def holds(self, plan: str, first: int, last: int) -> bool:
        """Whether futures ``first`` to ``last`` of ``plan`` are in the store, whole and undamaged.

        Every file is read and compared with its seal, so that a torn or damaged one is made again.
        """
        end = self._ends[plan].get(first, -1)
        home = self.folder / FOLDER / plan
        return end >= last and all(sound(home, scope, first, end) for scope in self.manifest.scopes)

    def write(self, plan: str, first: int, outcomes: Mapping[str, Array]) -> None:
        """Add a chunk: futures from ``first`` on, under ``plan``.

        ``outcomes`` maps every outcome to an array of shape (futures, years, districts), (futures, years) or
        (futures, months), by its scope. Raises :class:`Faults` when the disk is full or cannot be written; what was
        written before stays.
        """
        last = first + len(next(iter(outcomes.values()))) - 1
        home = self.folder / FOLDER / plan
        seal = b""
        for scope in self.manifest.scopes:
            content = self._parquet(scope, first, last, outcomes)
            name = file_name(scope, first, last)
            _write(home / name, content)
            seal += f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()
        _write(home / seal_name(first, last), seal)
        shorter = self._ends[plan].get(first, last)
        if shorter != last:  # the tail of a run that is now made longer
            for name in (seal_name(first, shorter), *(file_name(s, first, shorter) for s in self.manifest.scopes)):
                (home / name).unlink()
        self._ends[plan][first] = last

    def _parquet(self, scope: Scope, first: int, last: int, outcomes: Mapping[str, Array]) -> bytes:
        """A file of the store. It is made in memory, so that what the disk does to it is told by the disk itself."""
        columns = keys(self.manifest, scope, first, last)
        for outcome in self.manifest.scoped(scope):
            values = np.ascontiguousarray(outcomes[outcome.name], dtype=np.float32)
            columns.append(pl.Series(outcome.name, values.reshape(-1)))
        frame = pl.DataFrame(columns)
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", row_group_size=max(frame.height, 1))
        return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write ``path`` whole or not at all: under another name first, flushed to the disk, then renamed."""
    part = path.with_name(path.name + PART)
    try:
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:  # an interrupt too: nothing half-written stays
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _disk_fault(path, error) from error


def _disk_fault(path: Path, error: OSError) -> Faults:
    cures = {
        errno.ENOSPC: "Make room on the disk and run the same command again: it continues from what is finished.",
        errno.EFBIG: "Raise the limit on file size and run the same command again: it continues from what is finished.",
        errno.EACCES: "Choose a folder you may write to with --out.",
        errno.EROFS: "Choose a folder you may write to with --out.",
        errno.EEXIST: "Choose another folder with --out.",
        errno.ENOTDIR: "Choose another folder with --out.",
    }
    cures[errno.EDQUOT] = cures[errno.ENOSPC]
    cure = cures.get(error.errno or 0, "Mend this and run the same command again: it continues from what is finished.")
    return Faults([Fault(str(path), 0, "", "", f"cannot be written: {os.strerror(error.errno or 0)}", cure)])


def clear(folder: Path) -> None:
    """Remove the store in ``folder`` (``--fresh``): its manifest and result files, and nothing else."""
    (folder / NAME).unlink(missing_ok=True)
    (folder / (NAME + PART)).unlink(missing_ok=True)
    for home in sorted((folder / FOLDER).glob("*/")):
        for name in sorted(os.listdir(home)):
            if chunk_of(name.removesuffix(PART)) is not None:
                (home / name).unlink()
        if not os.listdir(home):
            home.rmdir()
