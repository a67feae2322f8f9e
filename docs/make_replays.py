"""Writes docs/explanation/replays.md: what helhet would have said on three days, each knowing only what was known.

Run ``python docs/make_replays.py [--futures 300] [--folder DIR]``; the text stands in replays_page.txt, the versions
of the case in replays.py. Results go to a temporary folder, or to one that is kept, from which an interrupted run goes
on. Three hundred futures take three to six minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from replays import (
    CHANCES,
    CHOSEN,
    ELSEWHERE,
    END_2019,
    HERE,
    PLANS,
    SPRING_2017,
    SPRING_2019,
    WORD,
    Array,
    Day,
    Said,
    figures,
    highest,
    lived,
    price,
    prior,
    residents,
    strain,
    told,
    versions,
)

from helhet.case.case import Case
from helhet.case.read import embedded, read_case
from helhet.decide.act_by import Dated
from helhet.decide.option import CHOICES, best, posterior
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.show.decisions.card import chosen
from helhet.show.decisions.dates import signed
from helhet.show.decisions.when import said
from helhet.show.desk import Desk
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.simulate import simulate

VOICE = Voice("en")
SEED, YEARS = 1, 10
HEADS = {SPRING_2017: "spring 2017", SPRING_2019: "spring 2019", END_2019: "end of 2019"}
NEEDS = ("beds", "homes", "work")
NOT_TOWN = ("sources", "references", "plans", "plan_names", "goals")
"""Tables that hold no figure about the town."""
PLANT = ("plant_jobs", "plant_builders", "plant_prior", "signals")
"""Tables that a replay makes anew."""


def simulated(default: Case, futures: int, folder: Path) -> dict[str, Day]:
    """The three days, and the last of them at the planning head's word, by name."""
    desks = {}
    for name, (case, plans) in lived(default).items():
        print(f"{name}: {', '.join(plans)}", file=sys.stderr)
        where = folder / "".join(letter if letter.isalnum() else "-" for letter in name)
        results = simulate(case, pieces(), plans=plans, futures=futures, years=YEARS, seed=SEED, folder=where)
        read = Reading(case, results, declarations(pieces()).outcomes)
        desks[name] = Desk(read)
    first = Day(desks[CHOSEN], desks[ELSEWHERE], CHANCES[0])
    return {SPRING_2017: first, **{name: Day(desks[name]) for name in (SPRING_2019, END_2019, WORD)}}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def written(day: Day, one: Dated) -> str:
    """A date as helhet says it."""
    return said(day.case, VOICE, one)


def cell(day: Day, one: Said) -> str:
    """What helhet says of one measure on one day: two dates, the card's choice, a month of waiting."""
    dates = written(day, one.given), f"in all futures: {written(day, one.overall)}"
    return "<br>".join((*dates, f"**{chosen(VOICE, one.choice)}**; {signed(VOICE, one.month)}"))


def published(*replays: str) -> str:
    """The figures that are first used in ``replays``, with their sources."""
    rows = []
    for one in figures():
        if one.replay in replays:
            source = f"[{one.source}]({one.url})" if one.url else one.source
            value = one.value if one.unit in ("year", "month") else f"{VOICE.number(float(one.value))} {one.unit}"
            rows.append((HEADS.get(one.replay, ""), f"{one.note}: {value}", f"{source}, {one.publisher}", one.known))
    kept = slice(0 if len(replays) > 1 else 1, None)
    return table(("first known in", "figure", "source", "known")[kept], [row[kept] for row in rows])


def later(default: Case) -> str:
    """The sources of the town's tables that were published after spring 2017: what stands in."""
    case, found = versions(default)[SPRING_2017], dict[str, dict[str, int]]()
    for name, rows in case.tables.items():
        if name in (*NOT_TOWN, *PLANT) or "source" not in rows.columns:
            continue
        for source in (each for cell in rows["source"] for each in str(cell).split()):
            if source != "assumed" and case.sources[source].year[:4] > str(case.knowledge_date.year):
                counts = found.setdefault(source, {})
                counts[name] = counts.get(name, 0) + 1
    rows = [
        (f"`{source}`: {case.sources[source].title}", case.sources[source].year, ", ".join(sorted(counts)))
        for source, counts in found.items()
    ]
    return table(("source", "published", "tables"), rows)


def needs(days: dict[str, Day]) -> str:
    """How likely each need goes unmet within ten years, by day and plan."""
    columns = [(name, plan) for plan in PLANS for name in HEADS if plan in days[name].desk.read.plans]
    rows = []
    for need in NEEDS:
        row = [need]
        for name, plan in columns:
            day = days[name]
            given, overall = (VOICE.percent(day.hit(need, plan, which)) for which in (True, False))
            row.append(f"{given} ({overall}){began(day, need, plan)}")
        rows.append(row)
    head = [HEADS[name] + ("" if plan == PLANS[0] else ", with the 2019 plan") for name, plan in columns]
    return table(("short of", *head), rows)


def began(day: Day, need: str, plan: str) -> str:
    """From when, among the futures in which the plant comes and the need goes unmet."""
    bites = strain(day.desk, need, plan).bites(day.desk.months)[day.desk.comes]
    bites = bites[np.isfinite(bites)]
    if not len(bites):
        return ""
    years = [day.case.date(int(np.quantile(bites, q, method="lower"))).year for q in (0.5, 0.05, 0.95)]
    return "<br>from {} ({}–{})".format(*years)


def everything(days: dict[str, Day]) -> dict[str, dict[str, Said]]:
    """All that is said of all measures, by day and measure."""
    return {name: {one.id: days[name].of(one) for one in days[name].desk.measures} for name in HEADS}


def measures(days: dict[str, Day], all_said: dict[str, dict[str, Said]], need: str) -> str:
    """The measures against one need, side by side."""
    rows = []
    for identity, one in all_said[SPRING_2019].items():
        if one.advice.need.name == need:
            cells = [cell(days[name], all_said[name][identity]) for name in HEADS]
            rows.append((one.advice.measure.name.en, *cells))
    return table(("measure", *HEADS.values()), rows)


def chances(default: Case, day: Day, all_said: dict[str, Said]) -> str:
    """What another chance of being chosen would have given: the first measure of each kind and chain of steps."""
    rows, seen = [], set()
    for kind, chain, identity in zip(
        *(default.tables["measures"][c] for c in ("kind", "chain", "measure")), strict=True
    ):
        if (kind, chain) not in seen and identity in all_said:
            seen.add((kind, chain))
            one = all_said[identity]
            measure = one.advice.measure
            options = [chosen(VOICE, best(day.option(one.advice, chance), odds(day, chance))) for chance in CHANCES]
            overall = [written(day, day.overall(measure, chance)) for chance in CHANCES]
            cells = [f"{date}<br>**{choice}**" for date, choice in zip(overall, options, strict=True)]
            rows.append((measure.name.en, written(day, one.given), *cells))
    return table(("measure", "if the plant comes", *(f"chance {one_in(chance)}" for chance in CHANCES)), rows)


def odds(day: Day, chance: float) -> float:
    """How likely it is that the plant comes and stays, were the chance of being chosen another."""
    return chance * day.desk.chance(day.case.prior)


def one_in(chance: float) -> str:
    """``1 in 10``."""
    return f"1 in {round(1 / chance)}"


def choices(all_said: dict[str, dict[str, Said]]) -> str:
    """How many measures against each need the card would commit, prepare and wait with."""
    rows = []
    for need in NEEDS:
        rows.append([need])
        for name in HEADS:
            each = [one.choice for one in all_said[name].values() if one.advice.need.name == need]
            counted = [f"{each.count(choice)} {chosen(VOICE, choice)}" for choice in CHOICES if choice in each]
            rows[-1].append(", ".join(counted))
    return table(("measures against a shortage of", *HEADS.values()), rows)


def shift(all_said: dict[str, dict[str, Said]]) -> str:
    """How many months the dates given that the plant comes lie from those of spring 2019: the middle one and all."""
    rows = []
    for need in NEEDS:
        rows.append([need])
        for name in (SPRING_2017, END_2019):
            pairs = [
                (all_said[name][key].given.month, one.given.month)
                for key, one in all_said[SPRING_2019].items()
                if one.advice.need.name == need
            ]
            moved = [own - other for own, other in pairs if np.isfinite(own) and np.isfinite(other)]
            rows[-1].append(f"{months(np.median(moved))} ({months(min(moved))} to {months(max(moved))})")
    return table(("measures against a shortage of", HEADS[SPRING_2017], HEADS[END_2019]), rows)


def months(value: float) -> str:
    """A number of months with its sign."""
    return f"{value:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")


def whole(one: Said) -> float:
    """What a measure costs to prepare and to commit, MSEK."""
    return one.advice.measure.prepare_cost + one.advice.measure.commit_cost


def lost(day: Day, one: Said) -> float:
    """What is lost of it, begun today, in the mean future in which the plant is built here and does not stay, MSEK."""
    return float(one.advice.waiting.curve([day.desk.now], ~day.desk.comes).stranding[0])


def follow(days: dict[str, Day], all_said: dict[str, dict[str, Said]]) -> str:
    """What following the card would have taken, and what would have been lost without a plant; MSEK."""
    rows = []
    for name, head in HEADS.items():
        by = {
            choice: [one for one in all_said[name].values() if one.choice == choice] for choice in ("commit", "prepare")
        }
        passed = [one for one in all_said[name].values() if one.given.state(days[name].desk.now) == "passed"]
        sums = [
            len(by["commit"]),
            sum(whole(one) for one in by["commit"]),
            len(by["prepare"]),
            sum(one.advice.measure.prepare_cost for one in by["prepare"]),
            sum(lost(days[name], one) for one in by["commit"])
            + sum(one.advice.measure.prepare_cost for one in by["prepare"]),
            len(passed),
            sum(whole(one) for one in passed),
            sum(lost(days[name], one) for one in passed),
        ]
        rows.append((head, *(VOICE.number(value) for value in sums)))
    head = (
        "to commit",
        "MSEK",
        "to prepare",
        "MSEK",
        "lost without a plant, MSEK",
        "dates passed",
        "to commit them all, MSEK",
        "lost without a plant, MSEK",
    )
    return table(("", *head), rows)


def news(default: Case, day: Day, said_by: dict[str, Said]) -> str:
    """At the end of 2019: the odds and the card had the expected news come, or not."""
    orders = [default.signals[name] for name in default.signals if name not in day.case.signals]
    p, rows = day.desk.chance(day.case.prior), []
    ways = [("as the case has it", []), ("both had come", [True, True]), ("neither had come", [False, False])]
    for words, came in ways:
        now = posterior(p, list(zip(orders, came, strict=False)))
        each = [best(one.option, now) for one in said_by.values()]
        rows.append((words, VOICE.percent(now), *(str(each.count(choice)) for choice in ("commit", "prepare", "wait"))))
    return table(("news", "odds of the plant", "to commit", "to prepare", "to wait with"), rows)


def word(days: dict[str, Day]) -> str:
    """The end of 2019 beside the same at the planning head's word."""
    rows = []
    for need in NEEDS:
        rows.append([f"short of {need}, if the plant comes"])
        for name in (END_2019, WORD):
            rows[-1].append(VOICE.percent(days[name].hit(need, PLANS[0], True)) + began(days[name], need, PLANS[0]))
    rows.append(["households in vain, in the worst year"])
    for name in (END_2019, WORD):
        worst = strain(days[name].desk, "homes", PLANS[0]).missing[days[name].desk.comes].max(axis=1)
        rows[-1].append(spread(worst))
    rows.append(["residents at the end of 2028"])
    rows[-1] += [spread(residents(days[name], 2028)) for name in (END_2019, WORD)]
    return table(("", "helhet's own assumption", "the planning head's word"), rows)


def spread(values: Array) -> str:
    """Median and the middle 90 percent."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return VOICE.about(middle, low, high, 3)


def afterwards(days: dict[str, Day]) -> str:
    """What was published later beside what the replays had said."""
    names = (*HEADS, WORD)
    later, rows = told("afterwards"), []
    for year in (2020, 2024):
        row = [f"residents at the end of {year}", VOICE.number(float(later[f"residents_{year}"]))]
        rows.append([*row, *(against(residents(days[name], year)) for name in names)])
    peak = VOICE.span(float(later["employees_low"]), float(later["employees_high"]))
    row = ["employees of the plant at its peak", peak]
    rows.append([*row, *(against(highest(days[name], "plant.jobs", slice(None))) for name in names)])
    row = ["builders of the plant in 2021", VOICE.number(float(later["builders_plant"]))]
    rows.append([*row, *(against(highest(days[name], "plant.builders", slice(24, 36))) for name in names)])
    return table(("", "published", *HEADS.values(), f"{HEADS[END_2019]}, {WORD}"), rows)


def against(values: Array) -> str:
    """Median, the middle 90 percent and the highest of all futures."""
    return f"{spread(values)}; at most {VOICE.rough(float(values.max()), 3)}"


def fields(default: Case, days: dict[str, Day], futures: int) -> dict[str, str]:
    """Everything that the text leaves open."""
    all_said = everything(days)
    cases, last = versions(default), days[END_2019]
    numbers = {}
    for name, short in zip(HEADS, "abc", strict=True):
        now, each = days[name].desk.now, all_said[name].values()
        months_left = [one.given.month - now for one in each]
        numbers |= {
            f"passed_{short}": str(sum(left < 0 for left in months_left)),
            f"soon_{short}": str(sum(0 <= left < 12 for left in months_left)),
            f"free_{short}": str(sum(one.overall.state(now) == "not_needed" for one in each)),
            f"odds_{short}": VOICE.percent(odds(days[name], days[name].chance)),
            f"news_{short}": str(days[name].desk.news() - now),
        }
    return numbers | {
        "futures": str(futures),
        "years": str(YEARS),
        "measures": str(len(all_said[SPRING_2019])),
        "chance": one_in(CHANCES[0]),
        "chances": VOICE.both(one_in(chance) for chance in CHANCES[1:]),
        "site": VOICE.month(cases[SPRING_2017].date(cases[SPRING_2017].signals["site"].month)),
        "word_low": f"{lived(default)[WORD][0].settings['work.multiplier'].low:.1f}",
        "word_high": f"{lived(default)[WORD][0].settings['work.multiplier'].high:.1f}",
        "own": f"{default.settings['work.multiplier'].value:g}",
        "cancelled": VOICE.percent(prior(cases[END_2019])["cancelled"]),
        "highest_2028": VOICE.rough(float(residents(last, 2028).max()), 3),
        "planned": against(residents(days[SPRING_2019], 2024, PLANS[1])),
        "t_known": published(*HEADS),
        "t_facts": published("afterwards"),
        "t_choices": choices(all_said),
        "t_shift": shift(all_said),
        "price_b": "{:.1f} to {:.1f}".format(*price(days[SPRING_2019], all_said[SPRING_2019], "homes")),
        "prepare_homes": VOICE.number(
            sum(
                one.prepare_cost
                for one in days[SPRING_2017].desk.measures
                if days[SPRING_2017].desk.need(one)[0].name == "homes"
            )
        ),
        "t_later": later(default),
        "t_needs": needs(days),
        "t_chances": chances(default, days[SPRING_2017], all_said[SPRING_2017]),
        "t_follow": follow(days, all_said),
        "t_news": news(default, last, all_said[END_2019]),
        "t_word": word(days),
        "t_afterwards": afterwards(days),
        **{f"t_{need}": measures(days, all_said, need) for need in NEEDS},
    }


def page(default: Case, days: dict[str, Day], futures: int) -> str:
    """The page as Markdown."""
    return (HERE / "replays_page.txt").read_text(encoding="utf-8").format(**fields(default, days, futures))


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description="Write docs/explanation/replays.md.")
    parser.add_argument("--futures", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="keep the results here, and go on from what is there")
    asked = parser.parse_args()
    default = read_case(embedded("skelleftea"), declarations(pieces()))
    with tempfile.TemporaryDirectory() as temporary:
        days = simulated(default, asked.futures, asked.folder or Path(temporary))
        path = HERE / "explanation" / "replays.md"
        path.write_text(page(default, days, asked.futures), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
