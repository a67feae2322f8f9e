"""Dice: stateless, counter-based random numbers.

A draw is a pure function of (seed, future, stream, year, identity), computed with Philox4x32-10 [1]_. There is no
generator object and no order of draws, so the same draw comes out in any thread, process or machine, and a plan that
changes one thing reshuffles nobody else's luck (common random numbers).

Philox takes a counter of four 32-bit words and a key of two, and returns four independent 32-bit words. The counter
is (identity low, identity high, year and stream, future); the key is the 64-bit seed.

.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy as 1, 2, 3. SC'11 (2011).
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from helhet.words.kernel import kernel

U32 = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)
M0 = np.uint64(0xD2511F53)
M1 = np.uint64(0xCD9E8D57)
W0 = np.uint64(0x9E3779B9)
W1 = np.uint64(0xBB67AE85)
UNIT = 1.0 / 4294967296.0


def stream(name: str) -> int:
    """The number of the stream called ``name`` (24 bits, from CRC-32): one stream for each question asked of the dice.

    A stream is named after what it decides, such as ``"people.event"``, so no list of streams has to be kept.
    """
    return zlib.crc32(name.encode()) & 0xFFFFFF


@kernel(inline=True)
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox4x32-10 of a counter and a key, all ``uint64`` holding 32-bit words; returns four such words."""
    for _ in range(10):
        p0 = M0 * c0
        p1 = M1 * c2
        c0 = ((p1 >> SHIFT) ^ c1 ^ k0) & U32
        c2 = ((p0 >> SHIFT) ^ c3 ^ k1) & U32
        c1 = p1 & U32
        c3 = p0 & U32
        k0 = (k0 + W0) & U32
        k1 = (k1 + W1) & U32
    return c0, c1, c2, c3


@kernel
def words(seed: Any, future: Any, name: Any, year: Any, identity: Any) -> Any:
    """Four independent 32-bit words (as ``uint64``) for one question.

    ``seed`` and ``identity`` are ``uint64``, ``future`` below 2**32, ``name`` a stream below 2**24 and ``year`` below
    2**8; other integer types are cast.
    """
    s = np.uint64(seed)
    i = np.uint64(identity)
    c2 = (np.uint64(year) << np.uint64(24)) | np.uint64(name)
    return philox(i & U32, i >> SHIFT, c2, np.uint64(future), s & U32, s >> SHIFT)


@kernel
def uniform(seed: Any, future: Any, name: Any, year: Any, identity: Any) -> Any:
    """One number in (0, 1), 32 bits fine."""
    w = words(seed, future, name, year, identity)
    return (np.float64(w[0]) + 0.5) * UNIT


@kernel
def mix(a: Any, b: Any) -> Any:
    """A new identity from two others: the 64-bit finaliser of splitmix64 over ``a`` and ``b`` (both cast to uint64).

    A newborn is ``mix(mother, year)``; a mover ``mix(mix(stream, year), number)``: identity follows from cause.
    """
    z = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b) + np.uint64(0x632BE59BD9B4E019)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def threshold(probability: Any) -> Any:
    """The number that a 32-bit word is below with ``probability`` (clipped to 0 … 1 - 2**-32), as ``uint32``."""
    return np.uint32(min(max(probability, 0.0) * 4294967296.0, 4294967295.0))
