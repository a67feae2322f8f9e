"""A centre in which things have happened, served to a browser by waitress in a thread."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import waitress.server
from centre_town import CARD, HEALTH, PIN, Town, handle, post

from helhet_door.centre.database import connect
from helhet_door.centre.housekeeping import tidy
from helhet_door.words.reasons import NAMED, Reason
from helhet_door.words.rows import DayKey, Happening, Kind, Opened, Passage
from helhet_door.words.states import BranchState
from helhet_door.words.tags import day_tag
from helhet_door.words.wire import DoorHealth, Health

BROKEN = Health(
    BranchState.OPEN_PLUS,
    (DoorHealth("main", False, "idle"),),
    False,
    True,
    7,
    (Kind.LIBRARY_LOST.value, Kind.DOOR_HELD.value),
    "0.1.0",
)


def live(town: Town, days: int = 24) -> None:
    """Passages of the last weeks, agreements, staff cards, an exception day, a request, a fault."""
    _visits(town, days)
    sven = town.client("sven")
    at = handle(sven)
    post(sven, f"{at}/grant", {"g-version": "1", "g-protected": "y"})
    tomorrow = (town.clock.now() + dt.timedelta(days=1)).date()
    post(sven, "/branch/ursviken/exception", {"day": tomorrow.isoformat(), "what": "closed"})
    last = (tomorrow + dt.timedelta(days=90)).isoformat()
    staff = {"kind": "cleaner", "branches": ["ursviken", "kage"], "first": tomorrow.isoformat(), "last": last}
    hours = {"start": "04:00", "end": "09:00", "pin": PIN, "again": PIN}
    assert post(sven, "/staff-cards/new", {"card": "99887766", **staff, **hours}).status_code == 302
    post(sven, "/members/versions", {"first": tomorrow.isoformat(), "reference": "KS 2019-118"})
    passage = town.query("SELECT id FROM passages WHERE tag IS NOT NULL ORDER BY at DESC, id LIMIT 1")[0][0]
    post(sven, f"/openings/ursviken/{passage}/ask", {"reason": "damage", "reference": "A 17/2019"})
    post(town.client("stina"), "/branch/kage/lock")
    heard(town)


def heard(town: Town) -> None:
    """Both boxes report: one well, one with faults; the first has fetched its rules."""
    reply = town.sync("ursviken")
    serial = msgspec.json.decode(reply.rules.body)["serial"] if reply.rules else 1
    town.sync("ursviken", serial, health=msgspec.structs.replace(HEALTH, occupancy=4))
    town.sync("kage", 0, health=BROKEN, happenings=(_happening(town, Kind.LIBRARY_LOST), _happening(town, Kind.TAMPER)))


def _happening(town: Town, kind: Kind) -> Happening:
    at = (town.clock.now() - dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Happening(f"{random.getrandbits(128):032x}", at, "main", kind, "")


def _visits(town: Town, days: int) -> None:
    dice = random.Random(4)
    now = town.clock.now()
    for ago in range(days, -1, -1):
        rows, opened, day = [], [], (now - dt.timedelta(days=ago)).replace(minute=0)
        key = bytes(dice.randrange(256) for _ in range(32))
        for hour in range(4, 19):
            for number in range(dice.choice((0, 1, 3, 6, 9, 14) if ago else (0, 1, 2))):
                reason = dice.choices([Reason.MEMBER, Reason.WRONG_PIN, Reason.STAFF, Reason.SUSPENDED], (20, 2, 2, 1))[
                    0
                ]
                tag = day_tag(key, CARD if number == 0 else str(dice.random())) if reason in NAMED else None
                at = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
                row = Passage(f"{dice.getrandbits(128):032x}", at.strftime("%Y-%m-%dT%H:%M:%SZ"), "main", reason, tag)
                rows.append(row)
                opened.append(Opened(row.id, dice.random() < 0.95))
        town.sync(passages=tuple(rows), opened=tuple(opened), day_keys=(DayKey(day.date().isoformat(), key.hex()),))
    db = connect(town.folder)
    tidy(db, town.desk.branches.now().values(), now, 730)
    db.close()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application on a free port of loopback; its address."""
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)
