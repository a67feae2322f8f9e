"""What may be filled in, and what is said when it is wrong."""

from __future__ import annotations

import pytest
from centre_town import PIN, Town, handle, post

DAY = {"day": "2019-06-05", "what": "hours"}
STAFF = {
    "card": "99887766",
    "kind": "cleaner",
    "branches": ["kage"],
    "first": "2019-05-14",
    "last": "2019-08-14",
    "start": "04:00",
    "end": "09:00",
    "pin": PIN,
    "again": PIN,
}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"day": "2019-05-13", "what": "closed"}, "The day has passed"),
        ({"day": "2022-05-13", "what": "closed"}, "within two years"),
        ({"day": "soon", "what": "closed"}, "Not a valid date value"),
        ({"day": "2019-06-05"}, "Fill in this field"),
        ({"day": "2019-06-05", "what": "party"}, "Not a valid choice"),
        (DAY, "at least one pair"),
        (DAY | {"members_from": "08:00"}, "both from and to"),
        (DAY | {"members_from": "08:00", "members_to": "07:00"}, "must come after the start"),
        (DAY | {"staffed_from": "08:00", "staffed_to": "08:00"}, "must come after the start"),
    ],
)
def test_a_faulty_exception_day_is_not_saved_and_says_why(town: Town, form: dict[str, str], words: str) -> None:
    answer = post(town.client("stina"), "/branch/ursviken/exception", form)
    assert answer.status_code == 200
    assert words in answer.text
    assert answer.text.count('aria-invalid="true"') + answer.text.count('class="field faulty"') >= 1
    assert "Error:" in answer.text.split("</title>")[0]
    assert town.query("SELECT count(*) FROM exceptions") == [(0,)]


def test_the_form_of_a_known_exception_day_shows_its_hours(town: Town) -> None:
    stina = town.client("stina")
    post(stina, "/branch/kage/exception", DAY | {"members_from": "08:00", "members_to": "00:00"})
    page = stina.get("/branch/kage/exception?day=2019-06-05").text
    assert 'value="2019-06-05"' in page
    assert 'value="08:00"' in page
    assert 'value="00:00"' in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"card": "1|2"}, "A card number is"),
        ({"branches": []}, "at least one branch"),
        ({"branches": ["nowhere"]}, "choices is not valid"),
        ({"first": "soon"}, "Not a valid date value"),
        ({"start": "noon"}, "Not a valid time value"),
        ({"last": "2019-05-13"}, "The day has passed"),
        ({"first": "2019-07-01", "last": "2019-06-01"}, "before the first"),
        ({"last": "2024-06-01"}, "at most three years"),
        ({"last": ""}, "Fill in this field"),
        ({"end": "04:00"}, "must come after the start"),
        ({"pin": "12a4", "again": "12a4"}, "4 to 12 digits"),
        ({"pin": "123", "again": "123"}, "4 to 12 digits"),
        ({"pin": "1111", "again": "1111"}, "too easy"),
        ({"pin": "4567", "again": "4567"}, "too easy"),
        ({"again": "864208"}, "differ"),
    ],
)
def test_a_faulty_staff_card_is_not_added_and_says_why(town: Town, change: dict[str, object], words: str) -> None:
    answer = post(town.client("sven"), "/staff-cards/new", STAFF | change)
    assert answer.status_code == 200
    assert words in answer.text
    assert "99887766" not in answer.text
    assert PIN not in answer.text
    assert town.query("SELECT count(*) FROM staff_cards") == [(0,)]


def test_a_staff_card_is_listed_once(town: Town) -> None:
    sven = town.client("sven")
    assert post(sven, "/staff-cards/new", STAFF).status_code == 302
    assert "in the list already" in post(sven, "/staff-cards/new", STAFF).text
    post(sven, "/staff-cards/1/end")
    post(sven, "/staff-cards/new", STAFF)
    assert "Card 2" in sven.get("/staff-cards/").text, "a number is never used again"


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("grant", {"g-version": "7"}, "Not a valid choice"),
        ("grant", {"g-version": "1", "g-of_age_on": "2019-05-01"}, "of age"),
        ("grant", {"g-version": "1", "g-of_age_on": "2039-05-01"}, "too far away"),
        ("suspend", {"s-last": "2019-05-01"}, "The day has passed"),
        ("suspend", {"s-last": "2021-05-01"}, "at most one year"),
        ("suspend", {"s-last": ""}, "Fill in this field"),
        ("suspend", {"s-last": "soon"}, "Not a valid date value"),
        ("grant", {"g-version": "1", "g-of_age_on": "soon"}, "Not a valid date value"),
    ],
)
def test_a_faulty_agreement_or_suspension_is_not_saved(town: Town, path: str, form: dict[str, str], words: str) -> None:
    stina = town.client("stina")
    answer = post(stina, f"{handle(stina)}/{path}", form)
    assert answer.status_code == 200
    assert words in answer.text
    assert town.query("SELECT (SELECT count(*) FROM agreements) + (SELECT count(*) FROM suspensions)") == [(0,)]


def test_a_card_page_says_what_holds(town: Town) -> None:
    stina, sven = town.client("stina"), town.client("sven")
    at = handle(stina)
    assert "No agreement" in stina.get(at).text
    post(stina, f"{at}/grant", {"g-version": "1", "g-of_age_on": "2020-01-01"})
    assert "without a guardian" in stina.get(at).text
    post(stina, f"{at}/grant", {"g-version": "1", "g-of_age_on": "2020-01-01", "g-consent": "y"})
    assert "in order" in stina.get(at).text
    post(stina, f"{at}/suspend", {"s-last": "2019-05-20"})
    assert "Suspended to the end of Monday 20 May 2019" in stina.get(at).text
    post(stina, f"{at}/lift")
    post(sven, "/members/versions", {"first": "2019-05-14", "reference": "KS 1"})
    assert "signed anew" in stina.get(at).text


def test_an_uncommon_user_name_is_refused(town: Town) -> None:
    sven = town.client("sven")
    for name in ("Å", "a", "(box)", "a b", "x" * 41):
        assert "small letters" in post(sven, "/users/", {"name": name, "role": "staff"}).text
    assert "already" in post(sven, "/users/", {"name": "stina", "role": "staff"}).text


def test_a_formula_in_the_log_file_is_disarmed() -> None:
    from helhet_door.centre.pages.logs import _safe

    assert _safe("=1+1") == "'=1+1"
    assert _safe("opening 1") == "opening 1"
    assert _safe(7) == 7
