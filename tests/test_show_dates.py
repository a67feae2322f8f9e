"""Dates are those of the plan, and what a number rests on is said in words."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from show_town import OUTCOMES, written

from helhet.case.case import Case
from helhet.show.dates import next_dates, ready
from helhet.show.grounds import range_words, settings_table, source_words, status_counts
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.words.declare import Text
from helhet.words.plan import Lead, Measure, Plan, Start, Step

HOMES = Measure(
    "flats",
    "homes",
    Text("hyresrätter", "rental flats"),
    "",
    "rental",
    100,
    "dwellings",
    Lead(5.5, 8, 10),
    Lead(12, 18, 24),
    12,
    0,
    2.0,
    50.0,
    "assumed",
    "assumed",
)


def test_a_measure_is_ready_between_its_shortest_and_its_longest_lead_time() -> None:
    assert ready(Start("flats", 3, 100), HOMES) == (3 + 6 + 12, 3 + 10 + 24)


def test_committing_waits_for_the_month_the_plan_says() -> None:
    assert ready(Start("flats", 3, 100, commit_month=12), HOMES) == (12 + 12, 13 + 24)
    assert ready(Start("flats", 3, 100, commit_month=40), HOMES) == (40 + 12, 40 + 24)


def test_the_first_date_leaves_out_an_appeal_and_the_last_has_it() -> None:
    steps = (
        Step("plan", Text("plan", "plan"), "prepare", 1.0, Lead(6, 8, 10)),
        Step("appeal", Text("överklagande", "appeal"), "prepare", 0.2, Lead(3, 6, 12)),
    )
    appealed = replace(HOMES, prepare=None, steps=steps)
    assert ready(Start("flats", 3, 100), appealed) == (3 + 6 + 12, 3 + 10 + 12 + 24)


def test_the_dates_of_a_plan_are_in_order_of_start_and_in_the_readers_language(small: Case, tmp_path: Path) -> None:
    starts = (Start("flats", 14, 100), Start("more", 2, 50, commit_month=24))
    case = replace(
        small,
        measures={"flats": HOMES, "more": replace(HOMES, id="more", name=Text("fler", "more"))},
        plans={"do": Plan("do", Text("Gör", "Do"), starts)},
    )
    read = Reading(case, written(case, tmp_path), OUTCOMES)
    said = next_dates(read, Voice("sv"), "do", ("homes",))
    assert said is not None
    assert [row[0] for row in said.table.rows] == ["fler", "hyresrätter"]
    assert said.table.rows[0][1:] == (
        "50 bostäder",
        "mars 2019",
        "januari 2021",
        "januari 2022 – januari 2023",
        "52\u00a0mnkr",
    )
    assert next_dates(read, Voice("sv"), "do", ("beds",)) is None


def test_a_measure_that_is_gone_again_says_until_when_it_stands(small: Case, tmp_path: Path) -> None:
    camp = replace(HOMES, id="camp", lasts_months=24)
    case = replace(
        small,
        measures={"flats": HOMES, "camp": camp},
        plans={"do": Plan("do", Text("Gör", "Do"), (Start("camp", 3, 100), Start("flats", 3, 100)))},
    )
    said = next_dates(Reading(case, written(case, tmp_path), OUTCOMES), Voice("en"), "do", ("homes",))
    assert said is not None
    column = said.table.head.index("Stands until the end of")
    first, last = ready(Start("camp", 3, 100), camp)
    until = " – ".join(Voice("en").month(case.date(month + 23)) for month in (first, last))
    assert [row[column] for row in said.table.rows] == [until, "–"]


def test_sources_are_said_by_publisher_and_year_each_once(small: Case) -> None:
    known = next(iter(small.sources.values()))
    said = source_words(small, Voice("en"), f"{known.id} assumed {known.id}")
    assert said == f"{known.publisher} {known.year}".strip() + "; our assumption"
    assert source_words(small, Voice("en"), "") == "–"


def test_a_range_is_limits_or_the_middle_nine_tenths_as_its_distribution_has_it(small: Case) -> None:
    setting = next(iter(small.settings.values()))
    voice = Voice("sv")
    assert range_words(voice, replace(setting, distribution="uniform", low=0.1, high=0.25)) == "0,1–0,25"
    assert range_words(voice, replace(setting, distribution="lognormal", low=1, high=2)) == "1–2 i 90 av 100"
    assert range_words(voice, replace(setting, distribution="certain", low=nan, high=nan)) == "–"


def test_figures_are_counted_by_how_sure_they_are(small: Case) -> None:
    keys = list(small.settings)[:3]
    counted = status_counts(
        replace(
            small,
            settings={
                key: replace(small.settings[key], status=status)
                for key, status in zip(keys, ("assumed", "claim", "assumed"), strict=True)
            },
        ),
        Voice("en"),
        keys,
        (),
    )
    assert counted == "1 claimed by a company or the town and 2 assumed by us"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_setting_is_in_the_table_of_settings(small: Case, language: str) -> None:
    table = settings_table(small, Voice(language), small.settings)
    assert len(table.rows) == len(small.settings)
    assert all(len(row) == len(table.head) for row in table.rows)
