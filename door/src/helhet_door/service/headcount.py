"""How many people are inside, where entries and exits are both counted.

The number survives a killed process (a small file, replaced whole); after a power cut it may be some people old. It is
begun anew when the branch is closed and empty. While it is not known, a branch with a limit counts as full.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from helhet_door.reader.settings import Reader
from helhet_door.words.events import Input, Meaning


class Headcount:
    """Counts by the pulses of ``ENTRY_COUNTED`` and ``EXIT_COUNTED``."""

    def __init__(self, readers: Sequence[Reader], path: Path) -> None:
        wired = {meaning for reader in readers for meaning in reader.inputs.values()}
        self._counted = {Meaning.ENTRY_COUNTED, Meaning.EXIT_COUNTED} <= wired
        self._path = path
        self.inside = self._read() if self._counted else None

    def take(self, event: Input) -> None:
        """One person, where ``event`` is a pulse of a counter."""
        if self.inside is None or not event.on:
            return
        if event.meaning is Meaning.ENTRY_COUNTED:
            self._write(self.inside + 1)
        elif event.meaning is Meaning.EXIT_COUNTED:
            self._write(max(0, self.inside - 1))

    def empty(self) -> None:
        """The branch is closed, and nobody is in it."""
        if self._counted and self.inside != 0:
            self._write(0)

    def _read(self) -> int | None:
        try:
            return max(0, int(self._path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return 0  # a new box
        except (OSError, ValueError):
            return None

    def _write(self, inside: int) -> None:
        self.inside = inside
        new = self._path.with_suffix(".new")
        try:
            new.write_text(str(inside), encoding="ascii")
            os.replace(new, self._path)
        except OSError:
            return  # the store says what is wrong with the disk; the count in memory goes on
