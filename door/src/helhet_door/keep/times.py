"""Instants as text, and local days. Rows carry UTC, whole seconds, ending in Z, so that text order is time order."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def text(at: dt.datetime) -> str:
    """An aware instant as a row carries it."""
    return at.astimezone(dt.UTC).strftime(FORMAT)


def instant(at: str) -> dt.datetime:
    """The instant that a row carries. Raises ``ValueError`` for anything else."""
    if len(at) != 20 or at[10] != "T" or at[-1] != "Z":
        raise ValueError("not an instant in UTC with whole seconds")
    return dt.datetime.fromisoformat(at)


def local_day(at: dt.datetime, zone: str) -> dt.date:
    """The date on the wall in ``zone``."""
    return at.astimezone(ZoneInfo(zone)).date()


def start_of(day: dt.date, zone: str) -> dt.datetime:
    """Local midnight at which ``day`` begins, in UTC."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
