"""Results: the store that a run writes and the reader of it. The files are described in docs/reference/results.md."""

from helhet.results.manifest import Manifest, describe
from helhet.results.reader import Results
from helhet.results.store import Store, clear

__all__ = ["Manifest", "Results", "Store", "clear", "describe"]
