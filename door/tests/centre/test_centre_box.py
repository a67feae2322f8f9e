"""What a box gets from the centre: rows held once, rules signed and newer, and a no to everybody else."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from centre_town import CARD, HEALTH, PIN, Town, handle, post
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from helhet_door.centre import add_box, database, public_key
from helhet_door.centre.box import LARGEST
from helhet_door.centre.holidays import known_country, public_holidays
from helhet_door.rules.model import Rules, Span, StaffKind
from helhet_door.rules.signed import verify
from helhet_door.rules.staff_pin import right
from helhet_door.words.rows import SERIAL, TRUSTED_AGAIN, Happening, Kind, Opened
from helhet_door.words.states import BranchState
from helhet_door.words.tags import list_tag
from helhet_door.words.wire import PATH, DoorHealth, Health, Report


def rules(town: Town, held: int = 0, branch: str = "ursviken") -> Rules | None:
    """What the box would take, checked as the box checks it."""
    signed = town.sync(branch, held).rules
    if signed is None:
        return None
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key(town.folder)))
    return verify(signed, key, branch, held + 1)


def newer(town: Town, held: int) -> Rules:
    found = rules(town, held)
    assert found is not None
    return found


@pytest.mark.parametrize("token", ["", "x", "Bearer", " "])
def test_without_a_known_token_nothing_is_said(town: Town, token: str) -> None:
    answer = town.send(Report("ursviken", 0, HEALTH, passages=(town.passage(CARD),)), token)
    assert (answer.status_code, answer.data) == (401, b"")
    assert town.query("SELECT count(*) FROM passages") == [(0,)]


def test_a_token_is_for_its_own_branch(town: Town) -> None:
    report = Report("kage", 0, HEALTH, passages=(town.passage(CARD),))
    assert town.send(report, town.tokens["ursviken"]).status_code == 403
    assert town.query("SELECT count(*) FROM passages") == [(0,)]
    assert town.query("SELECT count(*) FROM boxes") == [(0,)]


def test_a_cookie_is_no_token(town: Town) -> None:
    assert town.client("sven").post(PATH, data=msgspec.json.encode(Report("ursviken", 0, HEALTH))).status_code == 401


def test_a_new_token_is_known_at_once_and_the_old_one_no_more(town: Town) -> None:
    old, new = town.tokens["kage"], add_box(town.folder, "kage")
    assert town.send(Report("kage", 0, HEALTH), old).status_code == 401
    assert town.send(Report("kage", 0, HEALTH), new).status_code == 200
    assert town.sync("ursviken").held
    assert new not in (town.folder / "centre.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff\xfe", b'{"branch":1}', b'{"branch":"ursviken","rules_serial":"0"}', b"[" * 10_000],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_held(town: Town, body: bytes) -> None:
    assert town.send(body, town.tokens["ursviken"]).status_code == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "short"), ("at", "yesterday"), ("tag", CARD), ("door", "d" * 65)],
)
def test_a_row_that_does_not_fit_is_refused_with_all_others(town: Town, field: str, value: str) -> None:
    good = town.passage(CARD, number=1)
    bad = msgspec.structs.replace(town.passage(CARD, number=2), **{field: value})
    town.sync()
    answer = town.send(Report("ursviken", 0, HEALTH, passages=(good, bad)), town.tokens["ursviken"])
    assert answer.status_code == 400
    assert town.query("SELECT count(*) FROM passages") == [(0,)]
    assert town.query("SELECT refused FROM boxes") == [("unreadable",)]
    assert "could not be read" in town.client("stina").get("/").text
    town.sync(passages=(good,))
    assert "could not be read" not in town.client("stina").get("/").text


@pytest.mark.parametrize("statement", ["DROP TABLE passages", "PRAGMA user_version"])
def test_what_is_not_stored_is_not_called_held(town: Town, statement: str) -> None:
    town.sync()
    town.query(statement)
    answer = town.send(Report("ursviken", 0, HEALTH, passages=(town.passage(CARD),)), town.tokens["ursviken"])
    assert answer.status_code == (503 if "DROP" in statement else 200)


def test_while_another_holds_the_pen_a_box_is_told_to_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    town.sync()
    other = database.connect(town.folder)
    other.execute("BEGIN IMMEDIATE")
    answer = town.send(Report("ursviken", 0, HEALTH, passages=(town.passage(CARD),)), town.tokens["ursviken"])
    other.close()
    assert answer.status_code == 503
    assert town.sync(passages=(town.passage(CARD),)).held


def test_a_report_that_is_too_large_is_refused(town: Town) -> None:
    assert town.send(b" " * (LARGEST + 1), town.tokens["ursviken"]).status_code == 413
    assert town.send(b"{" + b" " * (LARGEST - 10), town.tokens["ursviken"]).status_code == 400


def test_rows_sent_again_are_one_row(town: Town) -> None:
    passage = town.passage(CARD)
    happening = Happening("a" * 32, passage.at, "main", Kind.DOOR_HELD, "")
    for _ in range(3):
        reply = town.sync(
            passages=(passage,), opened=(Opened(passage.id, True),), happenings=(happening,), day_keys=(town.day(),)
        )
        assert reply.held
    for table in ("passages", "opened", "happenings", "day_keys"):
        assert town.query(f"SELECT count(*) FROM {table}") == [(1,)], table


def test_a_row_that_comes_again_with_other_content_does_not_replace_the_first_and_is_in_the_log(town: Town) -> None:
    town.sync(passages=(town.passage(CARD, "member"),))
    town.sync(passages=(town.passage(CARD, "suspended"),))
    assert town.query("SELECT reason FROM passages") == [("member",)]
    assert town.query("SELECT user, branch FROM audit WHERE action = 'rows_differ'") == [("(box)", "ursviken")]


def test_rules_come_signed_once_and_again_only_when_something_changed(town: Town) -> None:
    first = newer(town, 0)
    assert first.serial == 1
    assert first.settings.branch == "ursviken"
    assert rules(town, 1) is None
    town.clock.go(3600)
    assert rules(town, 1) is None, "the hour alone changes nothing"
    town.restart()
    assert rules(town, 1) is None, "nor does a restart"


def test_every_change_raises_the_serial_by_one_and_bites_at_the_next_report(town: Town) -> None:
    sven, tag = town.client("sven"), list_tag(town.desk.keys.list, CARD)
    at, serial = handle(sven), newer(town, 0).serial
    assert tag not in newer(town, 0).lists.agreements

    def changed(path: str, values: dict[str, object] | None = None) -> Rules:
        nonlocal serial
        assert post(sven, path, values).status_code == 302, path
        found = newer(town, serial)
        assert found.serial == serial + 1, path
        serial = found.serial
        return found

    granted = changed(f"{at}/grant", {"g-version": "1", "g-of_age_on": "2021-03-04", "g-consent": "y"})
    assert granted.lists.agreements[tag].of_age_on == dt.date(2021, 3, 4)
    assert granted.lists.agreements[tag].consent
    assert changed(f"{at}/suspend", {"s-last": "2019-06-01"}).lists.suspended == {tag: dt.date(2019, 6, 1)}
    assert changed(f"{at}/lift").lists.suspended == {}
    assert changed(f"{at}/withdraw").lists.agreements == {}
    assert changed("/branch/ursviken/lock").lists.locked
    assert not changed("/branch/ursviken/unlock").lists.locked
    day = {"day": "2019-06-05", "what": "hours", "members_from": "08:00", "members_to": "00:00"}
    assert changed("/branch/ursviken/exception", day).lists.exceptions[dt.date(2019, 6, 5)].open_plus == (
        Span(480, 1440),
    )
    assert changed("/branch/ursviken/exception/2019-06-05/remove").lists.exceptions == {}


def test_a_change_at_one_branch_is_none_at_another(town: Town) -> None:
    ursviken, kage = newer(town, 0), rules(town, 0, "kage")
    assert kage is not None
    post(town.client("stina"), "/branch/kage/lock")
    assert rules(town, ursviken.serial) is None
    assert town.sync("kage", kage.serial).rules is not None


def test_a_staff_card_works_at_its_branches_with_its_pin_until_its_last_day(town: Town) -> None:
    sven, tag = town.client("sven"), list_tag(town.desk.keys.list, "99887766")
    form = {"card": "99887766", "kind": "guard", "branches": ["ursviken"], "first": "2019-05-14", "last": "2019-05-20"}
    more = {"start": "18:00", "end": "00:00", "pin": PIN, "again": PIN, "disarms": "y"}
    assert post(sven, "/staff-cards/new", form | more).status_code == 302
    card = newer(town, 0).lists.staff[tag]
    assert (card.kind, card.hours, card.disarms) == (StaffKind.GUARD, (Span(1080, 1440),), True)
    assert right(card.pin, PIN, town.desk.keys.list, tag)
    assert not right(card.pin, "864208", town.desk.keys.list, tag)
    kage = rules(town, 0, "kage")
    assert kage is not None
    assert kage.lists.staff == {}
    serial = newer(town, 0).serial
    town.clock.go(7 * 86400)
    assert newer(town, serial).lists.staff == {}


def test_ending_a_staff_card_bites_at_the_next_report(town: Town) -> None:
    sven = town.client("sven")
    form = {"card": "99887766", "kind": "staff", "branches": ["ursviken"], "first": "2019-05-14", "last": "2019-05-20"}
    post(sven, "/staff-cards/new", form | {"start": "00:00", "end": "00:00", "pin": PIN, "again": PIN})
    before = newer(town, 0)
    assert len(before.lists.staff) == 1
    post(sven, "/staff-cards/1/end")
    assert newer(town, before.serial).lists.staff == {}
    assert town.query("SELECT count(*) FROM staff_branches") == [(0,)]


def test_a_new_version_of_the_agreement_is_needed_from_its_day_on(town: Town) -> None:
    sven, before = town.client("sven"), newer(town, 0)
    post(sven, "/members/versions", {"first": "2019-05-16", "reference": "KS 2019-118"})
    assert rules(town, before.serial) is None
    at = handle(sven)
    assert post(sven, f"{at}/grant", {"g-version": "2"}).status_code == 302, "it can be signed before"
    town.clock.go(2 * 86400)
    assert newer(town, before.serial).settings.agreement_version == 2
    assert next(iter(newer(town, before.serial).lists.agreements.values())).version == 2


def test_a_centre_restored_from_a_backup_goes_beyond_the_serial_that_its_box_holds(town: Town) -> None:
    assert rules(town, 41) is not None
    assert newer(town, 41).serial == 42
    assert rules(town, 42) is None
    assert town.sync("ursviken", 2**60).rules is None, "a serial that cannot be is not followed"


def test_a_changed_file_of_a_branch_is_taken_and_a_broken_one_is_told_and_not_taken(town: Town) -> None:
    path, stina, before = town.folder / "branches" / "ursviken.toml", town.client("stina"), newer(town, 0)
    text = path.read_text("utf-8")
    path.write_text(text.replace("08:00-20:00", "09:00-20:00"), "utf-8")
    after = newer(town, before.serial)
    assert after.settings.week.days[6].open_plus == (Span(540, 1200),)
    path.write_text(text.replace("08:00-20:00", "25:00-20:00"), "utf-8")
    assert rules(town, after.serial) is None
    assert "has faults" in stina.get("/").text
    path.write_text(text.replace("08:00-20:00", "09:00-20:00"), "utf-8")
    assert rules(town, after.serial) is None
    assert "has faults" not in stina.get("/").text


def test_public_holidays_are_sent_two_years_ahead_without_the_ordinary_sundays(town: Town) -> None:
    found = newer(town, 0).lists.holidays
    assert {day.year for day in found} == {2019, 2020, 2021}
    assert dt.date(2019, 6, 6) in found
    assert dt.date(2019, 5, 19) not in found, "an ordinary Sunday has its hours in the week"
    assert dt.date(2019, 4, 21) in found, "Easter Sunday is a holiday of its own"
    assert len(public_holidays("NO", 2019)) < 50
    assert known_country("DE-BY")
    assert not known_country("XX")
    assert public_holidays("", 2019) == ()


def test_the_overview_tells_of_a_box_that_is_well_that_has_faults_and_that_is_silent(town: Town) -> None:
    stina = town.client("stina")
    assert "No box has reported" in stina.get("/branch/kage/").text
    serial = newer(town, 0).serial
    town.sync("ursviken", serial)
    page = stina.get("/branch/ursviken/").text
    assert "Open for members" in page
    assert "Closes today 22:00" in page
    assert "has the latest rules" in page
    town.sync(
        "ursviken",
        serial,
        health=Health(
            BranchState.FAULT, (DoorHealth("main", False, "idle"),), False, False, 3, ("alarm", "new_kind"), "9"
        ),
    )
    page = stina.get("/branch/ursviken/").text
    for words in (
        "Closed to members: a fault",
        "card reader does not answer",
        "library system does not answer",
        "clock of the box",
        "burglar alarm",
        "no words for",
        "3 people inside",
    ):
        assert words in page, words
    town.clock.go(16)
    assert "does not report" in stina.get("/branch/ursviken/").text


def test_a_lock_is_told_as_one_only_when_the_box_has_taken_it(town: Town) -> None:
    stina, serial = town.client("stina"), newer(town, 0).serial
    town.sync("ursviken", serial)
    post(stina, "/branch/ursviken/lock")
    page = stina.get("/branch/ursviken/").text
    assert "has not confirmed it yet" in page
    assert "on their way to the box" in page
    town.sync("ursviken", serial + 1, health=msgspec.structs.replace(HEALTH, state=BranchState.LOCKED_BY_STAFF))
    page = stina.get("/branch/ursviken/").text
    assert "Locked by staff" in page
    assert "not confirmed" not in page


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        (Kind.RULES, f"{SERIAL}7", "New rules took effect"),
        (Kind.RULES, "not taken: another signature", "New rules were not taken"),
        (Kind.RULES, "kept rules not taken: another signature", "New rules were not taken"),
        (Kind.CLOCK, "not trusted: jumped", "The clock was not trusted"),
        (Kind.CLOCK, TRUSTED_AGAIN, "The clock is trusted again"),
    ],
)
def test_of_two_opposite_things_the_page_says_the_one_that_happened(
    town: Town, kind: Kind, detail: str, said: str
) -> None:
    town.sync("ursviken", 0, happenings=(Happening("b" * 32, town.passage(CARD).at, "", kind, detail),))
    page = town.client("stina").get("/branch/ursviken/").text
    assert said in page
