"""Files as they are handed to us: whether one can be read at all, how large it is, and in what letters."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from helhet.case.found import Found

MB = 1 << 20
LONGEST_LINE = MB
LARGEST_FILE = 200 * MB
MOST_LINES = 200_000
CURE_UTF8 = "Save it again as 'CSV UTF-8'"
BROKEN_DISK = "See to the disk and its permissions"


def regular(path: Path, file: str, largest: int, found: Found) -> bool:
    """Whether ``path`` is a file that can be read, of at most ``largest`` bytes; if not, a fault says why."""
    try:
        info = path.stat()
    except FileNotFoundError:
        found.add(file, 0, "", "", "there is no such file", "Add it, or make a new case and copy it from there")
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found.add(file, 0, "", "", f"cannot be opened: {reason}", "Put an ordinary file in its place")
        return False
    if not stat.S_ISREG(info.st_mode):
        what = "a folder" if stat.S_ISDIR(info.st_mode) else "not an ordinary file"
        found.add(file, 0, "", "", f"is {what}", "Put an ordinary file in its place")
        return False
    if info.st_size > largest:
        size = f"{info.st_size / MB:.0f} MB"
        found.add(file, 0, "", size, f"is larger than {largest // MB} MB", "Keep only the rows that the case needs")
        return False
    if info.st_size == 0:
        found.add(file, 0, "", "", "is empty", "Write its heading and its rows")
        return False
    if not os.access(path, os.R_OK):
        found.add(file, 0, "", "", "may not be read", "Give yourself permission to read it")
        return False
    return True


@dataclass(frozen=True)
class Survey:
    """What one pass over a text file tells: its SHA-256 and its encoding as Python calls it."""

    sha256: str
    encoding: str


def survey(path: Path, file: str, found: Found) -> Survey | None:
    """Read a text file once, never holding more than one line of :data:`LONGEST_LINE`; ``None``, with faults, if it
    is no text.

    UTF-8 is expected. A byte order mark tells UTF-16. Other bytes are Windows-1252 if the first line that is not a
    comment has more semicolons than commas: such files come from a Swedish spreadsheet.
    """
    digest, encoding, row, semicolons = hashlib.sha256(), "utf-8-sig", 0, None
    foreign = unknown = 0  # the first line that is not UTF-8, and the first that is not Windows-1252 either
    with path.open("rb") as data:
        while line := data.readline(LONGEST_LINE + 1):
            row += 1
            if row == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                encoding = "utf-16"
            refused = _refused(line, row, encoding)
            if refused:
                found.add(file, row, "", "", *refused)
                return None
            digest.update(line)
            if encoding == "utf-16":
                continue
            if semicolons is None and line.strip() and not line.lstrip(b'\xef\xbb\xbf"').startswith(b"#"):
                semicolons = line.count(b";") > line.count(b",")
            if not _decodes(line, "utf-8"):
                foreign = foreign or row
                unknown = unknown or (0 if _decodes(line, "cp1252") else row)
    if foreign and (unknown or not semicolons):
        wrong = "is not UTF-8, so letters such as å, ä and ö cannot be told"
        found.add(file, unknown or foreign, "", "", wrong, CURE_UTF8)
        return None
    return Survey(digest.hexdigest(), "cp1252" if foreign else encoding)


def _refused(line: bytes, row: int, encoding: str) -> tuple[str, str] | None:
    """What is wrong with a line, and the cure, if it ends the reading."""
    if len(line) > LONGEST_LINE:
        wrong = f"a line is longer than {LONGEST_LINE // MB} MB"
        return wrong, "Look for a missing line break or a quotation mark left open"
    if row > MOST_LINES:
        return f"has more than {MOST_LINES:,} lines", "Keep only the rows that the case needs"
    if encoding != "utf-16" and b"\0" in line:
        return "holds a zero byte: it is not text, or UTF-16 without a mark", CURE_UTF8
    return None


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
