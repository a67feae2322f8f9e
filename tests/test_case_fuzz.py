"""Whatever bytes a case is made of, the reader gives a case or faults, soon."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helhet.case.case import Case
from helhet.case.cells import Wrong, month, number
from helhet.case.read import read_case
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.words.faults import Faults

DECLARED = declarations(pieces())
LONGEST = 5.0
FUZZ = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TABLES = (
    "jobs", "settings", "measures", "plans", "population", "sources", "districts", "plant_prior", "households",
    "needs", "bodies", "meetings", "steps", "signals", "choices",
)  # fmt: skip
BYTES = st.binary(max_size=400)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz") / "town"
    new_case(folder, "en", DECLARED)
    return folder


@pytest.fixture(scope="module")
def folder(sound: Path) -> Path:
    return Path(shutil.copytree(sound, sound.parent / "broken"))


def told(folder: Path) -> Case | Faults:
    """The case or its faults, and nothing else."""
    begun = time.perf_counter()
    result: Case | Faults
    try:
        result = read_case(folder, DECLARED)
    except Faults as faults:
        result = faults
    assert time.perf_counter() - begun < LONGEST
    if isinstance(result, Faults):
        assert result.faults
        assert all(fault.file and fault.wrong and fault.cure for fault in result.faults)
        str(result).encode("utf-8")
    return result


def spoiled(folder: Path, sound: Path, file: str, content: bytes) -> Case | Faults:
    (folder / file).write_bytes(content)
    try:
        return told(folder)
    finally:
        shutil.copy(sound / file, folder / file)


@FUZZ
@given(table=st.sampled_from(TABLES), content=BYTES)
def test_a_table_of_any_bytes_is_faults(sound: Path, folder: Path, table: str, content: bytes) -> None:
    assert isinstance(spoiled(folder, sound, f"{table}.csv", content), Faults)


@FUZZ
@given(table=st.sampled_from(TABLES), place=st.floats(0, 1), cut=st.integers(0, 40), new=BYTES)
def test_a_table_with_some_bytes_replaced_is_a_case_or_faults(
    sound: Path, folder: Path, table: str, place: float, cut: int, new: bytes
) -> None:
    whole = (sound / f"{table}.csv").read_bytes()
    at = int(place * len(whole))
    assert isinstance(spoiled(folder, sound, f"{table}.csv", whole[:at] + new + whole[at + cut :]), Case | Faults)


@FUZZ
@given(
    table=st.sampled_from(TABLES),
    cells=st.lists(
        st.lists(
            st.one_of(
                st.text(max_size=12),
                st.floats().map(str),
                st.integers().map(str),
                st.sampled_from(
                    ["plant", "made_up", "assumed", "2018", "2019-05", "", "#", '"', ";", "persons", "share"]
                ),
            ),
            max_size=14,
        ),
        max_size=6,
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_a_table_with_rows_of_any_cells_is_a_case_or_faults(
    sound: Path, folder: Path, table: str, cells: list[list[str]], separator: str
) -> None:
    heading = next(line for line in (sound / f"{table}.csv").read_text().splitlines() if not line.startswith("#"))
    lines = [heading.replace(",", separator), *(separator.join(row) for row in cells)]
    assert isinstance(
        spoiled(folder, sound, f"{table}.csv", "\n".join(lines).encode("utf-8", "surrogatepass")), Case | Faults
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@FUZZ
@given(content=st.one_of(BYTES, JSON.map(lambda told: json.dumps(told).encode())))
def test_outlines_of_any_bytes_or_json_are_faults(sound: Path, folder: Path, content: bytes) -> None:
    assert isinstance(spoiled(folder, sound, "districts.geojson", content), Faults)


@FUZZ
@given(
    geometry=st.fixed_dictionaries(
        {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point", 7, None, []]), "coordinates": JSON}
    )
    | JSON,
    properties=st.fixed_dictionaries({"district": st.sampled_from(["centrum", "norrby"]) | JSON}) | JSON,
)
def test_outlines_of_nearly_right_form_are_a_case_or_faults(
    sound: Path, folder: Path, geometry: object, properties: object
) -> None:
    collection = json.loads((sound / "districts.geojson").read_text())
    collection["features"].append({"type": "Feature", "properties": properties, "geometry": geometry})
    assert isinstance(spoiled(folder, sound, "districts.geojson", json.dumps(collection).encode()), Case | Faults)


@FUZZ
@given(content=BYTES)
def test_a_case_toml_of_any_bytes_is_faults(sound: Path, folder: Path, content: bytes) -> None:
    assert isinstance(spoiled(folder, sound, "case.toml", content), Faults)


TOML = st.sampled_from(
    [
        "1", "-1", "1.5", "nan", "inf", "true", '""', '"x"', "[]", "{}", "2018-12-31", "2018-12-31T00:00:00Z",
        "07:32:00",
        "1979-05-27T07:32:00", '"../.."', '"sweden"', '"\\u0000"', "[1, [2]]", '{sv = "a", en = "b"}', "9" * 5000,
        "0x" + "f" * 4000, '"case.toml"', '"' + "x" * 3000 + '"',
    ]
)  # fmt: skip


@FUZZ
@given(key=st.sampled_from(["id", "name", "language", "base_date", "knowledge_date", "prior", "years", "national",
                            "currency", "districts", "outline", "notes", "other"]), value=TOML)  # fmt: skip
def test_a_case_toml_with_any_value_of_a_key_is_a_case_or_faults(
    sound: Path, folder: Path, key: str, value: str
) -> None:
    lines = [line for line in (sound / "case.toml").read_text().splitlines() if not line.startswith(key)]
    assert isinstance(
        spoiled(folder, sound, "case.toml", "\n".join([f"{key} = {value}", *lines]).encode()), Case | Faults
    )


def test_brackets_without_end_are_refused_and_not_followed(sound: Path, folder: Path) -> None:
    for opening in (b"[", b"{a=", b'{"a":'):
        assert isinstance(spoiled(folder, sound, "districts.geojson", opening * 200_000), Faults)
        assert isinstance(spoiled(folder, sound, "case.toml", b"years = " + opening * 200_000), Faults)


@given(st.text(max_size=30), st.booleans())
def test_a_number_is_finite_or_refused(text: str, decimal_comma: bool) -> None:
    told = number(text, decimal_comma)
    assert isinstance(told, Wrong) or abs(told) < float("inf")


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_a_number_is_read_as_it_is_written_in_either_form(value: float) -> None:
    assert number(repr(value), False) == value
    assert number(f"{value:f}".replace(".", ","), True) == float(f"{value:f}")


@given(st.integers(-(10**12), 10**12), st.sampled_from(" \u00a0\u202f"))
def test_thousands_may_stand_apart_in_a_swedish_table_only(value: int, space: str) -> None:
    spaced = f"{value:,}".replace(",", space)
    assert number(spaced, True) == value
    assert isinstance(number(spaced, False), Wrong) is (space in spaced)


@given(st.dates())
def test_a_month_is_read_back(day: object) -> None:
    text = str(day)[:7]
    told = month(text)
    year = int(text[:4])
    assert (told == 12 * year + int(text[5:]) - 1) if 1800 <= year <= 2300 else isinstance(told, Wrong)
