"""Files of branches: the ones that come with the package, and everything that can be wrong in one."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from helhet_door.rules.check import RANGES, check, check_lists
from helhet_door.rules.model import Alarm, Day, Limits, Lists, Settings, Span, StaffCard, StaffKind, Times
from helhet_door.rules.read import BRANCHES, START, read, read_table
from helhet_door.words.faults import Faults

DISTRICTS = Path(__file__).parents[3] / "src/helhet/cases/skelleftea/districts.csv"
TABLE = tomllib.loads(START.read_text(encoding="utf-8"))


def faults(changed: dict[str, Any]) -> list[str]:
    """Where something is wrong, with this change to the example."""
    table = {key: value for key, value in (TABLE | changed).items() if value is not None}
    with pytest.raises(Faults) as wrong:
        read_table(table, "a.toml")
    assert all(fault.file == "a.toml" and fault.wrong and fault.cure for fault in wrong.value.faults)
    return [fault.where for fault in wrong.value.faults]


@pytest.mark.parametrize("path", [START, *sorted(BRANCHES.glob("*.toml"))], ids=lambda path: path.stem)
def test_what_comes_with_the_package_can_be_read(path: Path) -> None:
    reading = read(path)
    assert reading.warnings == ()
    assert reading.settings.week.days[6].open_plus == (Span(6 * 60, 22 * 60),)


def test_the_branches_of_skelleftea_lie_in_districts_of_the_case() -> None:
    with DISTRICTS.open(encoding="utf-8") as file:
        districts = {row["district"] for row in csv.DictReader(file)}
    found = {path.stem: read(path).settings for path in BRANCHES.glob("*.toml")}
    assert len(found) == 5
    assert {each.district for each in found.values()} <= districts
    assert all(name == each.branch for name, each in found.items())
    assert all("ASSUMED" in path.read_text(encoding="utf-8") for path in BRANCHES.glob("*.toml"))


def test_the_example_shows_every_setting_and_the_defaults_as_they_are() -> None:
    """What is commented out in it is read too, and changes nothing."""
    text = START.read_text(encoding="utf-8")
    shown = re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    parts = {"limits": Limits(), "times": Times(), "alarm": Alarm()}
    table = tomllib.loads(shown)
    free = {"consent_age", "occupancy_limit"}  # shown with an example, for their default is to be left out
    for field in msgspec.structs.fields(Settings):
        if field.name == "week":
            continue
        assert field.name in table, field.name
        if field.name in parts:
            assert set(table[field.name]) == {each.name for each in msgspec.structs.fields(type(parts[field.name]))}
    full = read_table({key: value for key, value in table.items() if key not in free}, "start.toml").settings
    assert full == read(START).settings


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        {
            "branch": None,
            "brnach": "x",
            "min_age": "18",
            "hours": {**TABLE["hours"], "mondey": {}, "monday": {"staffed": ["22:00-02:00", "9-10"], "open": []}},
            "times": {"aks": 1},
            "scenes": [{"topic": "a"}],
            "limits": 3,
        }
    )
    assert found == [
        "hours.mondey",
        "hours.monday.open",
        "hours.monday.staffed",
        "hours.monday.staffed",
        "limits",
        "times.aks",
        "scenes.1.state",
        "scenes.1.payload",
        "brnach",
        "min_age",
        "branch",
    ]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"hours": None}, "hours"),
        ({"hours": {key: each for key, each in TABLE["hours"].items() if key != "friday"}}, "hours.friday"),
        ({"week": {}}, "week"),
        ({"hours": {**TABLE["hours"], "friday": []}}, "hours.friday"),
        ({"hours": {**TABLE["hours"], "friday": {"staffed": "10:00-12:00"}}}, "hours.friday.staffed"),
        ({"hours": {**TABLE["hours"], "friday": {"staffed": ["10:00-24:01"]}}}, "hours.friday.staffed"),
        ({"hours": {**TABLE["hours"], "friday": {"staffed": ["10:61-12:00"]}}}, "hours.friday.staffed"),
        ({"hours": {**TABLE["hours"], "friday": {"staffed": ["10:00-10:00"]}}}, "hours.friday.staffed"),
        ({"on_holidays": {"open_plus": [7]}}, "on_holidays.open_plus"),
        ({"zone": "Europe/Skelleftea"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"branch": "Bureå"}, "branch"),
        ({"district": ""}, "district"),
        ({"names": {}}, "names"),
        ({"names": {"sv": " "}}, "names"),
        ({"holidays": "Sweden"}, "holidays"),
        ({"min_age": True}, "min_age"),
        ({"consent_age": 18}, "consent_age"),
        ({"offline": "everybody"}, "offline"),
        ({"blocking_flags": [0, 4, 14]}, "blocking_flags, number 3"),
        ({"blocking_flags": [0, 4, 4]}, "blocking_flags"),
        ({"retention_days": 31}, "retention_days"),
        ({"times": {"ask": 1.6}}, "times.ask"),
        ({"times": {"ask": float("nan")}}, "times.ask"),
        ({"scenes": {"state": "armed"}}, "scenes"),
        ({"scenes": [{"state": "asleep", "topic": "a", "payload": ""}]}, "scenes, number 1, state"),
        ({"scenes": [{"state": "open_plus", "topic": "a/#", "payload": ""}]}, "scenes, number 1, topic"),
        (
            {"scenes": [{"state": "armed", "topic": "a", "payload": "", "offset_minutes": -1}]},
            "scenes, number 1, offset_minutes",
        ),
    ],
)
def test_one_thing_wrong(changed: dict[str, Any], where: str) -> None:
    assert faults(changed) == [where]


@pytest.mark.parametrize("where", RANGES)
def test_every_number_has_its_range(where: str) -> None:
    """Just outside of it is a fault, just inside none."""
    name, _, part = where.partition(".")
    least, greatest = RANGES[where]
    whole = isinstance(least, int)
    step = 1 if whole else 0.001
    for value, wrong in ((least, False), (greatest, False), (least - step, True), (greatest + step, True)):
        if name == "scenes":
            table: dict[str, Any] = {
                name: [{"state": "open_plus", "topic": "a", "payload": "", "offset_minutes": int(value)}]
            }
        elif part:
            table = {name: {part: value}}
        else:
            table = {name: [value] if name in ("warn_minutes", "blocking_flags") else value}
        table |= {"min_age": 120} if where == "consent_age" else {}
        if where == "consent_age" and value == greatest:
            continue  # in range, and not below min_age
        if wrong:
            assert all(each.partition(",")[0] in (where, name) for each in faults(table))
        else:
            read_table(TABLE | table, "a.toml")


def test_every_number_of_the_settings_has_a_range() -> None:
    missing = []
    for prefix, kind in (("", Settings), ("limits.", Limits), ("times.", Times), ("alarm.", Alarm)):
        for field in msgspec.structs.fields(kind):
            numbers = re.search(r"\b(int|float)\b", str(field.type)) is not None
            if numbers and not isinstance(field.default, msgspec.Struct) and prefix + field.name not in RANGES:
                missing.append(prefix + field.name)
    assert missing == []


def test_what_is_odd_is_told_and_may_be_meant() -> None:
    overlapping = {**TABLE["hours"], "friday": {"open_plus": ["06:00-12:00", "11:00-22:00"]}}
    table = TABLE | {"hours": overlapping, "warn_minutes": [5, 10], "blocking_flags": [4]}
    found = [each.where for each in read_table(table, "a.toml").warnings]
    assert found == ["hours.friday.open_plus", "warn_minutes", "blocking_flags"]
    closed = {day: {} for day in TABLE["hours"]}
    assert [each.where for each in read_table(TABLE | {"hours": closed, "on_holidays": {}}, "a.toml").warnings] == [
        "hours"
    ]


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for content in (None, b"\xff\xfe", b"a = "):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Faults):
            read(path)


def test_lists_are_checked_too() -> None:
    import datetime as dt

    day = dt.date(2026, 1, 1)
    card = StaffCard(StaffKind.GUARD, day, day, "", hours=(Span(5, 5),))
    lists = Lists(staff={"t": card}, exceptions={day: Day(staffed=(Span(0, 1441),))})
    assert len(check_lists(lists, "rules")) == 2
    assert check(read(START).settings, "a").faults == ()
