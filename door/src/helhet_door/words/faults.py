"""Bad input: what is wrong, where, and what would cure it. All of them are told at once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong in a file: ``where`` is a row or key, ``value`` what stands there."""

    file: str
    where: str
    value: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}, {self.where}: {self.value!r} {self.wrong}. {self.cure}"


class Faults(Exception):
    """All faults of one reading. The command line prints them and leaves with code 2."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
