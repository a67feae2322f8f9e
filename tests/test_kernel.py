"""Compiled kernels are not kept longer than what they were made from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helhet.words import kernel

PACKAGE = Path(kernel.__file__).parents[1]


@pytest.mark.parametrize("file", ["words/dice.py", "words/person.py", "pieces/kernels/people.py"])
def test_a_change_in_what_kernels_are_made_of_gives_them_another_cache(file: str, tmp_path: Path) -> None:
    copy = tmp_path / "helhet"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("cases", "__pycache__"))
    assert kernel.sources(copy) == kernel.sources(PACKAGE)
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write("\nMORE = 1\n")
    assert kernel.sources(copy) != kernel.sources(PACKAGE)
