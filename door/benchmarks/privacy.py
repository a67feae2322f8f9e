"""What is left of 100,000 visits: a byte search of everything that the service wrote, before and after retention.

``python benchmarks/privacy.py [--visits 100000]``: the service as in speed.py, with real SIP2 and SQLite. Searched are
the database, its write-ahead log, the service's own log, the rules, everything that was sent to the centre, and the
auditor's export; for names, card numbers, PINs beside their cards, addresses, mail, telephones and personal identity
numbers of everybody whom the library system told of. Then two weeks pass, retention runs, and no pseudonym may be left.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.extend(
    str(Path(__file__).parents[1] / each) for each in ("benchmarks", "tests", "tests/visits", "tests/oracle")
)

from aiohttp import web
from msgspec.structs import replace
from speed import FED, RULES, start
from speed import _said as said
from staging.hub import Hub
from staging.stage import BRANCH, Stage, members, rules_for, staged

from helhet_door.demo.people import Person, made_up
from helhet_door.keep.store import Store
from helhet_door.words.clock import SystemClock


class Overheard(Hub):
    """A centre that writes down every report as it came, and keeps nothing else."""

    async def _handle(self, request: web.Request) -> web.Response:
        with (self.folder / "sent.log").open("ab") as file:
            file.write(await request.read() + b"\n")
        answer = await super()._handle(request)
        for rows in (self.passages, self.opened, self.happenings):
            rows.clear()
        return answer


def people(many: int) -> tuple[Person, ...]:
    """Made-up people with PINs of twelve digits: four digits are found by chance in any file of numbers."""
    dice = random.Random(1)
    known = made_up(many, 1, dt.date(2026, 1, 1))
    return tuple(replace(person, pin=f"{dice.randrange(10**12):012d}") for person in known)


def secrets_of(known: Iterable[Person]) -> list[bytes]:
    """What must not be found anywhere."""
    found: set[str] = set()
    for person in known:
        born = f"{person.birth:%Y%m%d}" if person.birth else "19000101"
        found |= {person.card, person.pin, person.name, person.address, person.mail, person.telephone, f"{born}-"}
    return [each.encode() for each in sorted(found) if each]


def search(folder: Path, wanted: Iterable[bytes]) -> tuple[set[bytes], int]:
    """Those of ``wanted`` that stand in any file of ``folder``, and how many bytes were searched.

    grep looks for thousands at once; what holds a line's end, by which grep tells them apart, is looked for one by one.
    """
    chosen = set(wanted)
    alone = {each for each in chosen if b"\n" in each}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files, "nothing to search"
    with tempfile.NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(sorted(chosen - alone)))
        patterns.flush()
        grep = [
            "grep",
            "--text",
            "--only-matching",
            "--no-filename",
            "--fixed-strings",
            f"--file={patterns.name}",
            "--",
        ]
        done = subprocess.run([*grep, *files], stdout=subprocess.PIPE, env={"LC_ALL": "C"}, check=False)
    if done.returncode > 1:
        raise SystemExit("grep could not search")
    hay = b"\0".join(path.read_bytes() for path in files) if alone else b""
    found = set(done.stdout.split(b"\n")) & chosen | {each for each in alone if each in hay}
    return found, sum(path.stat().st_size for path in files)


def tags_in(stage: Stage) -> list[bytes]:
    """Every pseudonym and key of a day, as text and as bytes."""
    tags = [tag for (tag,) in stage.rows("SELECT DISTINCT tag FROM passages WHERE tag IS NOT NULL")]
    keys = [bytes(key) for (key,) in stage.rows("SELECT key FROM day_keys")]
    return [each for tag in tags for each in (tag.encode(), bytes.fromhex(tag))] + [
        each for key in keys for each in (key, key.hex().encode())
    ]


def written(stage: Stage, base: Path) -> Path:
    """A folder with a copy of all that the service wrote and sent; the log is copied while it is written."""
    into = base / f"seen-{len(list(base.glob('seen-*')))}"
    into.mkdir()
    paths = [*(stage.folder / "state").iterdir(), stage.folder / "service.log", stage.folder / "sent.log"]
    for path in paths:
        if path.is_file():
            (into / path.name).write_bytes(path.read_bytes())
    (into / "rules.json").write_bytes(stage.hub.signed.body)
    return into


async def look(visits: int) -> bool:
    """Let people come, search, let retention run, and search again."""
    known = people(2_000)
    secret = secrets_of(known)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        seen = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stage = await stack.enter_async_context(staged(folder, known, FED, start=False, line="lines = 16"))
        await stage.hub.stop()
        hub, stage.hub = stage.hub, Overheard(folder)
        stage.hub.port, stage.hub.key = hub.port, hub.key
        await stage.hub.start()
        stack.push_async_callback(stage.hub.stop)
        stage.hub.enforce(rules_for(RULES, members(stage, known)))
        process = await start(stage, "hours", str(visits))
        for _ in range(50):
            done = (await said(process))["done"]
        tags = tags_in(stage)
        found, size = search(written(stage, seen), secret)
        planted, _ = search(folder, secret)
        print(f"{done:,} visits; {len(secret):,} secrets; {size / 2**20:.0f} MB searched")
        print(
            f"found while it runs: {len(found)} (and {len(planted):,} where they are, in the library system's own file)"
        )
        for each in sorted(found)[:10]:
            print(f"  {each!r}")
        pseudonyms, _ = search(written(stage, seen), tags)
        await stage.stop()
        left = _after(stage, seen, secret, tags)
        print(f"pseudonyms and day keys: {len(tags):,}, found {len(pseudonyms):,} before retention, {left} after")
    return not found and left == 0 and bool(planted) and bool(pseudonyms)


def _after(stage: Stage, seen: Path, secret: list[bytes], tags: list[bytes]) -> int:
    """Two weeks later: what is left of secrets and pseudonyms in the box, and in the auditor's export."""
    store = Store.open(stage.folder / "state" / "door.sqlite", SystemClock(), BRANCH)
    rows = store.waiting()
    proof = store.retain(dt.datetime.now(dt.UTC) + dt.timedelta(days=17))
    assert proof is not None
    folder = seen / "after"
    folder.mkdir()
    store.export(folder / "export.zip")
    with zipfile.ZipFile(folder / "export.zip") as export:  # what is packed cannot be searched
        export.extractall(folder / "export")
    store.close()
    for path in (stage.folder / "state").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    print(f"retention: {proof.folded:,} passages folded, {proof.keys} keys destroyed, {proof.leftovers} leftovers")
    print(f"  rows that still waited for the centre: {rows}")
    return len(search(folder, tags)[0]) + len(search(folder, secret)[0])


def main() -> None:
    """Look, and end with code 1 where anything is found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--visits", type=int, default=100_000)
    sys.exit(not asyncio.run(look(parser.parse_args().visits)))


if __name__ == "__main__":
    main()
