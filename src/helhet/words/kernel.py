"""Kernels: short pure functions over arrays, compiled by Numba, without the interpreter's lock.

Numba keeps compiled kernels beside the source or in the home folder, and fails at import where neither can be
written. We choose a folder that can, before Numba is imported.
"""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llvmlite import binding as llvm
from llvmlite import ir


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def sources(package: Path) -> str:
    """The checksum (CRC-32, eight hex digits) of all files of ``package`` that hold kernels or what they are made of.

    Numba keeps a kernel for as long as the kernel's own file is unchanged. But kernels take in constants and small
    functions of other files, and would go on with the old ones: so each state of those files has a cache of its own.
    """
    check = 0
    for path in sorted([*package.glob("words/*.py"), *package.glob("pieces/kernels/*.py")]):
        check = zlib.crc32(path.read_bytes(), check)
    return f"{check:08x}"


def _choose_cache() -> None:
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "helhet"
    for folder in (home, Path(tempfile.gettempdir()) / f"helhet-{os.getuid() if hasattr(os, 'getuid') else 'user'}"):
        if _writable(folder):
            os.environ["NUMBA_CACHE_DIR"] = str(folder / sources(Path(__file__).parents[1]))
            return


_choose_cache()
# Level 2 instead of 3: the year runs as fast, and the first compilation of all kernels is a tenth shorter.
os.environ.setdefault("NUMBA_OPT", "2")

import numba  # noqa: E402 - folder and level are chosen before numba reads them
from numba.core import event  # noqa: E402
from numba.extending import intrinsic  # noqa: E402


def wide(features: Mapping[str, bool]) -> str | None:
    """What to tell Numba of a processor with vectors of 512 bits, so that it uses all of them; None to tell nothing.

    ``features`` is what LLVM knows of the processor. LLVM takes 256 bits on every Intel server, because the first of
    them ran slower with more. Those that can sort bytes within a vector (VBMI2: Ice Lake, 2019) do not.
    """
    if not features.get("avx512vbmi2"):
        return None
    return ",".join([*(f"{'+' if on else '-'}{each}" for each, on in sorted(features.items())), "-prefer-256-bit"])


def _choose_vectors() -> None:
    """In this process only: a variable would follow work that is sent to another machine."""
    config: Any = numba.config  # filled when it is imported: types are not known
    if config.CPU_NAME is None and config.CPU_FEATURES is None and config.ENABLE_AVX:
        with contextlib.suppress(RuntimeError):  # LLVM does not know this processor
            config.CPU_FEATURES = wide(llvm.get_host_cpu_features())


_choose_vectors()


class _NoCollecting(event.Listener):
    """Lets Python's garbage be while a kernel is compiled: to look for it takes a tenth of the time.

    Numba calls its listeners under its own lock; a kernel is often compiled within the compiling of another.
    """

    def __init__(self) -> None:
        self.depth, self.collected = 0, False

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - what numba tells is not needed
        """A kernel begins to be compiled."""
        if self.depth == 0:
            self.collected = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: Any) -> None:  # noqa: ARG002
        """A kernel has been compiled, or failed to be."""
        self.depth -= 1
        if self.depth == 0 and self.collected:
            gc.enable()


event.register("numba:compile", _NoCollecting())  # type: ignore[no-untyped-call]  # numba declares no types


def kernel(function: Callable[..., Any] | None = None, *, inline: bool = False) -> Any:
    """Compile ``function`` with Numba: no Python objects, no lock, kept on disk between runs.

    ``inline`` puts a small helper into its callers: arrays passed to a call are counted and copied, which costs more
    than the helper itself. LLVM does it, once the helper is compiled: Numba would compile it anew in every caller. The
    arrays belong to the caller, so the helper does not count who holds them; for that it must make none of its own.

    No fast mathematics: the order of floating-point operations is part of the result.
    """
    uncounted: dict[str, Any] = {"_nrt": not inline}  # Numba's own name for it, which its types do not tell
    compiled = numba.njit(nogil=True, cache=True, error_model="numpy", forceinline=inline, **uncounted)
    return compiled(function) if function is not None else compiled


def _trailing_zeros(_: Any, word: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001 - numba's protocol
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return word(word), build


trailing_zeros: Any = intrinsic(_trailing_zeros)
"""For kernels: the zeros below the lowest one of a word (uint64, not 0), as one instruction."""
