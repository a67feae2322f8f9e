"""A pseudo-terminal that stands in for a serial line, under a name that a panel can open."""

from __future__ import annotations

import os
import tty
from contextlib import suppress
from pathlib import Path

_READ = 4096


class Line:
    """The reader's end. The other end is kept open here too, so that a panel may come and go."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.stalled = False  # nobody reads: what the panel sends stays in the buffer
        self.opened = 0  # how many times
        self._ours = self._theirs = -1
        self.open()

    def open(self) -> None:
        """A new terminal under the old name; nothing where it is open."""
        if self._ours >= 0:
            return
        self.opened += 1
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        new = self.link.with_name(self.link.name + ".new")
        new.unlink(missing_ok=True)
        new.symlink_to(os.ttyname(self._theirs))
        new.replace(self.link)

    def close(self) -> None:
        """As when the adapter is pulled out of the box: the device and its name are gone."""
        if self._ours < 0:
            return
        self.link.unlink(missing_ok=True)
        os.close(self._theirs)
        os.close(self._ours)
        self._ours = self._theirs = -1

    @property
    def listens(self) -> bool:
        """Whether what arrives is read."""
        return self._ours >= 0 and not self.stalled

    def fileno(self) -> int:
        """The descriptor to wait for, or -1."""
        return self._ours

    def read(self) -> bytes:
        """What has arrived."""
        if self._ours < 0:
            return b""
        try:
            return os.read(self._ours, _READ)
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        """Send, or lose, as a wire does when nobody listens."""
        if self._ours >= 0:
            with suppress(OSError):
                os.write(self._ours, data)
