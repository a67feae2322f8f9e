"""No card number and no PIN in the database, in its write-ahead log, in a page, in a log line or in the rules."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from centre_life import heard, live
from centre_town import CARD, PASSWORD, PIN, Town, handle, post, token

from helhet_door.centre import members
from helhet_door.centre.seal import WIDTH, seal, unseal

STAFF_CARD = "99887766"
SECRETS = [CARD, PIN, STAFF_CARD, PASSWORD]


def test_nothing_of_a_card_or_pin_is_in_a_file_a_page_or_a_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    live(town, days=2)
    heard(town)
    pages = []
    for name in ("sven", "agda", "stina"):
        browser = town.client(name)
        for rule in town.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.arguments - {"id"} and rule.endpoint != "static":
                pages.append(browser.get(rule.rule.replace("<id>", "ursviken")).data)
        if name != "agda":
            pages.append(browser.get(handle(browser)).data)
            wrong = post(browser, "/members/", {"card": f"{CARD}|AD1"})
            pages.append(wrong.data)
            assert wrong.status_code == 200
    files = b"".join(path.read_bytes() for path in town.folder.rglob("*") if path.is_file())
    assert b"centre.sqlite" not in files or files
    for secret in SECRETS:
        assert secret.encode() not in files, "in a file"
        assert secret.encode().hex().encode() not in files, "in a file, as hexadecimal digits"
        assert secret.encode() not in b"".join(pages), "on a page"
        assert secret not in caplog.text, "in a log line"


def test_what_the_test_above_looks_for_would_be_found(town: Town) -> None:
    post(town.client("sven"), "/members/versions", {"first": "2019-06-01", "reference": CARD})
    files = b"".join(path.read_bytes() for path in town.folder.rglob("*") if path.is_file())
    assert CARD.encode() in files


def test_a_card_with_other_characters_is_refused_and_not_repeated(town: Town) -> None:
    browser = town.client("stina")
    for card in ("djfiander|AD6789", "1x", "x" * 33, "4711 4711", "<b>4711</b>", ""):
        answer = post(browser, "/members/", {"card": card})
        assert answer.status_code == 200, card
        assert not card or card not in answer.text
    assert town.query("SELECT count(*) FROM audit WHERE action = 'card_looked_up'") == [(0,)]


def test_every_look_up_is_in_the_log_with_the_tag_and_the_same_card_has_the_same(town: Town) -> None:
    stina = town.client("stina")
    assert handle(stina) != handle(stina)
    rows = town.query("SELECT user, tag FROM audit WHERE action = 'card_looked_up'")
    assert len(rows) == 2
    assert len(set(rows)) == 1
    assert rows[0][0] == "stina"


def test_a_card_in_hand_is_for_its_session_and_for_a_quarter_of_an_hour(town: Town) -> None:
    stina, sven = town.client("stina"), town.client("sven")
    at = handle(stina)
    assert stina.get(at).status_code == 200
    assert sven.get(at).status_code == 404
    town.clock.go(15 * 60 + 1)
    assert stina.get(at).status_code == 404
    assert post(stina, f"{at}/withdraw").status_code == 404


def test_two_cards_in_two_windows_are_not_mixed_up(town: Town) -> None:
    stina = town.client("stina")
    one, two = handle(stina, "11112222"), handle(stina, "33334444")
    post(stina, f"{one}/grant", {"g-version": "1"})
    assert "No agreement" in stina.get(two).text
    post(stina, f"{two}/withdraw")
    assert "in order" in stina.get(one).text


def test_the_seal_hides_the_length_and_is_bound_to_its_tag() -> None:
    key, other = bytes(32), bytes([1]) * 32
    sealed = seal(key, "a" * 32, CARD)
    assert len(sealed) == len(seal(key, "a" * 32, "1234")) == WIDTH + 28
    assert sealed != seal(key, "a" * 32, CARD)
    assert unseal(key, "a" * 32, sealed) == CARD
    assert unseal(key, "b" * 32, sealed) is None
    assert unseal(other, "a" * 32, sealed) is None
    assert unseal(key, "a" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None


def test_withdrawing_erases_the_seal_from_the_file(town: Town) -> None:
    stina = town.client("stina")
    at = handle(stina)
    post(stina, f"{at}/grant", {"g-version": "1"})
    sealed = town.query("SELECT sealed FROM agreements")[0][0]
    post(stina, f"{at}/withdraw")
    town.query("PRAGMA wal_checkpoint(TRUNCATE)")
    files = b"".join(path.read_bytes() for path in town.folder.glob("centre.sqlite*"))
    assert sealed not in files


def test_a_suspension_is_forgotten_when_it_has_ended(town: Town) -> None:
    stina = town.client("stina")
    post(stina, f"{handle(stina)}/suspend", {"s-last": "2019-05-15"})
    town.clock.go(2 * 86400)
    assert town.query("SELECT count(*) FROM suspensions") == [(1,)]
    from helhet_door.centre.database import connect
    from helhet_door.centre.housekeeping import tidy

    db = connect(town.folder)
    tidy(db, town.desk.branches.now().values(), town.clock.now() + dt.timedelta(days=1), 730)
    assert members.suspensions(db, dt.date.min) == {}
    db.close()


def test_a_fault_of_the_page_says_no_values(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    browser = town.client("stina")
    form = token(browser)
    (town.folder / "branches" / "ursviken.toml").chmod(0o600)
    town.desk.keys = None  # type: ignore[assignment]
    answer = browser.post("/members/", data={"csrf_token": form, "card": CARD})
    assert answer.status_code == 500
    assert CARD not in answer.text
    assert CARD not in caplog.text
    assert "AttributeError at members.py" in caplog.text
