"""Logging in: limits, sessions that end, passwords."""

from __future__ import annotations

import pytest
from centre_town import PASSWORD, Town, post

from helhet_door.centre import passwords, sessions
from helhet_door.centre.attempts import ADDRESS_WRONG, USER_WRONG


def cookie(browser) -> str:
    found = browser.get_cookie("door")
    return found.value if found else ""


def enter(town: Town, name: str, password: str, address: str = "192.0.2.1"):
    browser = town.client("")
    browser.environ_base["REMOTE_ADDR"] = address
    return post(browser, "/login", {"name": name, "password": password})


def test_the_cookie_is_a_random_id_that_scripts_and_other_sites_do_not_get(town: Town) -> None:
    browser = town.client("")
    browser.get("/login")
    before = cookie(browser)
    answer = post(browser, "/login", {"name": "stina", "password": PASSWORD})
    line = answer.headers["Set-Cookie"]
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert cookie(browser) != before, "an id from before the log-in must not become worth something"
    assert len(cookie(browser)) >= 43
    assert "stina" not in line


def test_the_cookie_is_for_encrypted_lines_where_the_page_has_an_address(town: Town) -> None:
    path = town.folder / "centre.toml"
    path.write_text(
        path.read_text("utf-8")
        .replace('address = ""', 'address = "https://door.example"')
        .replace('proxy = ""', 'proxy = "127.0.0.1"'),
        "utf-8",
    )
    town.restart()
    answer = town.app.test_client().get("/login", base_url="https://door.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-door=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_behind_the_server_in_front_a_form_from_another_page_is_refused(town: Town) -> None:
    path = town.folder / "centre.toml"
    text = path.read_text("utf-8").replace('address = ""', 'address = "https://door.example"')
    path.write_text(text.replace('proxy = ""', 'proxy = "127.0.0.1"'), "utf-8")
    town.restart()
    browser = town.app.test_client()
    page = browser.get("/login", base_url="https://door.example").text
    form = {"csrf_token": page.split('csrf_token" value="')[1].split('"')[0], "name": "stina", "password": PASSWORD}
    codes = [
        browser.post("/login", data=form, base_url="https://door.example", headers=headers).status_code
        for headers in ({}, {"Referer": "https://evil.example/"}, {"Referer": "https://door.example/login"})
    ]
    assert codes == [400, 400, 302]


def test_a_flood_of_visits_logs_nobody_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 20)
    stina = town.client("stina")
    for _ in range(50):
        town.client("").get("/login")
    assert stina.get("/").status_code == 200


def test_a_session_ends_when_it_is_idle(town: Town) -> None:
    browser = town.client("stina")
    for _ in range(5):
        town.clock.go(19 * 60)
        assert browser.get("/").status_code == 200
    town.clock.go(21 * 60)
    assert browser.get("/").status_code == 302


def test_a_session_ends_after_ten_hours_however_busy(town: Town) -> None:
    browser = town.client("stina")
    for _ in range(39):
        town.clock.go(15 * 60)
        assert browser.get("/").status_code == 200
    town.clock.go(20 * 60)
    assert browser.get("/").status_code == 302


def test_the_page_that_refreshes_itself_keeps_nobody_logged_in(town: Town) -> None:
    browser = town.client("stina")
    for _ in range(4):
        town.clock.go(6 * 60)
        last = browser.get("/now").status_code
    assert last == 401


def test_a_jump_of_the_clock_on_the_wall_neither_ends_nor_lengthens_a_session(town: Town) -> None:
    browser = town.client("stina")
    town.clock.jump(86400)
    assert browser.get("/").status_code == 200
    town.clock.jump(-2 * 86400)
    town.clock.go(21 * 60)
    assert browser.get("/").status_code == 302


def test_logging_out_ends_the_session_on_the_server(town: Town) -> None:
    browser = town.client("stina")
    stolen = cookie(browser)
    post(browser, "/logout")
    thief = town.app.test_client()
    thief.set_cookie("door", stolen)
    assert thief.get("/").status_code == 302


def test_a_new_password_ends_every_other_session(town: Town) -> None:
    here, there = town.client("stina"), town.client("stina")
    before = cookie(here)
    new = "lantern ocean gravel 9"
    answer = post(here, "/password", {"present": PASSWORD, "new": new, "again": new})
    assert answer.headers["Location"] == "/"
    assert here.get("/").status_code == 200
    assert cookie(here) != before
    assert there.get("/").status_code == 302
    assert enter(town, "stina", PASSWORD).status_code == 401
    assert enter(town, "stina", new).status_code == 302


def test_a_temporary_password_must_be_changed_first(town: Town) -> None:
    page = post(town.client("sven"), "/users/", {"name": "ny", "role": "staff"}).text
    password = page.split('class="secret">')[1].split("<")[0]
    browser = town.client("")
    post(browser, "/login", {"name": "ny", "password": password})
    assert browser.get("/").headers["Location"] == "/password"
    new = "lantern ocean gravel 9"
    post(browser, "/password", {"present": password, "new": new, "again": new})
    assert browser.get("/").status_code == 200


def test_five_wrong_passwords_lock_a_user_for_a_quarter_of_an_hour(town: Town) -> None:
    for number in range(USER_WRONG):
        assert enter(town, "stina", "wrong password", f"192.0.2.{number}").status_code == 401
    assert enter(town, "STINA", PASSWORD, "192.0.2.99").status_code == 429
    town.clock.go(15 * 60 + 1)
    assert enter(town, "stina", PASSWORD).status_code == 302


def test_twenty_wrong_passwords_lock_an_address(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "right", lambda *_: False)  # the hashing is not what is tested
    for number in range(ADDRESS_WRONG):
        assert enter(town, f"user{number}", "wrong password").status_code == 401
    assert enter(town, "agda", PASSWORD).status_code == 429
    assert enter(town, "agda", PASSWORD, "192.0.2.2").status_code == 401
    town.clock.go(10 * 60 + 1)
    assert enter(town, "agda", PASSWORD).status_code == 401


def test_guesses_on_the_password_page_count_as_well(town: Town) -> None:
    browser = town.client("stina")
    new = "lantern ocean gravel 9"
    form = {"present": "wrong", "new": new, "again": new}
    codes = [post(browser, "/password", form).status_code for _ in range(USER_WRONG + 1)]
    assert codes == [200] * USER_WRONG + [429]


def test_unknown_and_disabled_users_hear_the_same_as_a_wrong_password(town: Town) -> None:
    number = town.query("SELECT id FROM users WHERE name = 'stina'")[0][0]
    post(town.client("sven"), f"/users/{number}/disable")
    pages = {enter(town, name, PASSWORD).text.split("<main")[1].split("csrf")[0] for name in ("nobody", "stina")}
    assert len(pages) == 1


def test_a_password_typed_as_a_user_name_is_not_in_the_log(town: Town) -> None:
    enter(town, "my secret word", "x")
    assert town.query("SELECT user FROM audit ORDER BY id DESC LIMIT 1") == [("(unknown)",)]
    assert b"my secret word" not in b"".join(path.read_bytes() for path in town.folder.glob("centre.sqlite*"))


@pytest.mark.parametrize(
    ("password", "name", "good"),
    [
        ("short", "anna", False),
        ("aaaaaaaaaaaaaa", "anna", False),
        ("anna-anna-anna-1", "anna", False),
        ("x" * 129, "anna", False),
        ("lantern ocean gravel", "anna", True),
    ],
)
def test_the_rule_for_new_passwords(password: str, name: str, good: bool) -> None:
    assert (passwords.wrong_with(password, name) is None) == good


def test_passwords_are_argon2id_and_checked_against_nothing_in_vain() -> None:
    stored = passwords.hashed(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert passwords.right(stored, PASSWORD)
    assert not passwords.right(stored, PASSWORD + "x")
    assert not passwords.right(None, PASSWORD)
    assert not passwords.right("nonsense", PASSWORD)
