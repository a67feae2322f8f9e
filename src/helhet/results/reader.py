"""Reading a store."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from helhet.results.manifest import NAME, SCOPES, Manifest, Reported, read_manifest
from helhet.results.store import FOLDER, file_name, finished, month_names, sound
from helhet.words.declare import Scope
from helhet.words.faults import Fault, Faults


class Results:
    """The store in ``folder``, to look at.

    It shows the futures that are finished under every plan, so that plans can be compared future by future: all
    plans of the store, or those named in ``plans``, and at most the first ``futures`` futures. A run that was stopped
    can be read as far as it came. Raises :class:`Faults` when there is no store, no finished future, no such plan, or
    a later version of helhet wrote it.
    """

    def __init__(self, folder: Path | str, *, plans: Sequence[str] | None = None, futures: int | None = None) -> None:
        self.folder = Path(folder)
        self.manifest: Manifest = read_manifest(self.folder)
        known = tuple(plan.id for plan in self.manifest.plans)
        self.plans: tuple[str, ...] = known if plans is None else tuple(plans)
        for plan in self.plans:
            self._among("plan", plan, known)
        self._outcomes = {outcome.name: outcome for outcome in self.manifest.outcomes}
        self._chunks = {plan: finished(self.folder, plan, self.manifest.scopes) for plan in self.plans}
        self.numbers: np.ndarray[Any, np.dtype[np.int64]] = self._common(futures)
        self._sound: set[tuple[Scope, str]] = set()
        if not len(self.numbers):
            wrong = "no future is finished yet under " + ", ".join(self.plans)
            cure = "Run the same command again: it continues where it stopped."
            raise Faults([Fault(str(self.folder), 0, "", "", wrong, cure)])

    def _common(self, futures: int | None) -> np.ndarray[Any, np.dtype[np.int64]]:
        sets = [set(self._in_files(plan).tolist()) for plan in self.plans]
        common = np.array(sorted(set.intersection(*sets)) if sets else [], dtype=np.int64)
        return common if futures is None else common[common < futures]

    def _in_files(self, plan: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        ranges = [np.arange(first, last + 1) for first, last in self._chunks[plan]]
        return np.concatenate(ranges) if ranges else np.empty(0, dtype=np.int64)

    def _among(self, what: str, name: str, known: Sequence[str]) -> None:
        if name in known:
            return
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        listed = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
        cure = f"Did you mean {' or '.join(near)}?" if near else f"There are: {listed}."
        raise Faults([Fault(str(self.folder / NAME), 0, what, name, f"the results have no such {what}", cure)])

    @property
    def futures(self) -> int:
        """How many futures are finished under every plan. Their numbers are in ``numbers``, in order."""
        return len(self.numbers)

    @property
    def complete(self) -> bool:
        """Whether every future asked for is finished."""
        return self.futures >= self.manifest.futures

    @property
    def years(self) -> list[int]:
        """The calendar years of the run."""
        return list(range(self.manifest.first_year, self.manifest.first_year + self.manifest.years))

    @property
    def months(self) -> list[str]:
        """The months of the run, as ``YYYY-MM``."""
        return month_names(self.manifest)

    @property
    def districts(self) -> tuple[str, ...]:
        """The ids of the districts, in the order of arrays. Their names are in ``manifest.districts``."""
        return tuple(place.id for place in self.manifest.districts)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of all outcomes."""
        return tuple(self._outcomes)

    def about(self, name: str) -> Reported:
        """What the manifest says of the outcome ``name``: unit, scope, meaning. Raises :class:`Faults` if unknown."""
        self._among("outcome", name, self.outcomes)
        return self._outcomes[name]

    def outcome(self, name: str, plan: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The outcome ``name`` under ``plan``, in the outcome's unit.

        Shape (futures, years, districts), (futures, years) or (futures, months), by the outcome's scope. Row ``i`` is
        future ``numbers[i]`` under every plan. Raises :class:`Faults` for an unknown name or a damaged file.
        """
        scope = self.about(name).scope
        column = self._scan(scope, plan).select(name).collect()[name].to_numpy()
        held = self._in_files(plan)
        shape = {
            "district": (len(held), self.manifest.years, len(self.manifest.districts)),
            "town": (len(held), self.manifest.years),
            "month": (len(held), 12 * self.manifest.years),
        }
        values = column.reshape(shape[scope])
        return values if len(held) == self.futures else values[np.isin(held, self.numbers)]

    def frame(self, scope: Scope, plan: str) -> pl.LazyFrame:
        """All outcomes of ``scope`` under ``plan`` as they stand in the files, with a column for each."""
        self._among("scope", scope, SCOPES)
        frame = self._scan(scope, plan)
        if len(self._in_files(plan)) == self.futures:
            return frame
        return frame.filter(pl.col("future").is_in(self.numbers.tolist()))

    def table(self, name: str, plan: str) -> pl.DataFrame:
        """One outcome as a long table for export.

        Columns: plan, outcome, future, year or month, district (for outcomes by district), value, unit.
        """
        about = self.about(name)
        keys = {"district": ["future", "year", "district"], "town": ["future", "year"], "month": ["future", "month"]}
        long = self.frame(about.scope, plan).select(
            pl.lit(plan).alias("plan"),
            pl.lit(name).alias("outcome"),
            *keys[about.scope],
            pl.col(name).alias("value"),
            pl.lit(about.unit).alias("unit"),
        )
        return long.collect()

    def _scan(self, scope: Scope, plan: str) -> pl.LazyFrame:
        """The files of a scope and plan, each compared with its seal the first time it is read."""
        self._among("plan", plan, self.plans)
        home = self.folder / FOLDER / plan
        if (scope, plan) not in self._sound:
            damaged = [chunk for chunk in self._chunks[plan] if not sound(home, scope, *chunk)]
            if damaged:
                wrong = "the file is missing, or has changed since it was written"
                cure = "Run the same command again: it mends what is damaged."
                names = [str(home / file_name(scope, first, last)) for first, last in damaged]
                raise Faults([Fault(name, 0, "", "", wrong, cure) for name in names])
            self._sound.add((scope, plan))
        return pl.scan_parquet([home / file_name(scope, first, last) for first, last in self._chunks[plan]])
