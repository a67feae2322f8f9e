"""What every page has at hand: the clock, the keys, the branches, the database of this request, and the log."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import abort, current_app, g, session
from flask_login import current_user

from helhet_door.centre import audit, config, keys
from helhet_door.centre.attempts import Attempts
from helhet_door.centre.branches import Branches
from helhet_door.centre.compile import Compiler
from helhet_door.centre.config import Centre
from helhet_door.centre.database import connect
from helhet_door.centre.sessions import Sessions
from helhet_door.centre.texts import LANGUAGES, Voice, voice
from helhet_door.centre.users import User
from helhet_door.rules.model import Rules, Settings
from helhet_door.rules.signed import sign
from helhet_door.words.clock import Clock
from helhet_door.words.faults import Faults
from helhet_door.words.wire import Signed

_LOG = logging.getLogger(__name__)


class Desk:
    """The centre in ``folder`` while it runs. Raises ``Faults`` if its files are not in order."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self._config_seen = self._look()
        self._config = config.read(folder)
        self.keys = keys.read(folder)
        self.branches = Branches(folder)
        self.compiler = Compiler(self.branches, self._sign)
        self.attempts = Attempts()
        self._heard: dict[str, float] = {}
        self.sessions = Sessions(
            clock.monotonic,
            self._config.idle_minutes * 60.0,
            self._config.longest_hours * 3600.0,
            bool(self._config.host),
        )

    @property
    def config(self) -> Centre:
        """The settings, read again when the file changes, so that a new box is known at once.

        A file that was broken meanwhile changes nothing; its faults stand in the log of the process.
        """
        seen = self._look()
        if seen != self._config_seen:
            self._config_seen = seen
            try:
                self._config = config.read(self.folder)
            except Faults as found:
                for fault in found.faults:
                    _LOG.error("%s", fault)
        return self._config

    def hear(self, branch: str) -> None:
        """A report came from the box of ``branch``."""
        self._heard[branch] = self.clock.monotonic()

    def fresh(self, branch: str, seconds: float) -> bool:
        """Whether the box of ``branch`` has reported within ``seconds``."""
        return self.clock.monotonic() - self._heard.get(branch, float("-inf")) <= seconds

    def _look(self) -> tuple[int, int]:
        try:
            info = (self.folder / config.FILE).stat()
        except OSError:
            return 0, 0
        return info.st_mtime_ns, info.st_size

    def _sign(self, rules: Rules) -> Signed:
        return sign(rules, Ed25519PrivateKey.from_private_bytes(self.keys.signing))


def desk() -> Desk:
    """The desk of the running application."""
    found: Desk = current_app.extensions["helhet_desk"]
    return found


def db() -> sqlite3.Connection:
    """The database, opened once a request."""
    if "db" not in g:
        g.db = connect(desk().folder)
    found: sqlite3.Connection = g.db
    return found


def close_db(_: BaseException | None = None) -> None:
    """Close the request's database."""
    opened = g.pop("db", None)
    if opened is not None:
        opened.close()


def now() -> dt.datetime:
    """UTC, read once a request, so that one page speaks of one moment."""
    if "now" not in g:
        g.now = desk().clock.now()
    found: dt.datetime = g.now
    return found


def local(branch: Settings) -> dt.datetime:
    """The time on the wall at ``branch``."""
    return now().astimezone(ZoneInfo(branch.zone))


def town_today() -> dt.date:
    """The date in the town: that of its first branch, by id."""
    return local(next(iter(desk().branches.now().values()))).date()


def branch_or_404(branch: str) -> Settings:
    """The settings of ``branch``; leaves with 404 where there is no such branch."""
    found = desk().branches.now().get(branch)
    if found is None:
        abort(404)
    return found


def user() -> User:
    """Who is logged in; only for views that need a log-in."""
    found: User = current_user._get_current_object()
    return found


def language() -> str:
    """The reader's language: the user's own, else the one chosen in this session, else the town's."""
    chosen = current_user.language if current_user.is_authenticated else session.get("language")
    return chosen if chosen in LANGUAGES else desk().config.language


def speech() -> Voice:
    """The voice of the reader's language."""
    return voice(language())


def log(action: audit.Action, *, branch: str = "", tag: str = "", subject: str = "", detail: str = "") -> None:
    """A row in the log, in the name of who is logged in."""
    who = user()
    audit.write(db(), now(), who.name, who.role, action, branch=branch, tag=tag, subject=subject, detail=detail)
