"""From start to stop: one clear fault for what cannot be, nothing left behind, and nobody else's page is obeyed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from demo.demo_process import COMMAND, Demo, alive, family, running, start, until

from helhet_door.demo import cast
from helhet_door.words.rows import Kind


def refused(*options: str) -> str:
    """What is said by a demonstration that does not start."""
    done = subprocess.run((*COMMAND, *options), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    assert "holds something else" in refused("--port", "0", "--folder", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} <= {"diary.txt", "running.lock"}


@pytest.mark.parametrize(
    ("mark", "wrong"),
    [
        ("{}", "cannot be read"),
        ('{"form": 99, "made": "2019-05-14T00:00:00Z", "password": ""}', "of another version"),
    ],
)
def test_a_mark_of_something_else_is_a_fault(tmp_path: Path, mark: str, wrong: str) -> None:
    (tmp_path / "demo.json").write_text(mark)
    assert wrong in refused("--port", "0", "--folder", str(tmp_path))


def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "is in use" in refused("--port", str(taken.getsockname()[1]), "--folder", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_an_unknown_language_is_a_fault() -> None:
    assert "Known are: sv, en" in refused("--lang", "se")


def impatient(demo: Demo) -> None:
    """Ctrl-C again and again, as long as anything runs: that must not stop the stopping."""
    while family(demo.process.pid):
        os.kill(demo.process.pid, signal.SIGINT)
        time.sleep(0.02)


def test_nothing_is_left_after_a_stop_or_kill_9_and_a_folder_is_played_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    demo = start(folder)
    assert demo.visit("elsa") == "member"
    password = (folder / "demo.json").read_text()
    processes = family(demo.process.pid)
    assert len(processes) == 4  # reader, library system, service, centre
    assert "is held by another door process" in refused("--port", "0", "--folder", str(folder))
    impatient(demo)
    assert demo.process.wait(20) == 0
    assert not any(alive(pid) for pid in processes)
    with running(folder, "--lang", "en") as again:
        assert again.address.endswith("/en")
        assert [row.reason for row in again.rows().passages] == ["member"]
        assert again.visit("elsa") == "member"
        assert (folder / "demo.json").read_text() == password
        until(lambda: again.now()["reader"]["text"] == "Welcome", 3)
        processes = family(again.process.pid)
        os.kill(again.process.pid, signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in processes), 10)


@pytest.mark.slow
def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen((*COMMAND, "--port", "0"), env=environment, start_new_session=True)
    processes = until(lambda: family(process.pid), 20)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in processes)
    assert list(tmp_path.iterdir()) == []


def test_another_host_name_is_refused(demo: Demo) -> None:
    request = urllib.request.Request(demo.address, headers={"Host": "example.org"})
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(request)
    assert answer.value.code == 421


@pytest.mark.parametrize("origin", ["http://example.org", "null", "http://127.0.0.1:1", ""])
def test_a_deed_of_another_page_is_not_done(demo: Demo, origin: str) -> None:
    before = demo.now()["shown"]
    someone = next(each.id for each in cast.CAST if before is None or each.id != before["id"])
    assert demo.do("card", someone, Origin=origin)[0] == 403
    assert demo.now()["shown"] == before


def test_a_card_at_a_busy_door_is_said_to_be_too_early(demo: Demo) -> None:
    until(lambda: demo.do("card", "nils")[0] == 200, 5)
    assert demo.do("pin", "right")[0] == 200
    until(lambda: demo.now()["reader"]["text"] == "Vänta ...", 1.4)
    assert demo.do("card", "elsa") == (409, "Dörren är upptagen en sekund till.")
    assert demo.now()["shown"]["id"] == "nils"


def test_what_is_no_deed_is_refused(demo: Demo) -> None:
    for deed, how in (("card", "nobody"), ("format", "c"), ("keys", "1234"), ("keys", ""), ("centre", "")):
        assert demo.do(deed, how)[0] == 400


def test_the_page_may_load_nothing_from_elsewhere(demo: Demo) -> None:
    with urllib.request.urlopen(demo.address) as page:
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy


@pytest.mark.slow
def test_everybody_meets_what_the_page_says(demo: Demo) -> None:
    for each in cast.CAST:
        assert demo.visit(each.id) == each.expects, each.id
        found = demo.rows().passages[0]
        assert found.pseudonym == (each.id not in ("asa", "former", "unknown")), each.id


@pytest.mark.slow
def test_the_alarm_arms_after_closing_and_only_the_guard_comes_in(demo: Demo) -> None:
    assert demo.do("hours", "closed")[0] == 200
    until(lambda: demo.rows().now.get("branch") == "clearing", 5)
    assert demo.visit("elsa") == "outside_hours"
    until(lambda: demo.rows().now.get("branch") == "armed", 90)
    assert demo.now()["parts"]["alarm"][0] == "tillkopplat"
    assert demo.visit("stina") == "outside_hours"  # no staff card opens an armed branch but one that may disarm
    assert demo.visit("guard") == "staff"
    until(lambda: demo.now()["parts"]["alarm"][0] == "frånkopplat", 10)
    assert demo.do("hours", "usual")[0] == 200
    until(lambda: demo.rows().now.get("branch") == "open_plus", 10)
    assert demo.visit("elsa") == "member"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "who", "reason"),
    [
        ("silent", "elsa", "library_silent"),
        ("slow", "sara", "library_silent"),
        ("half", "orjan", "library_silent"),
        ("malformed", "asa", "library_malformed"),
        ("other_card", "marta", "library_out_of_sequence"),
        ("no_cq", "nils", "wrong_pin"),
        ("refused", "yusuf", "library_silent"),
    ],
)
def test_whatever_is_wrong_with_the_library_system_the_answer_is_no(
    demo: Demo, fault: str, who: str, reason: str
) -> None:
    assert demo.do("library", fault)[0] == 200
    assert f"library:{fault}" in demo.now()["pressed"]
    assert demo.visit(who) == reason
    assert demo.do("library", "")[0] == 200
    until(lambda: demo.rows().now.get("branch") == "open_plus", 8)
    time.sleep(5)  # within which it must be back
    assert demo.visit("elsa") == "member"
    until(lambda: demo.now()["parts"]["library"][1] == "good", 2)  # only an answer shows that it answers


@pytest.mark.parametrize(("wrong", "right"), [("unplug", "plug"), ("stranger", "ours")])
def test_a_reader_that_is_gone_or_another_one_is_seen_and_comes_back(demo: Demo, wrong: str, right: str) -> None:
    assert demo.do("line", wrong)[0] == 200
    until(lambda: demo.rows().last(Kind.LINE_LOST, Kind.LINE_BACK)[0] is Kind.LINE_LOST, 10)
    assert demo.do("line", right)[0] == 200
    until(lambda: demo.rows().last(Kind.LINE_LOST, Kind.LINE_BACK)[0] is Kind.LINE_BACK, 5)


def test_the_exit_button_frees_the_leaf_without_a_row_or_an_alert(demo: Demo) -> None:
    time.sleep(2.2)  # so soon after a gap inputs come late, and together
    before = demo.rows()
    assert demo.do("leaf", "exit")[0] == 200
    until(lambda: demo.now()["door"]["word"] == "Fri inifrån", 2)
    assert demo.do("leaf", "open")[0] == 200
    time.sleep(1.0)
    assert demo.do("leaf", "close")[0] == 200
    after = demo.rows()
    assert after.passages == before.passages
    assert not [each for each in after.happenings if each.kind == Kind.DOOR_FORCED and each not in before.happenings]
