"""The folder of a centre: what the command line makes, and what is refused, with all faults at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from centre_town import PASSWORD, Town, post

from helhet_door.centre import Role, add_box, add_user, config, create_app, new, serve
from helhet_door.keep.faults import StoreFault
from helhet_door.words.faults import Faults


def test_a_new_centre_works_with_the_password_it_gives(tmp_path: Path, hand_clock) -> None:
    folder = tmp_path / "centre"
    password = new(folder, supervisor="first")
    browser = create_app(folder, hand_clock).test_client()
    answer = post(browser, "/login", {"name": "first", "password": password}, "/login")
    assert answer.status_code == 302
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "keys").iterdir()}
    assert {name: modes[name] for name in ("signing.key", "list.key", "opening.key")} == dict.fromkeys(
        ("signing.key", "list.key", "opening.key"), 0o600
    )
    assert stat.S_IMODE((folder / "centre.sqlite").stat().st_mode) == 0o600
    assert password not in (folder / "centre.toml").read_text("utf-8")


def test_nothing_is_overwritten(town: Town) -> None:
    keys = {path: path.read_bytes() for path in (town.folder / "keys").iterdir()}
    with pytest.raises(Faults, match="there already"):
        new(town.folder)
    assert {path: path.read_bytes() for path in (town.folder / "keys").iterdir()} == keys


def test_a_key_that_others_may_read_stops_the_page(town: Town) -> None:
    (town.folder / "keys" / "list.key").chmod(0o640)
    (town.folder / "keys" / "opening.key").write_text("nonsense")
    (town.folder / "keys" / "signing.key").unlink()
    with pytest.raises(Faults) as found:
        create_app(town.folder, town.clock)
    assert {fault.file for fault in found.value.faults} == {"keys/list.key", "keys/opening.key", "keys/signing.key"}


def test_a_database_that_others_may_read_stops_the_page(town: Town) -> None:
    (town.folder / "centre.sqlite").chmod(0o644)
    with pytest.raises(StoreFault):
        create_app(town.folder, town.clock)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("idle_minutes = 20", "idle_minutes = 0"), "idle_minutes"),
        (('town = "Skellefteå"', 'town = ""'), "town"),
        (('address = ""', 'address = "http://door.example"'), "address"),
        (("audit_days", "audit_dayz"), "the file"),
        (("[boxes]", "[boxes"), "the file"),
        (('two_people = "protected"', 'two_people = "never"'), "two_people"),
    ],
)
def test_a_faulty_file_is_told_with_its_place_and_cure(town: Town, change: tuple[str, str], where: str) -> None:
    path = town.folder / "centre.toml"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(Faults) as found:
        config.read(town.folder)
    assert where in {fault.where for fault in found.value.faults}
    assert all(fault.cure for fault in found.value.faults)


def test_a_file_that_breaks_while_the_page_runs_changes_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    (town.folder / "centre.toml").write_text("[boxes", "utf-8")
    assert town.sync().held
    assert "is not TOML" in caplog.text
    (town.folder / "centre.toml").unlink()
    assert town.sync().held


def test_a_branch_file_must_be_called_by_its_branch_and_know_its_country(town: Town) -> None:
    branches = town.folder / "branches"
    (branches / "burea.toml").write_text((branches / "kage.toml").read_text("utf-8"), "utf-8")
    (branches / "kage.toml").write_text(
        (branches / "kage.toml").read_text("utf-8").replace('holidays = "SE"', 'holidays = "XX"'), "utf-8"
    )
    with pytest.raises(Faults) as found:
        create_app(town.folder, town.clock)
    assert {(fault.file, fault.where) for fault in found.value.faults} == {
        ("branches/burea.toml", "branch"),
        ("branches/kage.toml", "holidays"),
    }


def test_a_token_is_only_made_for_a_branch_that_there_is(town: Town) -> None:
    for branch in ("nowhere", "../x", ""):
        with pytest.raises(Faults):
            add_box(town.folder, branch)


def test_comments_stay_when_a_token_is_added(town: Town) -> None:
    text = (town.folder / "centre.toml").read_text("utf-8")
    add_box(town.folder, "kage")
    after = (town.folder / "centre.toml").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
    assert after.count("kage =") == 1
    assert stat.S_IMODE((town.folder / "centre.toml").stat().st_mode) == 0o600


def test_a_user_from_the_command_line(town: Town) -> None:
    password = add_user(town.folder, "karin", Role.SUPERVISOR)
    assert password != PASSWORD
    assert town.query("SELECT user, subject FROM audit WHERE subject = 'karin'") == [("(command line)", "karin")]
    for name in ("karin", "No Such Name"):
        with pytest.raises(Faults):
            add_user(town.folder, name, Role.STAFF)


def test_passwords_do_not_go_over_an_open_line(town: Town) -> None:
    with pytest.raises(Faults, match="not encrypted"):
        serve(town.folder, "0.0.0.0", 0)
