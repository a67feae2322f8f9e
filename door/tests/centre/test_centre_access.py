"""Who may use which page: a table written by hand, held against every route that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from centre_town import CARD, USERS, Town, handle, post, token
from flask import Blueprint
from flask.testing import FlaskClient

ALL = frozenset({"staff", "supervisor", "auditor"})
DESK = frozenset({"staff", "supervisor"})
BOSS = frozenset({"supervisor"})
AUDIT = frozenset({"auditor"})
NAMES = {"staff": "stina", "supervisor": "sven", "auditor": "agda"}

#: Every route but static files: method, path, and who may. ``{member}`` is a card that was looked up.
ROUTES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", "/login"): None,
    ("POST", "/login"): None,
    ("POST", "/language"): None,
    ("POST", "/box/v1/sync"): None,
    ("GET", "/now"): ALL,
    ("GET", "/"): ALL,
    ("GET", "/password"): ALL,
    ("POST", "/password"): ALL,
    ("POST", "/logout"): ALL,
    ("GET", "/branch/<id>/"): ALL,
    ("GET", "/branch/<id>/exception"): DESK,
    ("POST", "/branch/<id>/exception"): DESK,
    ("POST", "/branch/<id>/exception/<day>/remove"): DESK,
    ("POST", "/branch/<id>/lock"): DESK,
    ("POST", "/branch/<id>/unlock"): DESK,
    ("GET", "/members/"): DESK,
    ("POST", "/members/"): DESK,
    ("GET", "/members/<handle>"): DESK,
    ("GET", "/members/<handle>/grant"): DESK,
    ("POST", "/members/<handle>/grant"): DESK,
    ("POST", "/members/<handle>/withdraw"): DESK,
    ("GET", "/members/<handle>/suspend"): DESK,
    ("POST", "/members/<handle>/suspend"): DESK,
    ("POST", "/members/<handle>/lift"): DESK,
    ("GET", "/members/versions"): BOSS,
    ("POST", "/members/versions"): BOSS,
    ("GET", "/staff-cards/"): BOSS,
    ("GET", "/staff-cards/new"): BOSS,
    ("POST", "/staff-cards/new"): BOSS,
    ("POST", "/staff-cards/<int:number>/end"): BOSS,
    ("GET", "/statistics/"): ALL,
    ("GET", "/openings/"): BOSS | AUDIT,
    ("GET", "/openings/passages"): BOSS,
    ("GET", "/openings/<id>/<passage>/ask"): BOSS,
    ("POST", "/openings/<id>/<passage>/ask"): BOSS,
    ("POST", "/openings/<int:number>/approve"): BOSS,
    ("POST", "/openings/<int:number>/refuse"): BOSS,
    ("POST", "/openings/<int:number>/answer"): BOSS,
    ("GET", "/log/"): AUDIT,
    ("GET", "/log/file"): AUDIT,
    ("GET", "/log/retention"): AUDIT,
    ("GET", "/log/export/<id>"): AUDIT,
    ("GET", "/users/"): BOSS,
    ("POST", "/users/"): BOSS,
    ("POST", "/users/<int:number>/role"): BOSS,
    ("POST", "/users/<int:number>/disable"): BOSS,
    ("POST", "/users/<int:number>/enable"): BOSS,
    ("POST", "/users/<int:number>/password"): BOSS,
}
CHANGING = [path for method, path in ROUTES if method == "POST" and path != "/box/v1/sync"]
NOT_ALLOWED = {302, 401, 403}


def address(path: str, member: str = "x") -> str:
    """A route with something in every gap."""
    filled = path.replace("<handle>", member).replace("<id>", "ursviken").replace("<int:number>", "999")
    return filled.replace("<passage>", "0" * 32).replace("<day>", "2019-06-01")


def test_the_table_holds_every_route(town: Town) -> None:
    found = {
        (method, rule.rule)
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.endpoint != "static"
    }
    assert found == set(ROUTES)


@pytest.mark.parametrize("role", sorted(NAMES))
def test_a_role_may_use_what_the_table_says_and_nothing_else(client: Callable[[str], FlaskClient], role: str) -> None:
    browser = client(NAMES[role])
    form = token(browser)
    member = handle(browser).rsplit("/", 1)[1] if role in DESK else "x"
    wrong = []
    for (method, path), roles in ROUTES.items():
        if roles is None or path == "/logout":
            continue
        answer = browser.open(
            address(path, member), method=method, data={"csrf_token": form} if method == "POST" else None
        )
        if (answer.status_code == 403) == (role in roles):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_nobody_comes_to_a_page_without_logging_in(client: Callable[[str], FlaskClient]) -> None:
    browser = client("")
    form = token(browser, "/login")
    for (method, path), roles in ROUTES.items():
        if roles is None:
            continue
        answer = browser.open(address(path), method=method, data={"csrf_token": form} if method == "POST" else None)
        assert answer.status_code in {302, 401}, path
        assert answer.status_code == 401 or answer.headers["Location"] == "/login"


@pytest.mark.parametrize("path", CHANGING)
def test_without_its_token_no_form_is_taken(town: Town, path: str) -> None:
    browser = town.client("sven")
    member = handle(browser).rsplit("/", 1)[1]
    before = town.query("SELECT count(*) FROM audit")
    assert browser.post(address(path, member), data={}).status_code == 400
    other = token(town.client("sonja"))
    assert browser.post(address(path, member), data={"csrf_token": other}).status_code == 400
    assert town.query("SELECT count(*) FROM audit WHERE action != 'logged_in'") == [
        (before[0][0] - 1,)
    ]  # only the log-ins and the look-up


def test_a_view_without_a_mark_is_for_nobody(town: Town) -> None:
    page = Blueprint("unmarked", __name__)
    page.add_url_rule("/unmarked", view_func=lambda: "secret")
    town.app._got_first_request = False
    town.app.register_blueprint(page)
    assert town.client("sven").get("/unmarked").status_code == 403


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(town: Town) -> None:
    sonja, sven = town.client("sonja"), town.client("sven")
    assert sonja.get("/users/").status_code == 200
    number = town.query("SELECT id FROM users WHERE name = 'sonja'")[0][0]
    post(sven, f"/users/{number}/role", {"role": "staff"})
    assert sonja.get("/users/").status_code == 403
    post(sven, f"/users/{number}/disable")
    assert sonja.get("/").status_code == 302


def test_a_user_who_is_disabled_in_the_database_is_out_at_the_next_click(town: Town) -> None:
    sonja = town.client("sonja")
    town.query("UPDATE users SET disabled = 1 WHERE name = 'sonja'")
    assert sonja.get("/").status_code == 302


def test_the_last_supervisor_stays_one(town: Town) -> None:
    sven = town.client("sven")
    for name in ("first", "sonja"):
        number = town.query("SELECT id FROM users WHERE name = ?", name)[0][0]
        post(sven, f"/users/{number}/disable")
    me = town.query("SELECT id FROM users WHERE name = 'sven'")[0][0]
    assert post(sven, f"/users/{me}/disable").status_code == 403
    assert post(sven, f"/users/{me}/role", {"role": "staff"}).status_code == 403
    assert town.query("SELECT name FROM users WHERE role = 'supervisor' AND disabled = 0") == [("sven",)]


@pytest.mark.parametrize("name", sorted(USERS))
def test_every_answer_carries_its_headers(town: Town, name: str) -> None:
    answer: Any = town.client(name).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    text = answer.get_data(as_text=True)
    assert "style=" not in text
    assert "<script>" not in text
    assert " onclick" not in text


def test_a_strange_host_is_refused(town: Town) -> None:
    assert town.client("").get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_the_language_switch_leads_nowhere_else(town: Town) -> None:
    browser = town.client("stina")
    for referrer in ("http://evil.example/x", "http://localhost//evil.example/x"):
        answer = browser.post(
            "/language", data={"csrf_token": token(browser), "language": "sv"}, headers={"Referer": referrer}
        )
        assert answer.headers["Location"] == "/", referrer
    assert 'lang="sv"' in browser.get("/").text


def test_a_card_in_an_address_is_no_way_in(town: Town) -> None:
    assert town.client("stina").get(f"/members/{CARD}").status_code == 404
