"""One process for one branch: the second refuses to start."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from helhet_door.words.faults import Fault, Faults


class Single:
    """Holds an advisory lock on the branch's folder for as long as the process lives; kill -9 gives it back."""

    def __init__(self, folder: Path) -> None:
        path = folder / "running.lock"
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            cure = "See that the disk is there, has room and can be written."
            wrong = errno.errorcode.get(error.errno or 0, "")
            raise Faults([Fault(str(folder), "running.lock", wrong, "cannot be opened", cure)]) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            fault = Fault(
                str(folder), "running.lock", "held", "is held by another door process", "Stop that one first."
            )
            raise Faults([fault]) from None

    def release(self) -> None:
        """Let another process start."""
        os.close(self._file)
