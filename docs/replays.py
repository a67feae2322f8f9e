"""The default case on three days, each knowing only what was known: the versions, and what the desk says of them.

The published figures stand in replays_figures.csv. Everything is made in memory; the case itself is not touched.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.case import Case, Rows
from helhet.decide.act_by import Dated, dated
from helhet.decide.option import Choice, IfState, Reckoned, best, costs_if
from helhet.show.desk import Advice, Desk
from helhet.show.reading import COMES
from helhet.words.decision import Signal
from helhet.words.declare import Text
from helhet.words.plan import Measure

Array = np.ndarray[Any, Any]
HERE = Path(__file__).parent
PLANS = ("nothing", "plan_2019")
SPRING_2017, SPRING_2019, END_2019 = "spring_2017", "spring_2019", "end_2019"
WORD, CHOSEN, ELSEWHERE = "the planning head's word", "chosen", "elsewhere"
DAYS = {SPRING_2017: dt.date(2017, 4, 30), END_2019: dt.date(2019, 12, 31)}
"""The last day from which a figure may come; that of spring 2019 is the case's own."""
CHANCES = (0.1, 0.2, 1 / 3)
"""How likely it is in spring 2017 that the plant, if it is built, is built here: assumed. The first is used: one site
of ten, none of them known to be better."""


@dataclass(frozen=True)
class Figure:
    """A published figure: first used in ``replay``, and known from the end of ``known`` (a year, a month or a day)."""

    replay: str
    figure: str
    value: str
    unit: str
    known: str
    source: str
    publisher: str
    url: str
    note: str

    @property
    def last(self) -> dt.date:
        """The last day on which it may have been published."""
        year, month, day, *_ = [*map(int, self.known.split("-")), 0, 0]
        month = month or 12
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])


def figures() -> list[Figure]:
    """All published figures."""
    with (HERE / "replays_figures.csv").open(encoding="utf-8", newline="") as file:
        return [Figure(**row) for row in csv.DictReader(file)]


def told(replay: str) -> dict[str, str]:
    """The figures of one replay by name."""
    return {one.figure: one.value for one in figures() if one.replay == replay}


def month(case: Case, text: str) -> int:
    """``2018-07`` as a month of ``case``."""
    year, number = map(int, text.split("-"))
    return case.month(dt.date(year, number, 1))


def revised(case: Case, name: str, **columns: Any) -> Case:
    """``case`` with columns of one table changed; a value alone stands in every row."""
    rows = case.tables[name]
    new = {
        key: np.full(len(rows), value, object) if isinstance(value, str) else value for key, value in columns.items()
    }
    return replace(case, tables={**case.tables, name: Rows(rows.table, {**rows.columns, **new})})


def shares(case: Case, change: Callable[[Mapping[str, float]], Mapping[str, float]]) -> Case:
    """``case`` with the shares of the judge in use changed, and without other judges, who may know of later things."""
    rows = case.tables["plant_prior"].where(prior=case.prior)
    new = change(dict(zip(rows["outcome"], rows["value"], strict=True)))
    case = replace(case, tables={**case.tables, "plant_prior": rows})
    values = np.array([new[outcome] for outcome in rows["outcome"]])
    return revised(case, "plant_prior", value=values, source="assumed", year=str(case.knowledge_date.year))


def setting(
    case: Case, key: str, low: float, value: float, high: float, source: str, shape: str = "triangular"
) -> Case:
    """``case`` with another range for one setting."""
    year = str(case.knowledge_date.year)
    changed = {"low": low, "value": value, "high": high, "source": source, "year": year, "distribution": shape}
    return replace(case, settings={**case.settings, key: replace(case.settings[key], **changed)})


def named(case: Case, name: str) -> Case:
    """``case`` with a digest of its own, so that results of two versions are never taken for one another's."""
    parts = [case.digest, name, *(repr(case.settings[key]) for key in ("plant.scale", "plant.stop", "work.multiplier"))]
    for table in ("plant_jobs", "plant_builders", "plant_prior"):
        parts += [repr(column.tolist()) for column in case.tables[table].columns.values()]
    return replace(case, digest=hashlib.sha256("\n".join(parts).encode()).hexdigest())


def spring_2017(case: Case, chance: float = CHANCES[0]) -> Case:
    """One of ten sites, 2,500 to 3,000 jobs, building from the second half of 2018; no letter and no plan of beds."""
    figure = told(SPRING_2017)
    case = replace(case, knowledge_date=DAYS[SPRING_2017])
    low, high, source = float(figure["jobs_low"]), float(figure["jobs_high"]), "sr_2017 tt_2017"
    middle = (low + high) / 2
    peak = case.tables["plant_jobs"]["value"].max()
    case = setting(case, "plant.scale", low / middle, 1, high / middle, source)
    jobs = case.tables["plant_jobs"]["value"] * middle / peak
    case = revised(case, "plant_jobs", value=jobs, source=source, year="2017", note="the case's curve, to this height")
    builders = case.tables["plant_builders"]["month"]
    earlier = builders - builders.min() + month(case, figure["building_from"])
    case = revised(case, "plant_builders", month=earlier, source="sr_2017 assumed", year="2017", note="moved in time")
    case = shares(case, lambda prior: here(prior, chance))
    goals = case.tables["goals"]
    early = goals["year"].astype(int) <= case.knowledge_date.year
    kept = Rows(goals.table, {name: column[early] for name, column in goals.columns.items()})
    return replace(case, tables={**case.tables, "goals": kept}, signals={"site": site(case, chance)})


def here(prior: Mapping[str, float], chance: float) -> dict[str, float]:
    """``prior`` of a plant that is built here with probability ``chance``; elsewhere counts as cancelled."""
    return {outcome: chance * share + (1 - chance) * (outcome == "cancelled") for outcome, share in prior.items()}


def site(case: Case, chance: float) -> Signal:
    """The news of the site: in the month before building was to begin, at the latest.

    It comes wherever the plant comes and stays, and where it does not with what Bayes' rule leaves of ``chance``.
    """
    comes = sum(share for outcome, share in prior(case).items() if outcome in COMES)
    name = Text("Valet av plats", "The choice of the site")
    when = month(case, told(SPRING_2017)["building_from"]) - 1
    return Signal("site", name, when, 1.0, (chance - comes) / (1 - comes), "sr_2017 assumed", "assumed")


def chosen_here(case: Case, default: Case) -> Case:
    """The version of spring 2017 in which the town has been chosen: what the judge says of such a plant."""
    return shares(case, lambda _: prior(default))


def elsewhere(case: Case) -> Case:
    """The version of spring 2017 in which another town has been chosen: nobody builds and nobody is employed here."""
    for name in ("plant_jobs", "plant_builders"):
        case = revised(case, name, value=np.zeros(len(case.tables[name])))
    return shares(case, lambda prior: {outcome: float(outcome == "cancelled") for outcome in prior})


def end_2019(case: Case) -> Case:
    """2,000 to 2,500 jobs within five years, and no word by October 2019 that it has been called off."""
    figure = told(END_2019)
    case = replace(case, knowledge_date=DAYS[END_2019])
    complete = float(figure["jobs_complete"])
    case = setting(case, "plant.scale", float(figure["jobs_low"]) / complete, 1, 1, "skelleftea_2019")
    rows = case.tables["plant_jobs"]
    begun = rows["month"] <= month(case, f"{told(SPRING_2019)['production']}-12")
    kept = Rows(rows.table, {name: np.append(column[begun], column[-1:]) for name, column in rows.columns.items()})
    kept.columns["month"][-1], kept.columns["value"][-1] = month(case, figure["full"]), complete
    case = replace(case, tables={**case.tables, "plant_jobs": kept})
    stop = case.settings["plant.stop"]
    heard = month(case, next(one.known for one in figures() if one.figure == "jobs_direct")) + 1
    left = (stop.high - heard) / (stop.high - stop.low)
    case = setting(case, "plant.stop", heard, (heard + stop.high) / 2, stop.high, "assumed", "uniform")
    case = shares(case, lambda prior: standing(prior, left))
    ahead = {name: one for name, one in case.signals.items() if one.month > case.month(case.knowledge_date)}
    goals = case.tables["goals"]
    new = {"people.residents": figure["population_target"], "homes.completed": figure["homes_low"]}
    targets = [float(new.get(outcome, value)) for outcome, value in zip(goals["outcome"], goals["value"], strict=True)]
    return replace(revised(case, "goals", value=np.array(targets)), signals=ahead)


def standing(prior: Mapping[str, float], left: float) -> dict[str, float]:
    """``prior`` once a share 1 - ``left`` of the futures that are called off would have been by now (Bayes)."""
    kept = {outcome: share * (left if outcome == "cancelled" else 1) for outcome, share in prior.items()}
    return {outcome: share / sum(kept.values()) for outcome, share in kept.items()}


def planning_head(case: Case) -> Case:
    """The version of the end of 2019 that takes the town's head of planning at his word on jobs in all."""
    figure = told(END_2019)
    low, high = (float(figure[name]) / float(figure["jobs_direct"]) - 1 for name in ("jobs_all_low", "jobs_all_high"))
    return setting(case, "work.multiplier", low, (low + high) / 2, high, "affarer_2019", "uniform")


def prior(case: Case) -> dict[str, float]:
    """The shares of the judge in use, by outcome."""
    rows = case.tables["plant_prior"].where(prior=case.prior)
    return dict(zip(rows["outcome"], map(float, rows["value"]), strict=True))


def versions(default: Case) -> dict[str, Case]:
    """The three days by name."""
    return {SPRING_2017: spring_2017(default), SPRING_2019: default, END_2019: end_2019(default)}


def lived(default: Case) -> dict[str, tuple[Case, tuple[str, ...]]]:
    """What is simulated, by name: a version and its plans."""
    first, last = spring_2017(default), end_2019(default)
    return {
        CHOSEN: (named(chosen_here(first, default), CHOSEN), PLANS[:1]),
        ELSEWHERE: (named(elsewhere(first), ELSEWHERE), PLANS[:1]),
        SPRING_2019: (default, PLANS),
        END_2019: (named(last, END_2019), PLANS),
        WORD: (named(planning_head(last), WORD), PLANS[:1]),
    }


@dataclass(frozen=True)
class Said:
    """What helhet says of one measure.

    ``given`` and ``overall`` are the dates to prepare, if the plant comes and in all futures; ``month`` is MSEK a
    month of the coming year's waiting, if it comes; ``odds``, that it comes and stays, decide the card.
    """

    advice: Advice
    given: Dated
    overall: Dated
    month: float
    odds: float
    option: Reckoned

    @property
    def choice(self) -> Choice:
        """The best of the card."""
        return best(self.option, self.odds)


class Day:
    """One of the three days: the futures in which the plant is built here, and those in which it is elsewhere."""

    def __init__(self, desk: Desk, other: Desk | None = None, chance: float = 1.0) -> None:
        self.desk, self.other, self.chance = desk, other, chance
        self.case = desk.case
        if other is not None:  # that another town has been chosen is known when the choice is
            other.known = np.full(len(other.read.futures), float(desk.news()))

    def of(self, measure: Measure) -> Said:
        """Everything about one measure."""
        desk = self.desk
        advice = desk.advice(measure)
        assert advice.prepare.given is not None
        month = advice.waiting.delay(desk.now, 12, desk.comes).per_month
        odds = self.chance * desk.chance(self.case.prior)
        return Said(advice, advice.prepare.given, self.overall(measure), month, odds, self.option(advice, self.chance))

    def option(self, advice: Advice, chance: float) -> Reckoned:
        """The card's costs: where the plant does not come, those of a plant built here that fails and of one elsewhere.

        ``chance`` is that of being chosen.
        """
        if self.other is None:
            return advice.option
        own, away = advice.option, self.other.advice(advice.measure).option
        stays = self.desk.chance(self.case.prior)
        fails, gone = chance * (1 - stays), 1 - chance

        def mixed(choice: Choice) -> IfState:
            here, there = costs_if(own)[choice], costs_if(away)[choice]
            return IfState(here.if_comes, (fails * here.if_not + gone * there.if_not) / (fails + gone))

        return Reckoned(mixed("commit"), mixed("wait"), mixed("prepare"))

    def overall(self, measure: Measure, chance: float | None = None) -> Dated:
        """The date over all futures, of which a share ``chance`` (its own, unless given) have the plant built here.

        The first futures by number are taken from those built here and the rest from elsewhere: as many as a run with
        such a prior would have, and each future once.
        """
        slack = slacks(self.desk, measure)
        if self.other is not None:
            first = round((self.chance if chance is None else chance) * len(slack))
            slack = np.append(slack[:first], slacks(self.other, measure)[first:])
        return dated(slack, self.desk.risk)

    def hit(self, need: str, plan: str, given: bool) -> float:
        """The share of futures in which a need goes unmet within ten years."""
        own = hits(self.desk, need, plan)
        if given:
            return float(own[self.desk.comes].mean())
        away = hits(self.other, need, plan).mean() if self.other is not None else 0.0
        return float(self.chance * own.mean() + (1 - self.chance) * away)


def slacks(desk: Desk, measure: Measure) -> Array:
    """The last month in which preparing may begin, in each future."""
    need, items = desk.need(measure)
    bites = desk.strain(desk.background(measure.id), need, items).bites(desk.months)
    return np.asarray(bites - sum(desk.leads(measure)))


def strain(desk: Desk, need: str, plan: str) -> Any:
    """A need of the whole town under a plan."""
    one = next(desk.need(measure)[0] for measure in desk.measures if desk.need(measure)[0].name == need)
    return desk.strain(plan, one, desk.all_items(one))


def hits(desk: Desk, need: str, plan: str) -> Array:
    """Futures in which a need goes unmet within ten years."""
    return np.asarray(strain(desk, need, plan).hit(desk.months))


def built(day: Day) -> Array:
    """Futures in which the plant employs anybody: it comes, whether it stays or not."""
    return np.asarray(day.desk.read.total("plant.jobs", PLANS[0]).max(axis=1) > 0)


def residents(day: Day, year: int, plan: str = PLANS[0]) -> Array:
    """Residents at the end of ``year`` under ``plan``, in the futures in which the plant is built."""
    total = day.desk.read.total("people.residents", plan)
    return np.asarray(total[built(day), year - int(day.desk.read.years[0])])


def highest(day: Day, outcome: str, when: slice) -> Array:
    """The highest of an outcome in the futures in which the plant is built, over the years or months in ``when``."""
    return np.asarray(day.desk.read.total(outcome, PLANS[0])[built(day), when].max(axis=1))


def price(day: Day, said_by: dict[str, Said], need: str) -> tuple[float, float]:
    """From and to how many times its price in the case a shortage must cost for preparing to be as good as waiting.

    Each measure against ``need`` has a number of its own: what preparing costs more money than waiting, over the
    shortage that it saves, which is in proportion to the price.
    """
    times = []
    for one in (each for each in said_by.values() if each.advice.need.name == need):
        desk, waiting = day.desk, one.advice.waiting
        held = replace(waiting.measure, prepare=np.maximum(waiting.measure.prepare, desk.news() - desk.now))
        begun, later = replace(waiting, measure=held).costs([desk.now]), waiting.costs([desk.news()])
        money = (begun.capital + begun.stranding - later.capital - later.stranding)[0]
        saved = (later.shortage - begun.shortage)[0]
        weight = np.where(desk.comes, one.odds / desk.comes.mean(), (1 - one.odds) / (~desk.comes).mean())
        if (saved * weight).mean() > 0:
            times.append(float((money * weight).mean() / (saved * weight).mean()))
    return min(times), max(times)
