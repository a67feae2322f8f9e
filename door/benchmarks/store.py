"""How long a commit takes, what retention costs, and what a search through every byte finds.

    python door/benchmarks/store.py                 # all of it, with 100,000 passages
    python door/benchmarks/store.py --passages 3000

The commits are those of a grant: the passage, committed before the door opens. The privacy run plants card numbers,
personal identity numbers, names, PINs and addresses in everything that the store is given to work with: tags are made
of the cards, guesses are counted under them. Then it looks for them, and for every pseudonym and key, in the database,
its log, its index and the auditor's file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import quantiles

from helhet_door.decide.limits import Counted
from helhet_door.keep.export import verify
from helhet_door.keep.store import ZONE, Store
from helhet_door.keep.times import local_day, text
from helhet_door.words.clock import SystemClock
from helhet_door.words.reasons import NAMED, Reason
from helhet_door.words.rows import Happening, Kind, Opened, Passage
from helhet_door.words.tags import day_tag, limit_tag

BRANCH = "norrby"
START = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
DAYS = 28
NAMES = ("Åsa Lindgren", "Mohammed Al-Rashid", "Storgatan 12", "931 31 Skellefteå", "asa.lindgren@example.se")
REASONS = (*(Reason.MEMBER,) * 12, Reason.STAFF, Reason.WRONG_PIN, Reason.UNKNOWN_CARD, Reason.SUSPENDED, Reason.FULL)
LIMIT_KEY = bytes(range(32))


class People:
    """Cards, PINs and personal identity numbers of people who do not exist."""

    def __init__(self, number: int, dice: random.Random) -> None:
        self.cards = [f"{dice.randrange(10**13, 10**14)}" for _ in range(number)]
        self.identities = [
            f"{1930 + i % 80}{1 + i % 12:02d}{1 + i % 28:02d}-{dice.randrange(10**4):04d}" for i in range(number)
        ]
        self.pins = [f"{dice.randrange(10**9, 10**10)}" for _ in range(number)]  # ten digits: none is there by chance

    def planted(self) -> set[str]:
        """All that must not be found, in the ways in which it is written."""
        plain = {*self.cards, *self.identities, *self.pins, *NAMES}
        return plain | {identity.replace("-", "") for identity in self.identities}


def fill(store: Store, number: int, dice: random.Random, people: People) -> set[str]:
    """Store ``number`` passages over four weeks as a box does; the pseudonyms that were made."""
    tags: set[str] = set()
    for index in range(number):
        at = START + dt.timedelta(days=DAYS) * (index / number)
        day = local_day(at, ZONE)
        card, reason = dice.choice(people.cards), dice.choice(REASONS)
        counted = limit_tag(LIMIT_KEY, card)
        tags.add(counted)
        store.count((Counted(f"card:{counted}", (float(index),)),), float(index), at.timestamp())
        tag = day_tag(store.day_key(day), card) if reason in NAMED else None
        row = Passage(f"{dice.getrandbits(128):032x}", text(at), "main", reason, tag)
        store.passage(row)
        if tag is not None:
            tags.add(tag)
            store.opened(Opened(row.id, True))
            store.count((Counted(f"card:{counted}"),), float(index), at.timestamp())
        if index % 50 == 0:
            store.happening(Happening(f"{dice.getrandbits(128):032x}", text(at), "main", Kind.DOOR_HELD, "held"))
        if index % 400 == 399:
            store.sent(store.unsent(2000).numbers)
    store.sent(store.unsent(10_000).numbers)
    return tags


def files(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def windows(runs: Iterable[bytes], length: int) -> set[str]:
    """Every ``length`` characters that stand together in a run."""
    return {run[i : i + length].decode() for run in runs for i in range(len(run) - length + 1)}


def count_hex(data: bytes, tags: set[str]) -> int:
    """How many of these 32 digits stand in ``data``, at any place, as text; or, for some hundred of them, as bytes."""
    found = windows(re.findall(rb"[0-9a-f]{32,}", data), 32) & tags
    return len(found | {tag for tag in sorted(tags)[:300] if bytes.fromhex(tag) in data})


def count_plain(data: bytes, planted: set[str]) -> int:
    """How many of these words stand in ``data``, in UTF-8, Latin-1 or UTF-16 (which is digits with zeros between)."""
    found: set[str] = set()
    for text_of in (data, data.replace(b"\0", b"")):
        runs = re.findall(rb"\d{10,}", text_of)
        for length in (10, 12, 14):
            found |= windows(runs, length) & planted
        found |= {run.decode() for run in re.findall(rb"(?=(\d{8}-\d{4}))", text_of)} & planted
        words = (word for word in planted if not word[:8].isdigit())
        found |= {word for word in words if word.encode() in text_of or word.encode("latin-1") in text_of}
    return len(found)


def privacy(folder: Path, number: int) -> dict[str, object]:
    """Store passages, look through every byte, run retention until all are over, and look again."""
    dice = random.Random(1)
    people = People(min(400, number), dice)
    path = folder / "box" / "box.sqlite"
    store = Store.open(path, SystemClock(), BRANCH)
    begun = time.perf_counter()
    tags = fill(store, number, dice, people)
    filled = time.perf_counter() - begun
    # Half of it is still in the log, where a copy of the folder would find it.
    keys = [row[0] for row in store._db.execute("SELECT key FROM day_keys")]
    stored = store._db.execute("SELECT count(*) FROM passages").fetchone()[0]
    made = {row[0] for row in store._db.execute("SELECT tag FROM passages WHERE tag IS NOT NULL")}
    before = files(path.parent)
    begun = time.perf_counter()
    proof = store.retain(START + dt.timedelta(days=DAYS + 16))
    took = time.perf_counter() - begun
    assert proof is not None
    store.export(path.with_name("audit.zip"))
    checked = verify(path.with_name("audit.zip"))
    assert checked.wrong == (), checked.wrong
    after = files(path.parent)
    store.close()
    planted = people.planted()
    for code in ("utf-8", "latin-1", "utf-16-le"):  # a search that finds nothing must be able to find
        assert count_plain("x".join(planted).encode(code), planted) == len(planted)
    return {
        "passages": stored,
        "seconds to store them": round(filled, 1),
        "megabytes before": round(len(before) / 1e6, 1),
        "megabytes after": round(len(after) / 1e6, 1),
        "planted": len(planted),
        "planted found before retention": count_plain(before, planted),
        "planted found after retention": count_plain(after, planted),
        "pseudonyms": len(made),
        "pseudonyms found before retention": count_hex(before, made),
        "pseudonyms found after retention": count_hex(after, tags),
        "day keys": len(keys),
        "day keys found before retention": sum(key in before for key in keys),
        "day keys found after retention": sum(key in after or key.hex().encode() in after for key in keys),
        "passages folded": proof.folded,
        "seconds of retention": round(took, 2),
    }


def latency(folder: Path, number: int) -> dict[str, object]:
    """Milliseconds from the call to the row on the disk, for the passages of a grant."""
    store = Store.open(folder / "speed" / "box.sqlite", SystemClock(), BRANCH)
    dice, took = random.Random(2), []
    for _ in range(number):
        row = Passage(
            f"{dice.getrandbits(128):032x}", text(START), "main", Reason.MEMBER, f"{dice.getrandbits(128):032x}"
        )
        begun = time.perf_counter()
        store.passage(row)
        took.append((time.perf_counter() - begun) * 1000)
    store.close()
    cut = quantiles(took, n=1000)
    return {
        "commits": number,
        "p50, ms": round(cut[499], 2),
        "p99, ms": round(cut[989], 2),
        "p99.9, ms": round(cut[998], 2),
        "longest, ms": round(max(took), 2),
        "a second": round(number / sum(took) * 1000),
    }


def main(arguments: list[str]) -> int:
    """Run both and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--commits", type=int, default=5000)
    parser.add_argument(
        "--folder", type=Path, help="on the disk to be measured (default: the system's temporary folder)"
    )
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="store-", dir=options.folder))
    try:
        print(json.dumps({"commit": latency(folder, options.commits)}, indent=2))
        print(json.dumps({"privacy": privacy(folder, options.passages)}, indent=2))
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
