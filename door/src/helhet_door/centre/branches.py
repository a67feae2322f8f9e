"""The branches of the centre: one TOML file each, read again when it changes.

At the start every fault stops the page. Later, a file that was broken while the page runs leaves the branch on what was
last read whole, and its faults are shown on the overview until it is mended.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from helhet_door.centre.config import BRANCH
from helhet_door.centre.holidays import known_country
from helhet_door.rules.model import Settings
from helhet_door.rules.read import read
from helhet_door.words.faults import Fault, Faults

FOLDER = "branches"
_LOG = logging.getLogger(__name__)
_Seen = tuple[tuple[str, int, int], ...]


class Branches:
    """All branches. Raises :class:`Faults` when made, if any file is faulty or there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._lock = threading.Lock()
        self._seen = self._look()
        self._settings, self.faults = self._read()
        self.generation = 0  # grows with every change that was taken
        if not self._settings and not self.faults:
            cure = "Put a file there for each branch"
            self.faults = (Fault(FOLDER, "the folder", "", "holds no branch", cure),)
        if self.faults:
            raise Faults(self.faults)

    def now(self) -> Mapping[str, Settings]:
        """The settings of every branch by its id, as the files say now, or last said without a fault."""
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                settings, self.faults = self._read()
                for fault in self.faults:
                    _LOG.error("%s", fault)
                self._settings = {**self._settings, **settings} if self.faults else settings
                self.generation += 1
            return self._settings

    def _look(self) -> _Seen:
        """The files with their times and sizes."""
        found = []
        for path in sorted(self._folder.glob("*.toml")):
            info = path.stat()
            found.append((path.name, info.st_mtime_ns, info.st_size))
        return tuple(found)

    def _read(self) -> tuple[dict[str, Settings], tuple[Fault, ...]]:
        settings: dict[str, Settings] = {}
        faults: list[Fault] = []
        for path in sorted(self._folder.glob("*.toml")):
            file = f"{FOLDER}/{path.name}"
            try:
                one = read(path).settings
            except Faults as found:
                faults.extend(found.faults)
                continue
            if one.branch != path.stem or not BRANCH.fullmatch(one.branch):
                cure = "Call the file by the branch's id: small letters, digits, - and _"
                faults.append(Fault(file, "branch", one.branch, "is not the name of the file", cure))
                continue
            if not known_country(one.holidays):
                cure = 'Write a code of ISO 3166, such as "SE", or "" for none'
                faults.append(Fault(file, "holidays", one.holidays, "is no country whose holidays are known", cure))
                continue
            settings[one.branch] = one
        return settings, tuple(faults)
