"""Drawings keep their letters, ids and colours; maps keep their proportions."""

from __future__ import annotations

import re
from dataclasses import replace

import altair as alt
import numpy as np
import pytest

from helhet.case.case import Case
from helhet.show import charts
from helhet.show.figure import DataTable
from helhet.show.ink import MAIN, NARROW, WIDE, Paper, apart, figure
from helhet.show.maps import classes, map_chart, sheets, short
from helhet.show.reading import fan

TABLE = DataTable(("a",), (("b",),))
YEARS = np.arange(2019.0, 2031.0)


def drawing(paper: Paper) -> alt.TopLevelMixin:
    """A fan of a hundred futures."""
    values = np.linspace(0, 100, 100)[:, None] * np.linspace(1, 20, len(YEARS))
    return charts.fan_chart(paper, YEARS, fan(values, range(100)), "the top", (900.0, "the limit"))


def test_a_drawing_is_one_picture_with_a_text_in_both_sizes() -> None:
    made = figure("one", "sv", 'Says "what" & <why>', drawing, TABLE)
    for svg in (made.wide, made.narrow):
        assert svg.startswith('<svg role="img" aria-label="Says &quot;what&quot; &amp; &lt;why>"')
        assert "the top" in svg
        assert "the limit" in svg
        assert " role=" not in svg[10:]
    assert f'viewBox="0 0 {WIDE}' in made.wide
    assert f'viewBox="0 0 {NARROW}' in made.narrow


def test_the_same_drawing_is_the_same_text_however_often_it_is_made() -> None:
    assert figure("one", "sv", "x", drawing, TABLE) == figure("one", "sv", "x", drawing, TABLE)


def test_ids_of_two_drawings_never_meet() -> None:
    first, second = figure("one", "sv", "x", drawing, TABLE), figure("two", "sv", "x", drawing, TABLE)
    ids = [set(re.findall(r'id="([^"]*)"', part)) for f in (first, second) for part in (f.wide, f.narrow)]
    assert len(set.union(*ids)) == sum(len(one) for one in ids)


def test_colours_are_the_pages_own_so_that_a_dark_page_has_dark_charts() -> None:
    svg = figure("one", "sv", "x", drawing, TABLE).wide
    assert 'stroke="var(--main)"' in svg
    assert re.findall(r'(?:fill|stroke)="#[0-9a-f]{6}"', svg) == []


def test_numbers_on_axes_are_in_the_readers_format() -> None:
    assert re.search(r">1\u00a0\d00<", figure("one", "sv", "x", drawing, TABLE).wide)
    assert re.search(r">1,\d00<", figure("one", "en", "x", drawing, TABLE).wide)


def test_labels_are_moved_apart_no_further_than_needed() -> None:
    assert apart([0, 10], 3) == [0, 10]
    assert apart([5, 5], 2) == [4, 6]
    assert apart([1, 0], 2) == [1.5, -0.5]
    moved = apart([5, 5, 5], 2)
    assert sorted(moved) == pytest.approx([3, 5, 7], abs=0.01)


def test_shades_change_at_round_numbers_and_zero_is_a_class_of_its_own() -> None:
    steps, found = classes(np.array([0.0, 3.0, 99.0, 20.0]))
    assert steps == [20, 40, 60, 80]
    assert found == [0, 1, 5, 2]
    assert classes(np.zeros(3)) == ([], [0, 0, 0])


def test_long_names_are_cut_where_their_parts_meet() -> None:
    assert short("Klutmark–Medle–Myckle–Stämningsgården") == "Klutmark"
    assert short("Ursviken–Örviken") == "Ursviken–Örviken"


def test_the_dense_middle_of_a_municipality_gets_a_map_of_its_own(skelleftea: Case) -> None:
    whole, middle = sheets(skelleftea, Paper(WIDE, "sv"))
    assert middle.scale > 8 * whole.scale
    assert whole.height == pytest.approx(middle.height, rel=0.02)
    centre = next(district for district in skelleftea.districts if district.id == "centrala_stan")
    assert middle.low[0] < centre.longitude < middle.high[0]
    svg = figure("map", "sv", "x", lambda p: map_chart(p, skelleftea, _ones(skelleftea)[::-1], ("A", "B"), MAIN), TABLE)
    assert "Centrala stan" in svg.wide
    assert "Burträsk" in svg.wide


def test_districts_without_outlines_are_drawn_as_dots_on_a_map_of_sane_proportions(small: Case) -> None:
    bare = replace(small, districts=tuple(replace(one, rings=()) for one in small.districts), outline=())
    (sheet,) = sheets(bare, Paper(WIDE, "sv"))
    assert 0.4 * sheet.width < sheet.height < 1.2 * sheet.width
    made = figure("map", "sv", "x", lambda p: map_chart(p, bare, _ones(bare), ("A", "B")), TABLE)
    assert all(district.name in made.wide for district in bare.districts)


def _ones(case: Case) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.arange(1.0, len(case.districts) + 1)
