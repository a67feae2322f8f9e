"""``helhet door check``: is everything as it must be, before anybody stands at the door?

Every part is looked at, whatever is wrong with another, and told in one line: what was found, and what would cure it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import msgspec

from helhet_door.keep.faults import StoreFault
from helhet_door.keep.store import Store
from helhet_door.reader.panel import Panel
from helhet_door.rules.signed import NotTaken, read_public, verify
from helhet_door.service.centre_line import trusted
from helhet_door.service.config import Box, read_box
from helhet_door.service.new import read_key
from helhet_door.service.run import STORE
from helhet_door.service.single import Single
from helhet_door.service.timekeeping import Source, kernel_synchronised
from helhet_door.sip2.check import check as check_library
from helhet_door.words.clock import Clock, SystemClock
from helhet_door.words.events import Event, Line
from helhet_door.words.faults import Fault, Faults
from helhet_door.words.wire import PATH

Found = Iterator[Fault]
LOOK = 0.05  # seconds


def check_box(path: Path, seconds: float, say: Callable[[str], None]) -> bool:
    """Check the box of ``path``, telling every part; whether all is well. Raises :class:`Faults` for its own file."""
    box = read_box(path)
    clock = SystemClock()
    parts: tuple[tuple[str, Callable[[], Found]], ...] = (
        ("keys", lambda: _keys(box)),
        ("clock", lambda: _time(box)),
        ("store", lambda: _store(box, clock)),
        ("readers", lambda: _readers(box, clock, seconds)),
        ("library system", lambda: iter(asyncio.run(check_library(box.library, clock, path.name)))),
        ("centre", lambda: _centre(box, seconds)),
    )
    well = True
    for name, look in parts:
        faults = list(_looked(look))
        say(f"{name}: {'ok' if not faults else 'not as it must be'}")
        for fault in faults:
            say(f"  {fault}")
        well = well and not faults
    return well


def _looked(look: Callable[[], Found]) -> Found:
    try:
        yield from look()
    except Faults as faults:
        yield from faults.faults


def _keys(box: Box) -> Found:
    files: tuple[tuple[Callable[[Path], object], str], ...] = (
        (read_key, box.keys.list_file),
        (read_key, box.keys.limit_file),
        (read_public, box.centre.public_key_file),
    )
    for read, name in files:
        try:
            read(Path(name))
        except Faults as faults:
            yield from faults.faults


def _time(box: Box) -> Found:
    if box.time_source is Source.KERNEL and not kernel_synchronised():
        cure = 'Start a time service (systemd-timesyncd, chrony), or write time_source = "none".'
        yield Fault("box.toml", "time_source", box.time_source, "names a time server, and none keeps the clock", cure)


def _store(box: Box, clock: Clock) -> Found:
    """The database and the rules in it; not while the service holds them."""
    folder = Path(box.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    single = Single(folder)
    try:
        store = Store.open(folder / STORE, clock, box.branch)
        store.check()
        kept = store.rules()
        store.close()
        if kept is not None:
            verify(kept, read_public(Path(box.centre.public_key_file)), box.branch, 0)
    except StoreFault as fault:
        cure = "See that the disk is there, has room and can be written."
        yield Fault(str(folder), STORE, fault.kind.value, "cannot be used", cure)
    except NotTaken as not_taken:
        cure = "See that public_key_file is this centre's. Without rules the branch is closed."
        yield Fault(str(folder), "the rules", not_taken.why, "cannot be taken", cure)
    finally:
        single.release()


def _readers(box: Box, clock: Clock, seconds: float) -> Found:
    """Every reader in secure channel within ``seconds``."""
    secure: dict[str, str] = {}

    def emit(event: Event) -> None:
        if isinstance(event, Line):
            secure[event.door] = "" if event.secure else event.why

    panel = Panel(box.doors, emit, clock)
    panel.start()
    try:
        asyncio.run(_until(lambda: all(panel.secure(reader.door) for reader in box.doors), seconds))
        for reader in box.doors:
            if not panel.secure(reader.door):
                cure = "See to wire, power, address, speed and key. A new reader: helhet door provision"
                word = secure.get(reader.door, "silent") or "silent"
                yield Fault("box.toml", f"doors.{reader.door}", word, "is not in secure channel", cure)
    finally:
        panel.stop()


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition() and loop.time() < end:
        await asyncio.sleep(LOOK)


def _centre(box: Box, seconds: float) -> Found:
    status = asyncio.run(_answer(box, seconds))
    cures = {
        "no answer": "See to the net, the address and the certificate.",
        "401": "This box's token is not the centre's: helhet door centre add-box",
        "403": "This box's token is another branch's.",
        "404": "This is no centre, or another path: give the address up to the host.",
    }
    if status not in ("400", "415", "422"):  # a good token and an empty report: the centre says that it is none
        cure = cures.get(status, "See the centre's own log.")
        yield Fault("box.toml", "centre.url", box.centre.url, f"does not take reports ({status})", cure)


async def _answer(box: Box, seconds: float) -> str:
    """The centre's status for a report that is none; with a good token it says so, and stores nothing."""
    try:
        token = Path(box.centre.token_file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        fault = Fault("box.toml", "centre.token_file", box.centre.token_file, "cannot be read", "Put the token there.")
        raise Faults([fault]) from None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        limits = aiohttp.ClientTimeout(total=seconds)
        async with (
            aiohttp.ClientSession(headers=headers, timeout=limits) as session,
            session.post(
                box.centre.url.rstrip("/") + PATH,
                data=msgspec.json.encode({}),
                ssl=trusted(box.centre),
                allow_redirects=False,
            ) as response,
        ):
            return str(response.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ssl.SSLError):
        return "no answer"
