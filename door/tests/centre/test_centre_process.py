"""The page as a process of its own, over a real line: log in, grant, withdraw; killed, and started again."""

from __future__ import annotations

import http.cookiejar
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from centre_town import CARD, HEALTH, PASSWORD, Town

from helhet_door.rules.model import Rules
from helhet_door.words.tags import list_tag
from helhet_door.words.wire import PATH, Reply, Report

PROGRAM = """\
import sys
from pathlib import Path
from helhet_door.centre import serve
serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]))
"""


class Served:
    """The process, a browser without a face, and a box."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(self.town.folder), str(self.port)])
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)
        for _ in range(200):
            try:
                self.get("/login")
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the page does not answer")

    def get(self, path: str) -> str:
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
            self.at = urllib.parse.urlsplit(answer.url).path
            return text

    def post(self, path: str, page: str, **values: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page))
        assert found is not None
        data = urllib.parse.urlencode({"csrf_token": found[1], **values}).encode()
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", data, timeout=10) as answer:
            self.at = urllib.parse.urlsplit(answer.url).path
            text: str = answer.read().decode()
            return text

    def sync(self, serial: int) -> Reply:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{PATH}",
            msgspec.json.encode(Report("ursviken", serial, HEALTH)),
            {"Authorization": f"Bearer {self.town.tokens['ursviken']}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return msgspec.json.decode(answer.read(), type=Reply)

    def enter(self) -> str:
        """Log in and look the card up; the address of its page."""
        self.post("/login", "/login", name="stina", password=PASSWORD)
        self.post("/members/", "/members/", card=CARD)
        return self.at


@pytest.fixture
def process(town: Town) -> Iterator[Served]:
    served = Served(town)
    yield served
    served.process.kill()
    served.process.wait(10)


def agreements(reply: Reply) -> tuple[int, set[str]]:
    assert reply.rules is not None
    rules = msgspec.json.decode(reply.rules.body, type=Rules)
    return rules.serial, set(rules.lists.agreements)


def test_what_was_answered_outlives_a_kill_and_a_withdrawal_is_in_the_next_reply(process: Served) -> None:
    tag = list_tag(process.town.desk.keys.list, CARD)
    at = process.enter()
    process.post(f"{at}/grant", at, **{"g-version": "1"})
    process.process.send_signal(signal.SIGKILL)
    process.process.wait(10)
    process.start()
    serial, known = agreements(process.sync(0))
    assert known == {tag}
    process.get("/")
    assert process.at == "/login", "a restart logs everybody out"
    at = process.enter()
    process.post(f"{at}/withdraw", at)
    after, known = agreements(process.sync(serial))
    assert (after, known) == (serial + 1, set())


def test_the_line_says_nothing_of_the_server_and_takes_no_strange_token(process: Served) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/login", timeout=10) as answer:
        assert answer.headers.get("Server") is None
    process.town.tokens["ursviken"] = "x"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        process.sync(0)


def test_the_housekeeping_runs_by_itself(process: Served) -> None:
    for _ in range(100):
        if process.town.query("SELECT count(*) FROM proofs WHERE digest IS NOT NULL") == [(2,)]:
            break
        time.sleep(0.05)
    assert process.town.query("SELECT branch, leftovers FROM proofs ORDER BY branch") == [("kage", 0), ("ursviken", 0)]


def test_a_faulty_folder_ends_the_process_at_once(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), "0"], check=False, capture_output=True, timeout=60
    )
    assert ended.returncode != 0
    assert b"centre.toml" in ended.stderr
