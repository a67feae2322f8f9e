"""The examples in the documents do what the documents say.

A page's marked blocks run in the order of the page, in a folder of the page's own: ``sh run`` with bash, ``python
run`` with Python; a block marked ``file=NAME`` is written to that file first; every line of a ``text output`` block
(in which ``...`` stands for anything) must appear in what the block before it printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(?P<language>\w+)(?P<marks>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "reference" not in path.parts]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text, and the line of the page it begins on."""

    language: str
    marks: tuple[str, ...]
    text: str
    line: int

    @property
    def file(self) -> str:
        """The file it is to be written to, or nothing."""
        return next((mark.removeprefix("file=") for mark in self.marks if mark.startswith("file=")), "")


def blocks(page: Path) -> list[Block]:
    """The marked blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(match["language"], tuple(match["marks"].split()), match["text"], text[: match.start()].count("\n") + 1)
        for match in BLOCK.finditer(text)
    ]
    return [block for block in found if block.marks]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``helhet`` and ``python`` are the ones under test."""
    folder = tmp_path_factory.mktemp("bin")
    for name, module in (("helhet", "-m helhet.doors.command "), ("python", "")):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module}"$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    paths = os.pathsep.join([str(folder), os.environ["PATH"]])
    return os.environ | {"PATH": paths, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}


def appears(expected: str, printed: str) -> bool:
    """Whether a line of printed text matches ``expected``, in which ``...`` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    return any(re.search(pattern, line) for line in printed.splitlines())


WITH_EXAMPLES = [page for page in PAGES if blocks(page)]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_do_what_it_says(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    printed = ""
    for block in blocks(page):
        place = f"{page.relative_to(ROOT)}, line {block.line}"
        if block.file:
            (tmp_path / block.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if "run" in block.marks:
            command = {
                "sh": ["bash", "-euo", "pipefail", "-c", block.text],
                "python": [sys.executable, block.file or "-c", *([] if block.file else [block.text])],
            }[block.language]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
            )
            printed = done.stdout + done.stderr
            wanted = 2 if "exit=2" in block.marks else 0
            assert done.returncode == wanted, f"{place}:\n{printed}"
        if "output" in block.marks:
            missing = [line for line in block.text.splitlines() if line.strip() and not appears(line, printed)]
            assert not missing, f"{place}: not printed: {missing}\nprinted:\n{printed}"


def test_the_pages_that_teach_have_examples_that_run() -> None:
    taught = [page for page in PAGES if page.parent.name in ("tutorial", "how-to")]
    assert taught
    assert [page.name for page in taught if not any("run" in block.marks for block in blocks(page))] == []


def test_no_mark_is_misspelt() -> None:
    known = {"run", "output", "exit=2"}
    for page in PAGES:
        for block in blocks(page):
            strange = {mark for mark in block.marks if not mark.startswith("file=")} - known
            assert not strange, f"{page.name}, line {block.line}: {strange}"
