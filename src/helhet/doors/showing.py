"""``helhet show``: outcomes of a run as tables in the terminal, or exported for other tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from helhet.doors.finding import folder, understood
from helhet.doors.telling import DONE, language_of_reader, tell_faults
from helhet.results import Results
from helhet.show.tables import listing, table
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

WRITTEN = Text("{rows} rader skrivna till {file}.", "{rows} rows written to {file}.")


@dataclass(frozen=True)
class Wanted:
    """What ``helhet show`` was asked for; None means not said."""

    out: str | None
    outcome: str | None
    plan: str | None
    by: str | None
    year: int | None
    csv: Path | None
    parquet: Path | None


def show(wanted: Wanted, language: str | None) -> int:
    """Print a table, or write files; returns the exit code."""
    try:
        out, outcome = understood(wanted.out, wanted.outcome)
        wanted = replace(wanted, out=out, outcome=outcome)
        results = Results(folder(wanted.out), plans=[wanted.plan] if wanted.plan else None)
        spoken = language or results.manifest.case.language
        if wanted.csv or wanted.parquet:
            return _export(results, wanted, spoken)
        if wanted.outcome is None:
            print(listing(results, spoken))
        else:
            print(table(results, wanted.outcome, spoken, wanted.by, wanted.year))
    except Faults as faults:
        return tell_faults(faults, language or language_of_reader())
    return DONE


def _export(results: Results, wanted: Wanted, language: str) -> int:
    if wanted.outcome is None:
        raise Faults(
            [Fault("show", 0, "OUTCOME", "", "no outcome is named to export", "Name one: helhet show lists them.")]
        )
    # An outcome that is repeated over a list of the case is exported for every item, as it is shown.
    about = results.manifest.outcomes
    names = [one.name for one in about if wanted.outcome in (one.name, one.of)] or [wanted.outcome]
    frame = pl.concat([results.table(name, plan) for plan in results.plans for name in names])
    if wanted.year is not None:
        frame = frame.filter(_in_year(frame, wanted.year))
        if not frame.height:
            span = f"{results.years[0]} to {results.years[-1]}"
            wrong = f"the results have no such year: they cover {span}"
            raise Faults([Fault(str(results.folder), 0, "year", str(wanted.year), wrong, "Name one of these years.")])
    for path, write in ((wanted.csv, frame.write_csv), (wanted.parquet, frame.write_parquet)):
        if path is not None:
            _whole(path, write)
            print(WRITTEN.say(language).format(rows=frame.height, file=path))
    return DONE


def _in_year(frame: pl.DataFrame, year: int) -> pl.Expr:
    if "year" in frame.columns:
        return pl.col("year") == year
    return pl.col("month").str.starts_with(f"{year:04d}-")


def _whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        wrong = f"cannot be written: {error.strerror or error}"
        raise Faults([Fault(str(path), 0, "", "", wrong, "Name a file that you may write.")]) from error
