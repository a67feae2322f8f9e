"""``helhet door provision``: a key for a door's reader, while the service of the branch is not running."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helhet_door.reader.provision import provision
from helhet_door.service.config import read_box
from helhet_door.service.single import Single
from helhet_door.words.faults import Fault, Faults


def provision_door(path: Path, door: str, minutes: float, say: Callable[[str], None]) -> bool:
    """Give the reader of ``door`` a key of its own. Raises :class:`Faults` with what is wrong."""
    box = read_box(path)
    reader = next((each for each in box.doors if each.door == door), None)
    if reader is None:
        known = ", ".join(each.door for each in box.doors)
        raise Faults([Fault(str(path), "doors", door, "is no door of this box", f"Known are: {known}.")])
    folder = Path(box.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    single = Single(folder)
    try:
        provision(reader, minutes, say)
    finally:
        single.release()
    return True
