"""Compiled kernels are not kept longer than what they were made from, and use the processor they run on."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from llvmlite import binding as llvm
from numba.core import event

from helhet.case.template import new_case
from helhet.pieces.kernels.homes import mend
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.words import kernel
from helhet.words.person import CHILD, SINGLE

PACKAGE = Path(kernel.__file__).parents[1]


@pytest.mark.parametrize("file", ["words/dice.py", "words/person.py", "pieces/kernels/people.py"])
def test_a_change_in_what_kernels_are_made_of_gives_them_another_cache(file: str, tmp_path: Path) -> None:
    copy = tmp_path / "helhet"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("cases", "__pycache__"))
    assert kernel.sources(copy) == kernel.sources(PACKAGE)
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write("\nMORE = 1\n")
    assert kernel.sources(copy) != kernel.sources(PACKAGE)


def test_vectors_are_as_wide_as_the_processor_runs_well() -> None:
    old = {"avx2": True, "avx512f": True, "avx512vbmi2": False}
    assert kernel.wide({"neon": True}) is None
    assert kernel.wide(old) is None, "the first servers with 512 bits are slower with them"
    assert kernel.wide(old | {"avx512vbmi2": True}) == "+avx2,+avx512f,+avx512vbmi2,-prefer-256-bit"


@pytest.mark.skipif(any(name.startswith("NUMBA_CPU") for name in os.environ), reason="somebody has chosen")
def test_kernels_are_compiled_for_such_vectors() -> None:
    assert kernel.wide(llvm.get_host_cpu_features()) == numba.config.CPU_FEATURES


def test_garbage_is_let_be_while_a_kernel_is_compiled_and_collected_again_after() -> None:
    class Look(event.Listener):
        def on_start(self, event: event.Event) -> None:
            collected.append(gc.isenabled())

        def on_end(self, event: event.Event) -> None:
            pass

    def more(x: int) -> int:
        return x + 1

    def wrong(x: int) -> int:
        return x.nothing_of_the_kind

    collected: list[bool] = []
    with event.install_listener("numba:compile", Look()):
        assert numba.njit(more)(1) == 2
        with pytest.raises(numba.TypingError):
            numba.njit(wrong)(1)
    assert collected == [False, False]
    assert gc.isenabled()


@pytest.mark.parametrize(("inline", "counts"), [(True, False), (False, True)])
def test_a_helper_does_not_count_who_holds_its_arrays(
    inline: bool, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))  # what is read from a cache cannot be looked into
    helper = kernel.kernel(mend.py_func, inline=inline)
    state, role = np.array([80, 30], np.uint8), np.array([CHILD, CHILD], np.uint8)
    following, head = np.array([1, -1], np.int32), np.array([0], np.int32)
    helper(0, state, role, following, head)
    assert role.tolist() == [SINGLE, CHILD], "the oldest heads the home"
    assert ("NRT_incref" in helper.inspect_llvm(helper.signatures[0])) is counts


def test_a_helper_that_makes_arrays_is_refused() -> None:
    def wrong(n: int) -> int:
        return len(np.empty(n))

    with pytest.raises(numba.TypingError):
        kernel.kernel(wrong, inline=True)(3)


LIVED = """
import hashlib, sys
from pathlib import Path
from helhet.case.draw import draw
from helhet.case.read import read_case
from helhet.pieces.kernels.homes import mend
from helhet.pieces.order import pieces
from helhet.pieces.piece import Future, declarations
from helhet.simulate import first_day, live

case = read_case(Path(sys.argv[1]), declarations(pieces()))
first = first_day(case, pieces(), 6)
future = Future(4, 2, draw(case, 2, 4))
out = live(case, pieces(), first, first.copy(), list(case.plans.values())[-1], future, 6)
print(hashlib.sha256(b"".join(out[name].tobytes() for name in sorted(out))).hexdigest())
"""


def test_kernels_give_the_same_bytes_for_any_processor(tmp_path: Path) -> None:
    """As the processor here runs best, and as any of its kind can: no wide vectors, and nothing optimised."""
    new_case(folder := tmp_path / "town", "en", declarations(pieces()))
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_OPT": "0"}
    lived = []
    for more in ({}, plain | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}):
        command = [sys.executable, "-c", LIVED, str(folder)]
        done = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, check=True)
        lived.append(done.stdout)
    assert len(lived[0]) == 65
    assert lived[0] == lived[1]
