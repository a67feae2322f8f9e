"""A centre for tests: real files, real keys, real passwords, a clock set by hand."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from helhet_door.centre import add_box, create_app, new
from helhet_door.centre.database import connect
from helhet_door.centre.roles import Role
from helhet_door.words.rows import DayKey, Happening, Opened, Passage
from helhet_door.words.states import BranchState
from helhet_door.words.tags import day_tag
from helhet_door.words.wire import PATH, DoorHealth, Health, Reply, Report

PASSWORD = "river horse battery 7"
CARD = "27182818284590"  # a card number that must be found nowhere
PIN = "864209"
USERS = {"stina": Role.STAFF, "sven": Role.SUPERVISOR, "sonja": Role.SUPERVISOR, "agda": Role.AUDITOR}
HEALTH = Health(BranchState.OPEN_PLUS, (DoorHealth("main", True, "idle"),), True, True, None, (), "0.1.0")
BRANCH = """\
branch = "{id}"
district = "centrum"
holidays = "SE"
[names]
sv = "{sv}"
en = "{en}"
[hours]
monday = {{ staffed = ["10:00-18:00"], open_plus = ["06:00-22:00"] }}
tuesday = {{ staffed = ["10:00-18:00"], open_plus = ["06:00-22:00"] }}
wednesday = {{ staffed = ["10:00-18:00"], open_plus = ["06:00-22:00"] }}
thursday = {{ staffed = ["10:00-18:00"], open_plus = ["06:00-22:00"] }}
friday = {{ staffed = ["10:00-16:00"], open_plus = ["06:00-22:00"] }}
saturday = {{ open_plus = ["06:00-22:00"] }}
sunday = {{ open_plus = ["08:00-20:00"] }}
"""


def make(folder: Path) -> Path:
    """Make a centre as a person would, with two branches and users of every role."""
    new(folder, town="Skellefteå", supervisor="first")
    for path in (folder / "branches").glob("*.toml"):
        path.unlink()
    for id, sv, en in (("ursviken", "Ursvikens bibliotek", "Ursviken"), ("kage", "Kåge bibliotek", "Kåge")):
        (folder / "branches" / f"{id}.toml").write_text(BRANCH.format(id=id, sv=sv, en=en), "utf-8")
    db = connect(folder)
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # argon2id that takes no time
    for name, role in USERS.items():
        db.execute(
            "INSERT INTO users (name, role, password, language, must_change) VALUES (?, ?, ?, 'en', 0)",
            (name, role, cheap),
        )
    db.close()
    return folder


class Town:
    """The centre in ``folder``, its application, and its boxes' tokens."""

    def __init__(self, folder: Path, clock: Any, made: Path | None = None) -> None:
        self.folder, self.clock = folder, clock
        shutil.copytree(made or make(folder.with_name("made")), folder)
        self.tokens = {id: add_box(folder, id) for id in ("ursviken", "kage")}
        self.restart()

    def restart(self) -> None:
        """The process of the page ends and starts again."""
        self.app = create_app(self.folder, self.clock)
        self.app.testing = False
        self.desk = self.app.extensions["helhet_desk"]

    def client(self, name: str = "") -> FlaskClient:
        """A browser, logged in as ``name``."""
        browser = self.app.test_client()
        if name:
            answer = post(browser, "/login", {"name": name, "password": PASSWORD})
            assert answer.status_code == 302, answer.text
        return browser

    def query(self, sql: str, *values: object) -> list[Any]:
        """Rows of the database."""
        db = connect(self.folder)
        try:
            return [tuple(row) for row in db.execute(sql, values)]
        finally:
            db.close()

    def sync(self, branch: str = "ursviken", serial: int = 0, **more: Any) -> Reply:
        """What the box of a branch does every second."""
        answer = self.send(Report(branch, serial, more.pop("health", HEALTH), **more), self.tokens[branch])
        assert answer.status_code == 200, answer.status
        return msgspec.json.decode(answer.data, type=Reply)

    def send(self, report: Report | bytes, token: str) -> Any:
        """A request of a box, as bytes or as a report."""
        body = report if isinstance(report, bytes) else msgspec.json.encode(report)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.app.test_client().post(PATH, data=body, headers=headers)

    def passage(self, card: str | None, reason: str = "member", hours: float = 0.0, number: int = 1) -> Passage:
        """A passage some hours ago, under the day's key of the tests."""
        at = self.clock.now() - dt.timedelta(hours=hours)
        tag = None if card is None else day_tag(self.day_key(), card)
        return Passage(f"{number:032x}", at.strftime("%Y-%m-%dT%H:%M:%SZ"), "main", reason, tag)  # type: ignore[arg-type]

    def day_key(self) -> bytes:
        """The key of the day."""
        return bytes(range(32))

    def day(self) -> DayKey:
        """The key of today, as the box sends it."""
        return DayKey((self.clock.now() + dt.timedelta(hours=2)).date().isoformat(), self.day_key().hex())


def post(browser: FlaskClient, path: str, values: dict[str, Any] | None = None, page: str | None = None) -> Any:
    """Send a form as its page would: with the token that the page carries."""
    return browser.post(path, data={"csrf_token": token(browser, page), **(values or {})})


def token(browser: FlaskClient, page: str | None = None) -> str:
    """The token of the session, read from a page."""
    text = browser.get(page or "/password").text
    if 'name="csrf_token"' not in text:
        text = browser.get("/login").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def handle(browser: FlaskClient, card: str = CARD) -> str:
    """Look a card up; the address of its page."""
    answer = post(browser, "/members/", {"card": card})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


__all__ = ["CARD", "HEALTH", "PASSWORD", "PIN", "USERS", "Happening", "Opened", "Town", "handle", "post", "token"]
