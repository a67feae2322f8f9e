"""Faults of the library system and of the way to it: no within 1.5 s, and back within 5 s."""

from __future__ import annotations

import os
import signal

from staging.fault import Deed, Entry, Fault, Seen
from staging.scene import Scene

from helhet_door.demo.library_control import Clear, library_process
from helhet_door.demo.library_faults import EVERYTHING, On
from helhet_door.demo.library_faults import Fault as Bad
from helhet_door.demo.library_faults import Kind as How
from helhet_door.words.rows import Kind

BACK = 5.0


def _bad(how: How, on: tuple[On, ...] = (On.PATRON,), seconds: float = 0.0, **fields: str | None) -> Deed:
    async def inject(scene: Scene) -> None:
        await scene.stage.library.fault(Bad(how, seconds, on, fields=fields))

    return inject


async def _clear(scene: Scene) -> None:
    await scene.stage.library.order(Clear())


def _answer(name: str, inject: Deed, entry: Entry = Entry.NOBODY, seen: Kind | Seen = Kind.LIBRARY_LOST) -> Fault:
    """Something is wrong with answers about people; the system itself says that all is well."""
    return Fault(name=name, inject=inject, mend=_clear, entry=entry, seen=seen, recovery=BACK)


def _gone(name: str, inject: Deed, mend: Deed = _clear, stands: float = 5.0) -> Fault:
    """The system is not there: the centre sees it."""
    return Fault(
        name=name,
        inject=inject,
        mend=mend,
        stands=stands,
        entry=Entry.NOBODY,
        seen=Kind.LIBRARY_LOST,
        recovery=BACK,
    )


async def _stopped(scene: Scene) -> None:
    os.kill(scene.stage.library_pid, signal.SIGSTOP)


async def _continued(scene: Scene) -> None:
    os.kill(scene.stage.library_pid, signal.SIGCONT)


async def _killed(scene: Scene) -> None:
    os.kill(scene.stage.library_pid, signal.SIGKILL)


async def _started(scene: Scene) -> None:
    stage, folder = scene.stage, scene.stage.folder
    running = library_process(folder / "people.json", folder / "library.sock", "--port", str(stage.library_port))
    new = await scene.stack.enter_async_context(running)
    stage.library, stage.library_pid = new.control, new.pid


LIBRARY = (
    _answer("library slow", _bad(How.SLOW, seconds=3.0)),
    _answer("library answers nothing about people", _bad(How.HANG)),
    _gone("library hangs", _bad(How.HANG, EVERYTHING)),
    _answer("half a message", _bad(How.HALF)),
    _answer("half a message, then the line drops", _bad(How.HALF_DROP)),
    _answer("the line drops", _bad(How.DROP)),
    _gone("the line drops at every message", _bad(How.DROP, EVERYTHING)),
    _answer("malformed answer", _bad(How.MALFORMED)),
    _answer("wrong sequence number", _bad(How.WRONG_SEQUENCE)),
    _answer("bad checksum", _bad(How.BAD_CHECKSUM)),
    _answer("answer about another card", _bad(How.WRONG_ECHO)),
    _answer("no BL", _bad(How.NO_BL), seen=Seen.NOTHING),
    _answer("no CQ", _bad(How.NO_CQ), seen=Seen.NOTHING),
    _answer("every answer twice", _bad(How.DOUBLE), Entry.EITHER, Seen.NOTHING),
    _answer("answers in single bytes", _bad(How.SPLIT), Entry.EVERYBODY, Seen.NOTHING),
    _answer("asks to say it again, for ever", _bad(How.ASK_RESEND)),
    _gone("garbage", _bad(How.GARBAGE, EVERYTHING)),
    _answer("a megabyte without an end", _bad(How.FLOOD)),
    _gone("connections refused", _bad(How.REFUSE)),
    _answer("one connection at a time", _bad(How.ONE_LINE), Entry.EITHER, Seen.NOTHING),
    _gone("library stopped", _stopped, _continued),
    _gone("library killed and back", _killed, _started),
)
