"""``helhet show``: outcomes of a run as tables in the terminal, or exported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wanted:
    """What ``helhet show`` was asked for."""

    out: str | None
    outcome: str | None
    plan: str | None
    by: str | None
    year: int | None
    csv: Path | None
    parquet: Path | None
