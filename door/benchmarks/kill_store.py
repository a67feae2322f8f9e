"""Kill a writer at random points, as a power cut would, and see that the store keeps its word every time.

A child opens the store and stores passages, what the contact said, happenings, guesses, rules and day keys, sends rows
on, and runs retention with its VACUUM. It says of every row that it was acknowledged; after a random time it is killed
(SIGKILL). Then the store is opened again:

* every acknowledged row is there, or was held by the centre, counted and deleted;
* none is there twice: what lives and what is counted is what was acknowledged, and at most the one row that was on its
  way at each kill;
* rules, guesses and the keys of the days are those that were acknowledged;
* at the end every row reached the centre, the proofs are whole, and after the last retention no pseudonym and no key is
  in any file.

    python door/benchmarks/kill_store.py --kills 10000
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from helhet_door.decide.limits import Counted
from helhet_door.keep.export import verify
from helhet_door.keep.store import ZONE, Store
from helhet_door.keep.times import local_day
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Happening, Kind, Opened, Passage
from helhet_door.words.wire import Signed

BRANCH = "norrby"
START = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)  # the clock is put forward nine days later
STEP = dt.timedelta(hours=5)  # every child lives so much later than the one before
DAYS = 1
REASONS = (Reason.MEMBER, Reason.MEMBER, Reason.STAFF, Reason.WRONG_PIN, Reason.SUSPENDED)
NAMED = (Reason.MEMBER, Reason.STAFF, Reason.SUSPENDED)


class Clock:
    """A wall that stands, and the machine's monotonic clock."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> dt.datetime:
        return self._now


def write(path: Path, now: dt.datetime, dice: random.Random, say: int) -> None:
    """The child: work until killed, and say of every row that it is stored."""

    def said(what: str, *words: str) -> None:
        os.write(say, f"{' '.join((what, *words))}\n".encode())

    store = Store.open(path, Clock(now), BRANCH)
    said("open")
    mine: list[str] = []
    while True:
        now += dt.timedelta(seconds=dice.randint(1, 40))
        at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        what = dice.random()
        name = f"{dice.getrandbits(128):032x}"
        if what < 0.55:
            reason = dice.choice(REASONS)
            tag = f"{dice.getrandbits(128):032x}" if reason in NAMED else None
            store.passage(Passage(name, at, "main", reason, tag))
            mine.append(name)
            said("passage", name, tag or "")
        elif what < 0.70 and mine:
            opened = Opened(mine[-1], dice.random() < 0.8)
            store.opened(opened)
            said("opened", opened.passage, str(int(opened.opened)))
        elif what < 0.80:
            store.happening(Happening(name, at, "main", Kind.DOOR_HELD, "held"))
            said("happening", name)
        elif what < 0.83:
            store.count((Counted(f"card:{name}", (now.timestamp(),)),), 1.0, now.timestamp())
            said("guess", name)
        elif what < 0.86:
            store.keep_rules(Signed(f"{now.timestamp():.0f}".encode(), b"signature"))
            said("rules", f"{now.timestamp():.0f}")
        elif what < 0.90:
            day = local_day(now, ZONE)
            said("key", day.isoformat(), store.day_key(day).hex())
        elif what < 0.96:
            rows = store.unsent(dice.choice((5, 50)))
            held = [*(row.id for row in rows.passages), *(row.id for row in rows.happenings)]
            said("held", *held[:100])
            said("were", *(row.passage for row in rows.opened if row.opened))
            store.sent(rows.numbers)
            mine.clear()
        elif store.due(now, DAYS):
            store.retain(now, DAYS)
            mine.clear()


class Trial:
    """What was acknowledged, and what the centre holds, over all lives of the writer."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.path = folder / "box.sqlite"
        self.dice = random.Random(seed)
        self.passages: set[str] = set()
        self.happenings: set[str] = set()
        self.opened: set[str] = set()
        self.held: set[str] = set()
        self.were: set[str] = set()
        self.secrets: set[str] = set()
        self.keys: dict[str, str] = {}
        self.kills = self.in_opening = 0
        self.reopened = 0.0  # seconds, the longest
        self.now = START

    def life(self) -> None:
        """One child, from its start to its end, and what it left."""
        read, say = os.pipe()
        seed = self.dice.getrandbits(64)
        child = os.fork()
        if child == 0:
            try:
                os.close(read)
                write(self.path, self.now, random.Random(seed), say)
            except BaseException as error:
                os.write(say, f"fault {error!r}\n".encode())
            finally:
                os._exit(1)
        os.close(say)
        with os.fdopen(read, "rb", buffering=0) as pipe:
            early = self.dice.random() < 0.15
            lines = b"" if early else pipe.read(5)
            time.sleep(self.dice.random() * (0.004 if early else 0.03))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            while more := pipe.read(65536):
                lines += more
        self.kills += 1
        self.in_opening += lines == b""
        self.now += STEP
        self.after([line.split() for line in lines.decode().splitlines()])

    def after(self, said: list[list[str]]) -> None:
        """Take what the child said, and hold the store to it."""
        fresh: set[str] = set()
        guesses: list[str] = []
        rules = ""
        for what, *words in said:
            match what:
                case "passage":
                    fresh.add(words[0])
                    self.secrets.update(words[1:])
                case "opened" if words[1] == "1":
                    self.opened.add(words[0])
                case "happening":
                    self.happenings.add(words[0])
                    fresh.add(words[0])
                case "held":
                    self.held.update(words)
                case "were":
                    self.were.update(words)
                case "guess":
                    guesses.append(words[0])
                case "rules":
                    rules = words[0]
                case "key":
                    day, key = words
                    assert self.keys.setdefault(day, key) == key, "the key of a day has changed"
                    self.secrets.add(key)
                case "fault":
                    raise AssertionError(f"the writer failed: {words}")
        self.passages |= fresh - self.happenings
        begun = time.perf_counter()
        store = Store.open(self.path, Clock(self.now), BRANCH)
        self.reopened = max(self.reopened, time.perf_counter() - begun)
        try:
            assert not list(self.path.parent.glob("*.damaged-*")), "the file was found corrupt"
            there = {row[0] for row in store._db.execute("SELECT id FROM passages UNION ALL SELECT id FROM happenings")}
            lost = fresh - there - self.held
            assert not lost, f"{len(lost)} acknowledged rows are lost"
            waits = {row[0] for row in store._db.execute("SELECT row FROM outbox")}
            assert fresh <= waits | self.held, "a row is neither offered nor held"
            kept = [saved.row.key.removeprefix("card:") for saved in store.counted()]
            assert set(guesses) <= set(kept), "a guess was forgotten"
            found = store.rules()
            assert not rules or (found is not None and int(found.body) >= int(rules)), "rules went back"
            self.count(store)
        finally:
            store.close()

    def count(self, store: Store) -> int:
        """Live and counted passages together: those acknowledged, and at most one more for every kill."""
        live, folded = store._db.execute(
            "SELECT (SELECT count(*) FROM passages), (SELECT coalesce(sum(number), 0) FROM counts)"
        ).fetchone()
        most = len(self.passages) + self.kills
        assert len(self.passages) <= live + folded <= most, f"{live} + {folded} passages, not {len(self.passages)}"
        return int(live + folded)

    def end(self) -> dict[str, object]:
        """Send the rest, run retention a last time, and look into every file."""
        store = Store.open(self.path, Clock(self.now), BRANCH)
        while (rows := store.unsent(1000)).numbers:
            self.held.update(row.id for row in (*rows.passages, *rows.happenings))
            self.were.update(row.passage for row in rows.opened if row.opened)
            store.sent(rows.numbers)
        assert self.passages | self.happenings <= self.held, "a row never reached the centre"
        assert self.opened <= self.were, "an opening never reached the centre"
        stored = self.count(store)
        proof = store.retain(self.now + dt.timedelta(days=5), DAYS)
        assert proof is not None
        assert proof.leftovers == 0
        checked_file = self.path.with_name("audit.zip")
        store.export(checked_file)
        checked = verify(checked_file)
        assert checked.wrong == (), checked.wrong
        left = found_in(self.path.parent, self.secrets)
        store.close()
        assert left == 0, f"{left} pseudonyms or keys are left"
        return {
            "kills": self.kills,
            "while opening": self.in_opening,
            "acknowledged": len(self.passages) + len(self.happenings),
            "passages stored": stored,
            "lost": 0,
            "doubled": 0,
            "proofs": checked.rows["proofs"],
            "pseudonyms and keys searched for": len(self.secrets),
            "found": left,
            "longest opening, ms": round(self.reopened * 1000, 1),
        }


def found_in(folder: Path, secrets: set[str]) -> int:
    """How many of these hexadecimal secrets are in the files of ``folder``, as text or as bytes."""
    data = b"\0".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())
    return sum(secret.encode() in data or bytes.fromhex(secret) in data for secret in secrets if secret)


def main(arguments: list[str]) -> int:
    """Run, print the figures as JSON; 1 where the store broke its word."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=int(os.environ.get("HELHET_DOOR_KILLS", "200")))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="kill-store-"))
    begun = time.perf_counter()
    try:
        trial = Trial(folder, options.seed)
        for _ in range(options.kills):
            trial.life()
        figures = trial.end()
    except AssertionError as broken:
        print(json.dumps({"broken": str(broken)}))
        return 1
    finally:
        shutil.rmtree(folder)
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - begun, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
