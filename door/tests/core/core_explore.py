"""Breadth first through every state that a pure machine can reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

S = TypeVar("S", bound=Hashable)


def explore(start: S, following: Callable[[S], Iterable[S]], most: int) -> set[S]:
    """Every state reachable from ``start``; ``following`` checks each step that it takes. Fails above ``most``."""
    seen, waiting = {start}, deque([start])
    while waiting:
        for state in following(waiting.popleft()):
            if state not in seen:
                seen.add(state)
                waiting.append(state)
                assert len(seen) <= most, "the abstraction is not finite"
    return seen
