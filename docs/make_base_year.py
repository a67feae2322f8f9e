"""Writes docs/explanation/base-year.md: the first simulated years without the plant beside what was observed.

Run ``python docs/make_base_year.py [--futures 200]``; a few seconds for two hundred futures of three years. Events are
counted by age as anybody could: by two pieces of our own among the product's, one before and one after all others.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.ages import by_age, by_age_span, by_sex_and_age
from helhet.case.case import Case
from helhet.case.draw import draw
from helhet.case.levels import scales, year_older
from helhet.case.read import embedded, read_case
from helhet.pieces.kernels.chances import yearly
from helhet.pieces.order import pieces
from helhet.pieces.piece import Future, Piece, Turn, declarations
from helhet.simulate import first_day, live
from helhet.town import Town
from helhet.words.person import AGE_STEP, EMPTY, MAN, OLDEST, SEX_BIT, STATES, WOMAN

Array = np.ndarray[Any, Any]
HERE = Path(__file__).parent
YEARS = 3
PLAN = "nothing"
SEXES = ("women", "men")
GROUPS = (*((age, age + 4) for age in range(0, 90, 5)), (90, OLDEST))
FLOWS = ("births", "deaths", "in_moves", "out_moves")


def without_plant(case: Case) -> Case:
    """The case in which no plant is announced: nobody builds it and nobody works there, in any future."""
    tables = dict(case.tables)
    for name in ("plant_jobs", "plant_builders"):
        rows = tables[name]
        tables[name] = replace(rows, columns={**rows.columns, "value": np.zeros(len(rows))})
    prior = tables["plant_prior"]
    never = np.where(prior["outcome"] == "cancelled", 1.0, 0.0)
    tables["plant_prior"] = replace(prior, columns={**prior.columns, "value": never})
    return replace(case, tables=tables)


class Before(Piece):
    """Remembers everybody's age and sex as the year begins. One future at a time: it keeps them itself."""

    name = "before"

    def __init__(self) -> None:
        self.state: Array = np.empty(0, np.uint8)

    def step(self, town: Town, turn: Turn) -> None:  # noqa: ARG002 - as the protocol of a piece has it
        """First of all."""
        self.state = town.read("people", "state").copy()


class Events(Piece):
    """Counts, last in the year, who was born, died, came and went, by sex and age on 31 December.

    ``counts`` maps each of :data:`FLOWS` to an array of shape (years, 2, OLDEST + 1). Births are by the mother's age
    and of children alive at the end of the year; those who died in it are deaths at age 0, halved between the sexes.
    """

    name = "events"

    def __init__(self, before: Before) -> None:
        self.before = before
        self.counts: dict[str, Array] = {}

    def begin(self, town: Town, turn: Turn) -> None:  # noqa: ARG002 - as the protocol of a piece has it
        """A new future."""
        self.counts = {flow: np.zeros((turn.years, 2, OLDEST + 1)) for flow in FLOWS}

    def settle(self, town: Town, turn: Turn) -> None:
        """After everybody has moved in."""

        def listed(table: str, name: str) -> Array:
            return np.array(town.read(table, name)[: town.count(table)[0]])

        left, moved, state = listed("left", "row"), listed("left", "moved") == 1, town.read("people", "state")
        reached = np.minimum(self.before.state[left].astype(int) + AGE_STEP, AGE_STEP * OLDEST + SEX_BIT)
        year = turn.year
        self.counts["births"][year] = counted(state[listed("born", "mother")])
        self.counts["deaths"][year] = counted(reached[~moved])
        self.counts["out_moves"][year] = counted(reached[moved])
        self.counts["in_moves"][year] = counted(state[listed("arrived", "row")])
        tally = town.read("tally", "count").reshape(-1, 4)[:, :2].sum(axis=0)
        self.counts["deaths"][year, :, 0] += (tally[1] - (~moved).sum()) / 2


def counted(state: Array) -> Array:
    """People by sex and age, shape (2, OLDEST + 1)."""
    return np.bincount(state, minlength=STATES)[: AGE_STEP * (OLDEST + 1)].reshape(-1, AGE_STEP).T.astype(float)


@dataclass(frozen=True)
class Snapshot:
    """A town on one day: ``people`` and ``working`` by sex and age, ``households`` by persons (1 to 6 or more),
    ``districts`` residents by district."""

    people: Array
    working: Array
    households: Array
    districts: Array


def snapshot(town: Town, districts: int) -> Snapshot:
    """Look at ``town`` as it is."""
    rows = int(town.count("people")[0])
    state, job, home, district = (town.read("people", name)[:rows] for name in ("state", "job", "home", "district"))
    here = state < EMPTY
    sizes = np.bincount(np.bincount(home[here & (home >= 0)]))[1:]
    return Snapshot(
        counted(state[here]),
        counted(state[here & (job >= 0)]),
        np.append(sizes[:5], sizes[5:].sum()).astype(float),
        np.bincount(district[here], minlength=districts).astype(float),
    )


@dataclass(frozen=True)
class Lived:
    """What ``futures`` futures gave: ``flows`` of shape (futures, years, 2, OLDEST + 1), the first day, and the mean
    of the towns at the end."""

    flows: dict[str, Array]
    first: Snapshot
    last: Snapshot

    def total(self, flow: str, years: slice = slice(None)) -> Array:
        """Events a year in each future, shape (futures,)."""
        return np.asarray(self.flows[flow][:, years].sum(axis=(2, 3)).mean(axis=1))

    def mean(self, flow: str) -> Array:
        """Mean events a year by sex and age, shape (2, OLDEST + 1)."""
        return np.asarray(self.flows[flow].mean(axis=(0, 1)))


def lived(case: Case, futures: int, years: int = YEARS, seed: int = 1) -> Lived:
    """Live ``futures`` futures of ``years`` years without the plant and without measures."""
    case = without_plant(case)
    before = Before()
    events = Events(before)
    order = (before, *pieces(), events)
    first = first_day(case, order, years)
    town = first.copy()
    flows: dict[str, list[Array]] = {flow: [] for flow in FLOWS}
    ends = []
    for number in range(futures):
        live(case, order, first, town, case.plans[PLAN], Future(number, seed, draw(case, seed, number)), years)
        for flow in FLOWS:
            flows[flow].append(events.counts[flow])
        ends.append(snapshot(town, len(case.districts)))
    last = Snapshot(*(np.mean([getattr(end, name) for end in ends], axis=0) for name in Snapshot.__dataclass_fields__))
    stacked = {flow: np.array(counts) for flow, counts in flows.items()}
    return Lived(stacked, snapshot(first, len(case.districts)), last)


def grouped(values: Array) -> Array:
    """Sums over :data:`GROUPS` along the last axis."""
    return np.stack([values[..., low : high + 1].sum(axis=-1) for low, high in GROUPS], axis=-1)


def observed() -> dict[str, Array]:
    """What was observed in 2009-2018, a year, by flow: shape (2, groups), from base_year_observed.csv."""
    out: dict[str, Array] = {}
    with (HERE / "base_year_observed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table = out.setdefault(row["flow"], np.zeros((2, len(GROUPS))))
            table[SEXES.index(row["sex"]), GROUPS.index((int(row["age_from"]), int(row["age_to"])))] = row["value"]
    return out


def levels(case: Case) -> dict[str, float]:
    """The observed yearly levels of 2009-2018 that the case states."""
    rows = case.tables["observed"]
    return dict(zip(rows["flow"], rows["value"], strict=True))


def newborn_risk(case: Case) -> Array:
    """The probability of death in the year of birth, girls and boys: shape (2,).

    The rate of age 0 is per person-year, and a newborn lives half of the year on average.
    """
    return yearly(by_sex_and_age(case.tables["mortality"])[:, 0] * scales(case)["deaths"] / 2)


def tables_give(case: Case) -> dict[str, Array]:
    """What the case's tables give in the first year on the residents of the first day, a year older, when every
    setting is 1 and everybody is asked alone: shape (2, groups)."""
    people, factor = year_older(by_sex_and_age(case.tables["population"])), scales(case)
    births = np.zeros_like(people)
    births[WOMAN] = people[WOMAN] * by_age(case.tables["fertility"]) * factor["births"]
    rates = {
        flow: by_sex_and_age(case.tables[name]) * factor[flow]
        for flow, name in (("deaths", "mortality"), ("out_moves", "out_moves"))
    }
    deaths = people * yearly(rates["deaths"])
    deaths[:, 0] = births.sum() / 2 * newborn_risk(case)
    return {
        "births": grouped(births),
        "deaths": grouped(deaths),
        "in_moves": grouped(by_sex_and_age(case.tables["in_moves"])) * factor["in_moves"],
        "out_moves": grouped(people * yearly(rates["out_moves"])),
    }


def number(value: float) -> str:
    """A count as the page writes it: one decimal below ten."""
    return f"{value:,.1f}" if abs(value) < 9.95 else f"{value:,.0f}"


def off(value: float, against: float, least: float = 5.0) -> str:
    """How far off, in percent; bold where it is a miss: over ten percent and over ``least``."""
    if against <= 0:
        return "–" if value < 0.05 else "(none)"
    share = value / against - 1
    said = f"{100 * share:+.0f} %"
    return f"**{said}**" if abs(share) > 0.1 and abs(value - against) > least else said


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, figures to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def span(low: int, high: int) -> str:
    """An age group as the page writes it."""
    return f"{low}–{high}" if high < OLDEST else f"{low} and over"


NAMES = {"births": "births", "deaths": "deaths", "in_moves": "moved in", "out_moves": "moved out"}


def totals(case: Case, out: Lived) -> str:
    """Births, deaths and moves a year: observed, by the tables alone, in each year and over all."""
    rows, level, alone = [], levels(case), tables_give(case)
    for flow in FLOWS:
        each = out.total(flow)
        low, high = np.quantile(each, (0.05, 0.95))
        years = [number(out.total(flow, slice(year, year + 1)).mean()) for year in range(YEARS)]
        mean = float(each.mean())
        compared = off(mean, level[flow]), f"{number(low)}–{number(high)}"
        rows.append([NAMES[flow], number(level[flow]), number(alone[flow].sum()), *years, number(mean), *compared])
    years = [str(case.base_date.year + 1 + year) for year in range(YEARS)]
    return table(
        ["a year", "2009–2018", "by the tables", *years, f"mean of {YEARS} years", "off", "5–95 % of futures"], rows
    )


def ages(case: Case, out: Lived, flow: str, name: str) -> str:
    """A flow by age group: observed, by the tables alone, simulated."""
    seen, alone, mean = observed()[name], tables_give(case)[flow], grouped(out.mean(flow))
    sexes = [WOMAN] if flow == "births" else [WOMAN, MAN]
    head = ["age"]
    for sex in sexes:
        who = "" if flow == "births" else f"{SEXES[sex]}, "
        head += [f"{who}{'observed' if name == flow else 'expected'}", "by the tables", "simulated", "off"]
    rows = []
    for group, (low, high) in enumerate(GROUPS):
        if max(seen[:, group].max(), mean[:, group].max()) < 0.05:
            continue
        row = [span(low, high)]
        for sex in sexes:
            values = seen[sex, group], alone[sex, group], mean[sex, group]
            row += [number(value) for value in values] + [off(values[2], values[0])]
        rows.append(row)
    return table(head, rows)


def households(case: Case, out: Lived) -> str:
    """Households by size: the case's table, the first day, three years later."""
    rows = []
    given = case.tables["households"]
    for persons, value in zip(given["persons"], given["value"], strict=True):
        first, last = out.first.households[persons - 1], out.last.households[persons - 1]
        name = "6 and more" if persons == 6 else str(persons)
        rows.append([name, number(value), number(first), off(first, value), number(last)])
    sums = given["value"].sum(), out.first.households.sum(), out.last.households.sum()
    rows.append(["all", number(sums[0]), number(sums[1]), off(sums[1], sums[0]), number(sums[2])])
    return table(["persons", "the case's table", "first day", "off", f"after {YEARS} years"], rows)


def employment(case: Case, out: Lived) -> str:
    """The share in work by sex and age group: the case's table, the first day, three years later (percent)."""
    share, rows = by_age_span(case.tables["employment"]), []
    spans = sorted(
        {
            (int(a), int(b))
            for a, b in zip(*(case.tables["employment"][f"age_{k}"] for k in ("from", "to")), strict=True)
        }
    )
    for low, high in spans:
        row = [span(low, high)]
        for sex in (WOMAN, MAN):
            here = slice(low, high + 1)
            ways = [100 * day.working[sex, here].sum() / day.people[sex, here].sum() for day in (out.first, out.last)]
            row += [f"{100 * share[sex, low]:.1f}", *(f"{way:.1f}" for way in ways)]
        rows.append(row)
    return table(
        ["age", *(f"{sex}, {what}" for sex in SEXES for what in ("table", "first day", f"after {YEARS} years"))], rows
    )


def districts(case: Case, out: Lived) -> str:
    """Residents by district: the case's table, the first day, three years later."""
    rows = []
    residents = zip(case.tables["districts"]["residents"], out.first.districts, out.last.districts, strict=True)
    for district, (given, first, last) in zip(case.districts, residents, strict=True):
        rows.append([district.name, number(given), number(first), off(first, given), number(last), off(last, first)])
    return table(["district", "the case's table", "first day", "off", f"after {YEARS} years", "change"], rows)


def whole(low: int, high: int) -> list[int]:
    """The groups from age ``low`` to ``high``."""
    return [k for k, (first, last) in enumerate(GROUPS) if first >= low and last <= high]


def more(value: float, against: float) -> str:
    """The difference in words: ``12 % fewer``."""
    return f"{abs(100 * (value / against - 1)):.0f} % {'more' if value > against else 'fewer'}"


def misses(case: Case, out: Lived) -> dict[str, str]:
    """The figures that the page's sentences about misses quote."""
    seen, alone = observed(), tables_give(case)
    now = grouped(by_sex_and_age(case.tables["population"]))

    def flow(name: str, low: int, high: int, *, by_tables: bool = False) -> str:
        groups = whole(low, high)
        value = alone[name] if by_tables else grouped(out.mean(name))
        return more(value[:, groups].sum(), seen[name][:, groups].sum())

    def people(low: int, high: int, sexes: slice = slice(None)) -> str:
        groups = whole(low, high)
        return more(now[sexes, groups].sum(), seen["residents"][sexes, groups].sum())

    def in_work(day: Snapshot, low: int, high: int) -> str:
        here = slice(low, high + 1)
        return f"{100 * day.working[:, here].sum() / day.people[:, here].sum():.0f} %"

    table = by_age_span(case.tables["employment"])
    older, young = ((out.first.people * table)[:, span].sum() for span in (slice(65, 75), slice(16, 20)))
    change = out.last.districts / out.first.districts - 1
    order = np.argsort(change)
    names = [f"{case.districts[k].name} ({100 * change[k]:+.0f} %)" for k in order]
    level = levels(case)
    own = level["in_moves"] * case.settings["people.in_moves"].value  # those who want to come, homes permitting
    return {
        "children_out": flow("out_moves", 0, 14),
        "children_tables": flow("out_moves", 0, 14, by_tables=True),
        "young_out": flow("out_moves", 15, 24),
        "young_tables": flow("out_moves", 15, 24, by_tables=True),
        "young_people": people(15, 24),
        "thirties_out": flow("out_moves", 30, 34),
        "thirties": people(30, 34),
        "old_out": flow("out_moves", 70, OLDEST),
        "old_people": people(70, OLDEST),
        "mothers": flow("births", 20, 24),
        "women": people(20, 24, slice(WOMAN, WOMAN + 1)),
        "births": more(out.total("births").mean(), level["births"]),
        "births_tables": more(float(alone["births"].sum()), level["births"]),
        "deaths": more(out.total("deaths").mean(), level["deaths"]),
        "in_moves": more(out.total("in_moves").mean(), level["in_moves"]),
        "recruited": number(float(out.total("in_moves").mean() - own)),
        "newborn": number(float(out.mean("deaths")[:, 0].sum())),
        "newborn_tables": number(float(alone["births"].sum() * newborn_risk(case).mean())),
        "households_later": more(out.last.households.sum(), out.first.households.sum()),
        "alone_later": more(out.last.households[0], out.first.households[0]),
        "young_first": in_work(out.first, 16, 19),
        "young_table": f"{100 * young / out.first.people[:, 16:20].sum():.0f} %",
        "older_first": in_work(out.first, 65, 74),
        "older_last": in_work(out.last, 65, 74),
        "older_table": f"{100 * older / out.first.people[:, 65:75].sum():.0f} %",
        "shrinking": ", ".join(names[:4]),
        "growing": ", ".join(reversed(names[-4:])),
    }


def page(case: Case, out: Lived, futures: int) -> str:
    """The page, in Markdown: the text of base_year_page.txt with tables and figures put in."""
    text = (HERE / "base_year_page.txt").read_text(encoding="utf-8")
    return text.format(
        futures=futures,
        years=YEARS,
        t_totals=totals(case, out),
        t_births=ages(case, out, "births", "births"),
        t_deaths=ages(case, out, "deaths", "deaths_expected"),
        t_in_moves=ages(case, out, "in_moves", "in_moves"),
        t_out_moves=ages(case, out, "out_moves", "out_moves"),
        t_households=households(case, out),
        t_employment=employment(case, out),
        t_districts=districts(case, out),
        **misses(case, out),
    )


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description="Write docs/explanation/base-year.md.")
    parser.add_argument("--futures", type=int, default=200)
    asked = parser.parse_args()
    case = read_case(embedded("skelleftea"), declarations(pieces()))
    out = lived(case, asked.futures)
    path = HERE / "explanation" / "base-year.md"
    path.write_text(page(case, out, asked.futures), encoding="utf-8")
    print(f"{path}\n\n{totals(case, out)}")


if __name__ == "__main__":
    main()
