"""A small disk of a test's own: ext4 on a file, so that it can be full, fail and be read-only as a real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = "12M"


class Disk:
    """One that is mounted, and can be again."""

    def __init__(self, image: Path, at: Path) -> None:
        self._image = image
        self._at = at

    def make(self) -> None:
        """Format and mount it. Raises CalledProcessError where that may not be done here."""
        _run("truncate", "-s", SIZE, str(self._image))
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
        self._mount()
        shutil.rmtree(self._at / "lost+found", ignore_errors=True)
        self._at.chmod(0o700)

    def remount(self) -> None:
        """As when a box is started anew after its disk was checked."""
        self.unmount()
        subprocess.run(["e2fsck", "-p", "-f", str(self._image)], check=False, capture_output=True)
        self._mount()

    def unmount(self) -> None:
        """Let it go."""
        _run("umount", str(self._at))

    def _mount(self) -> None:
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self._at))


def mountable(folder: Path) -> bool:
    """Whether a disk can be made here: root may, in most places."""
    if os.geteuid() != 0 or not all(shutil.which(program) for program in ("mkfs.ext4", "mount", "e2fsck")):
        return False
    try:
        with mounted(folder, "probe"):
            return True
    except subprocess.CalledProcessError:
        return False


@contextmanager
def mounted(folder: Path, name: str) -> Iterator[Disk]:
    """A disk at ``folder / name``."""
    at = folder / name
    at.mkdir(mode=0o700)
    disk = Disk(folder / f"{name}.img", at)
    disk.make()
    try:
        yield disk
    finally:
        disk.unmount()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
