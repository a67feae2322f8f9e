"""Opening a pseudonym: a reason, once, and two people where the identity is protected."""

from __future__ import annotations

import msgspec
import pytest
from centre_town import CARD, PASSWORD, Town, handle, post

ASK = {"reason": "damage", "reference": "A 17/2019"}


@pytest.fixture
def visited(town: Town) -> Town:
    """A town in which the holder of the card has an agreement and came in today."""
    stina = town.client("stina")
    post(stina, f"{handle(stina)}/grant", {"g-version": "1"})
    town.sync(passages=(town.passage(CARD), town.passage("55556666", number=2)), day_keys=(town.day(),))
    return town


def protect(town: Town) -> None:
    stina = town.client("stina")
    post(stina, f"{handle(stina)}/grant", {"g-version": "1", "g-protected": "y"})


def ask(town: Town, name: str = "sven", number: int = 1):
    return post(town.client(name), f"/openings/ursviken/{number:032x}/ask", ASK)


def actions(town: Town) -> list[tuple[str, str]]:
    return town.query("SELECT user, action FROM audit WHERE action LIKE 'opening%' ORDER BY id")


def test_the_card_behind_a_passage_is_shown_once_to_who_asked(visited: Town) -> None:
    sven, sonja = visited.client("sven"), visited.client("sonja")
    assert ask(visited).status_code == 302
    assert post(sonja, "/openings/1/answer").status_code == 403, "not to another"
    page = post(sven, "/openings/1/answer")
    assert CARD in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert post(sven, "/openings/1/answer").status_code == 403, "not twice"
    assert CARD not in sven.get("/openings/").text
    assert actions(visited) == [("sven", "opening_asked"), ("sven", "opening_shown")]
    tag = visited.query("SELECT tag FROM audit WHERE action = 'opening_shown'")[0][0]
    assert visited.query("SELECT count(*) FROM agreements WHERE tag = ?", tag) == [(1,)]


@pytest.mark.parametrize("missing", ["reason", "reference"])
def test_without_a_reason_or_a_case_there_is_no_request(visited: Town, missing: str) -> None:
    form = {key: value for key, value in ASK.items() if key != missing}
    answer = post(visited.client("sven"), f"/openings/ursviken/{1:032x}/ask", form)
    assert answer.status_code == 200
    assert visited.query("SELECT count(*) FROM openings") == [(0,)]


def test_a_protected_identity_needs_a_second_person(visited: Town) -> None:
    protect(visited)
    sven, sonja = visited.client("sven"), visited.client("sonja")
    ask(visited)
    assert post(sven, "/openings/1/answer").status_code == 403
    assert post(sven, "/openings/1/approve").status_code == 403, "not by oneself"
    assert post(sonja, "/openings/1/approve").status_code == 302
    assert post(sonja, "/openings/1/answer").status_code == 403, "approving shows nothing"
    assert CARD in post(sven, "/openings/1/answer").text
    assert actions(visited) == [
        ("sven", "opening_asked"),
        ("sonja", "opening_approved"),
        ("sven", "opening_shown"),
    ]


def test_protection_after_the_request_counts_as_well(visited: Town) -> None:
    ask(visited)
    protect(visited)
    sven = visited.client("sven")
    answer = post(sven, "/openings/1/answer")
    assert answer.status_code == 302
    assert CARD not in answer.text
    assert post(sven, "/openings/1/answer").status_code == 403
    post(visited.client("sonja"), "/openings/1/approve")
    assert CARD in post(sven, "/openings/1/answer").text


def test_a_refusal_ends_it(visited: Town) -> None:
    protect(visited)
    ask(visited)
    assert post(visited.client("sonja"), "/openings/1/refuse").status_code == 302
    assert post(visited.client("sven"), "/openings/1/answer").status_code == 403
    assert post(visited.client("sonja"), "/openings/1/approve").status_code == 403


def test_a_second_person_whom_the_first_has_made_is_none(visited: Town) -> None:
    protect(visited)
    sven = visited.client("sven")
    page = post(sven, "/users/", {"name": "puppet", "role": "supervisor"}).text
    puppet = visited.client("")
    post(puppet, "/login", {"name": "puppet", "password": page.split('class="secret">')[1].split("<")[0]})
    password = page.split('class="secret">')[1].split("<")[0]
    post(puppet, "/password", {"present": password, "new": PASSWORD, "again": PASSWORD})
    ask(visited)
    assert puppet.get("/openings/").status_code == 200
    assert post(puppet, "/openings/1/approve").status_code == 403


def test_a_second_person_whose_password_the_first_has_set_is_none(visited: Town) -> None:
    protect(visited)
    ask(visited)
    number = visited.query("SELECT id FROM users WHERE name = 'sonja'")[0][0]
    sonja = visited.client("sonja")
    post(visited.client("sven"), f"/users/{number}/password")
    assert sonja.get("/").status_code == 302, "and is logged out"
    visited.query("UPDATE users SET must_change = 0, password = (SELECT password FROM users WHERE name = 'agda')")
    assert post(visited.client("sonja"), "/openings/1/approve").status_code == 403


def test_a_town_can_ask_for_two_people_always(visited: Town) -> None:
    path = visited.folder / "centre.toml"
    path.write_text(path.read_text("utf-8").replace('two_people = "protected"', 'two_people = "always"'), "utf-8")
    ask(visited)
    assert post(visited.client("sven"), "/openings/1/answer").status_code == 403


def test_a_request_is_too_old_after_a_day(visited: Town) -> None:
    ask(visited)
    visited.clock.go(86401)
    assert post(visited.client("sven"), "/openings/1/answer").status_code == 403


def test_a_card_that_is_not_listed_cannot_be_found_out(visited: Town) -> None:
    ask(visited, number=2)
    page = post(visited.client("sven"), "/openings/1/answer").text
    assert "cannot be found out" in page
    assert "55556666" not in page


def test_without_the_days_key_a_pseudonym_stays_closed(visited: Town) -> None:
    ask(visited)
    visited.query("DELETE FROM day_keys")
    assert CARD not in post(visited.client("sven"), "/openings/1/answer").text


def test_a_passage_without_pseudonym_cannot_be_asked_for(visited: Town) -> None:
    visited.sync(passages=(visited.passage(None, "wrong_pin", number=3),))
    sven = visited.client("sven")
    assert sven.get(f"/openings/ursviken/{3:032x}/ask").status_code == 404
    assert sven.get(f"/openings/kage/{1:032x}/ask").status_code == 404, "nor at another branch"


def test_a_staff_card_is_told_by_its_number(visited: Town) -> None:
    sven = visited.client("sven")
    form = {"card": "55556666", "kind": "guard", "branches": ["ursviken"], "first": "2019-05-14", "last": "2019-05-20"}
    post(sven, "/staff-cards/new", form | {"start": "00:00", "end": "00:00", "pin": "864209", "again": "864209"})
    ask(visited, number=2)
    assert "Staff card 1" in post(sven, "/openings/1/answer").text


def test_looking_at_the_passages_of_a_day_is_in_the_log_and_shows_no_pseudonym(visited: Town) -> None:
    sven = visited.client("sven")
    page = sven.get("/openings/passages?branch=ursviken&day=2019-05-14").text
    assert "Let in: member" in page
    tags = visited.query("SELECT tag FROM passages WHERE tag IS NOT NULL")
    assert len(tags) == 2
    assert not any(tag in page for (tag,) in tags)
    assert visited.query("SELECT user, branch, detail FROM audit WHERE action = 'passages_shown'") == [
        ("sven", "ursviken", "2019-05-14")
    ]


def test_the_log_is_written_once(visited: Town) -> None:
    with pytest.raises(Exception, match="written once"):
        visited.query("UPDATE audit SET user = 'somebody'")


def test_the_auditor_reads_the_log_and_that_is_in_it_too(visited: Town) -> None:
    ask(visited)
    agda = visited.client("agda")
    page = agda.get("/log/").text
    assert "asked to open a pseudonym" in page
    assert visited.query("SELECT user FROM audit WHERE action = 'log_shown'") == [("agda",)]
    only = agda.get("/log/?user=sven&action=opening_asked").text
    assert "looked up a card</td>" not in only
    text = agda.get("/log/file").data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("id,at,user")
    assert "opening_asked" in text


def test_the_export_of_a_branch_can_be_checked_by_itself(visited: Town, tmp_path) -> None:
    from helhet_door.keep.export import verify

    file = tmp_path / "export.zip"
    file.write_bytes(visited.client("agda").get("/log/export/ursviken").data)
    found = verify(file)
    assert found.wrong == ()
    assert found.rows["passages"] == 2
    tags = [tag for (tag,) in visited.query("SELECT tag FROM passages")]
    assert not any(tag.encode() in file.read_bytes() for tag in tags)
    assert list(visited.folder.glob("tmp*")) == []


def test_retention_takes_the_pseudonyms_and_the_auditor_sees_the_proof(visited: Town) -> None:
    from helhet_door.centre.database import connect
    from helhet_door.centre.housekeeping import tidy

    db = connect(visited.folder)
    settings = visited.desk.branches.now().values()
    visited.clock.go(15 * 86400)
    proofs = tidy(db, settings, visited.clock.now(), 730)
    assert sorted((one.branch, one.folded, one.leftovers) for one in proofs) == [("kage", 0, 0), ("ursviken", 2, 0)]
    assert tidy(db, settings, visited.clock.now(), 730) == []
    db.close()
    assert visited.query("SELECT count(*) FROM passages") == [(0,)]
    page = visited.client("agda").get("/log/retention").text
    assert proofs[0].digest[:12] in page
    assert "The proofs are whole" in page
    visited.query("UPDATE proofs SET folded = 0 WHERE branch = 'ursviken'")
    assert "chain of proofs is broken" in visited.client("agda").get("/log/retention").text


def test_old_rows_of_the_log_go_and_that_is_said(visited: Town) -> None:
    from helhet_door.centre import audit
    from helhet_door.centre.database import connect

    db = connect(visited.folder)
    visited.clock.go(731 * 86400)
    assert audit.trim(db, visited.clock.now(), 730) > 0
    db.close()
    rows = visited.query("SELECT action FROM audit WHERE user = ''")
    assert rows == [("log_trimmed",)]


def test_statistics_hide_small_numbers(visited: Town) -> None:
    rows = [msgspec.structs.replace(visited.passage(None, "member", 24 * 7), id=f"{100 + n:032x}") for n in range(9)]
    few = [msgspec.structs.replace(visited.passage(None, "member", 24 * 8), id=f"{200 + n:032x}") for n in range(3)]
    visited.sync(passages=tuple(rows + few))
    page = visited.client("stina").get("/statistics/?branch=ursviken&week=2019-W19").text
    figures = page.split("<tbody>")[1].split("</tbody>")[0]
    assert ">3<" not in figures
    assert "hidden" in figures
    assert "No passages were counted" in visited.client("stina").get("/statistics/?branch=ursviken&week=2019-W10").text
