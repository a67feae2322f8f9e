"""How the command line tells people things: in their language, faults on stderr, each with its cure."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable

from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

DONE, WRONG, INTERRUPTED = 0, 2, 130
"""Exit codes: done; something in the case or the command is wrong; stopped by the keyboard."""

ONE_FAULT = Text("1 fel.", "1 fault.")
FAULTS = Text("{n} fel.", "{n} faults.")
NOT_RUN = Text("Inget kördes.", "Nothing was run.")


def language_of_reader() -> str:
    """The language of somebody of whom only the environment is known: Swedish where it says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "sv" if os.environ[name].lower().startswith("sv") else "en"
    return "en"


def tell(text: str) -> None:
    """Say something on stderr, beside what the command was asked to print."""
    print(text, file=sys.stderr, flush=True)


def tell_faults(faults: Faults, language: str, *, before_run: bool = False) -> int:
    """Say every fault on stderr, and that nothing was run where that was to come; return the exit code."""
    for fault in faults.faults:
        tell(str(fault))
    count = len(faults.faults)
    end = " " + NOT_RUN.say(language) if before_run else ""
    tell((ONE_FAULT if count == 1 else FAULTS).say(language).format(n=count) + end)
    return WRONG


def unknown(file: str, field: str, value: str, known: Iterable[str]) -> Faults:
    """The fault of naming something that is not there, with what was perhaps meant."""
    names = list(known)
    near = difflib.get_close_matches(value, names, n=3, cutoff=0.5)
    cure = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names)}."
    return Faults([Fault(file, 0, field, value, f"there is no such {field}", cure)])
