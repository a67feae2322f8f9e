"""Outcomes as text tables: what ``helhet show`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from helhet.pieces.plant import OUTCOMES as PLANT_OUTCOMES
from helhet.results import Results
from helhet.results.manifest import Reported
from helhet.show.grid import fit, grid
from helhet.show.judges import outcome_words
from helhet.show.reading import ODDS_YEARS
from helhet.show.units import digits, unit
from helhet.show.voice import Voice
from helhet.words.arrays import Floats
from helhet.words.faults import Fault, Faults

BY = ("year", "district", "month", "item")
"""What a table can be spread out by; ``item`` is the occupations or employers that an outcome is repeated over."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def listing(results: Results, language: str) -> str:
    """What there is: the run, its plans, and every outcome with its meaning and unit."""
    voice, manifest = Voice(language), results.manifest
    names = {plan.id: plan.name.say(language) for plan in manifest.plans}
    lines = [
        voice.say(
            "{town}: {n} futures, {first}–{last}, as known on {day}",
            town=manifest.case.name,
            n=voice.number(results.futures),
            first=results.years[0],
            last=results.years[-1],
            day=voice.day(manifest.case.knowledge_date),
        ),
        voice.say("Plans: {plans}", plans=", ".join(f"{plan} ({names[plan]})" for plan in results.plans)),
        "",
    ]
    scopes = {"district": voice.say("district"), "town": voice.say("year"), "month": voice.say("month")}
    rows = [(voice.say("Outcome"), voice.say("For each"), voice.say("Unit"), voice.say("Meaning"))]
    for outcome in _declared(results):
        per = {"": scopes[outcome.scope], "occupation": voice.say("occupation"), "employer": voice.say("employer")}
        meaning = outcome.meaning.say(language)
        rows.append((outcome.of, per[outcome.per], unit(outcome.unit, language), meaning))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines += ["  ".join([*(row[i].ljust(widths[i]) for i in range(3)), row[3]]) for row in rows]
    return "\n".join(lines)


def table(results: Results, name: str, language: str, by: str | None = None, year: int | None = None) -> str:
    """One outcome under every plan of ``results``: median, with the middle half and 90 percent where there is room.

    ``name`` is an outcome of the store (``work.vacant.nurses``) or one that is repeated over a list (``work.vacant``:
    then the sum, or each ``by="item"``). ``by`` is one of :data:`BY`; ``year`` a calendar year. What the plant turns
    out as is a name and no amount: it is shown as shares of the futures. Raises
    :class:`Faults` for an unknown outcome, plan, year or way of spreading out.
    """
    voice = Voice(language)
    columns = [one for one in results.manifest.outcomes if name in (one.name, one.of)]
    about = columns[0] if columns else results.about(name)  # about() raises for an unknown name, with what is near
    way = by or ("month" if about.scope == "month" else "year")
    at = _year_index(results, year)
    if way not in _ways(about, name):
        cure = f"Choose one of: {', '.join(_ways(about, name))}."
        raise Faults([Fault(str(results.folder), 0, "by", way, f"{name} cannot be spread out like that", cure)])
    plans = {plan.id: plan.name.say(language) for plan in results.manifest.plans}
    values = {plan: _values(results, columns, plan) for plan in results.plans}
    if name == "plant.outcome":
        return _shares(results, about, values, at, voice)
    labels, picked, when = _rows(results, columns, values, way, at, language)
    what = about.meaning.say(language)
    if len(columns) == 1 and about.per:
        what += f": {about.item_name.say(language)}"
    heading = f"{what} ({name}), {unit(about.unit, language)}{when}"
    middle, fine = voice.say("median (90 of 100 futures)"), digits(about.of)
    rows: list[Sequence[str]] = [("", *(fit(plans[plan], 28) for plan in results.plans))]
    if len(results.plans) == 1:
        half = voice.say("half of the futures")
        rows = [("", voice.say("median"), half, voice.say("90 of 100 futures"))]
        middle = plans[results.plans[0]]
    for i, label in enumerate(labels):
        cells = []
        for plan in results.plans:
            low90, low50, median, high50, high90 = np.quantile(picked[plan][:, i], QUANTILES)
            if len(results.plans) == 1:
                cells += [voice.rough(median, fine), voice.span(low50, high50, fine), voice.span(low90, high90, fine)]
            else:
                cells.append(voice.about(median, low90, high90, fine))
        rows.append((label, *cells))
    note = voice.say("{n} futures; {what}", n=voice.number(results.futures), what=middle)
    return "\n".join([heading, note, "", *grid(rows), *_more(results, voice, way, at)])


def _more(results: Results, voice: Voice, way: str, at: int | None) -> list[str]:
    """How to get the years that a table leaves out; nothing when one was asked for or all are shown."""
    years = results.years
    every = len(_shown(years)) == len(years) if way == "year" else len(years) <= (ODDS_YEARS if way == "month" else 1)
    if at is not None or every:
        return []
    left_out = next((years[i] for i in range(len(years)) if i not in _shown(years)), years[-1])
    return ["", voice.say("Not every year is shown; name another with --year, such as --year {year}.", year=left_out)]


def _shares(results: Results, about: Reported, values: dict[str, Floats], at: int | None, voice: Voice) -> str:
    """What becomes of the plant, as shares of the futures."""
    words, index = outcome_words(voice), at if at is not None else 0
    names = {plan.id: plan.name.say(voice.language) for plan in results.manifest.plans}
    rows: list[Sequence[str]] = [("", *(fit(names[plan], 28) for plan in results.plans))]
    for code, outcome in enumerate(PLANT_OUTCOMES):
        shares = (float((values[plan][0, :, index] == code).mean()) for plan in results.plans)
        rows.append((words[outcome], *(voice.percent(share) for share in shares)))
    what = voice.say("share of the futures")
    note = voice.say("{n} futures; {what}", n=voice.number(results.futures), what=what)
    return "\n".join([f"{about.meaning.say(voice.language)} ({about.name})", note, "", *grid(rows)])


def _declared(results: Results) -> list[Reported]:
    """One of each declared outcome, in order."""
    return list({outcome.of: outcome for outcome in reversed(results.manifest.outcomes)}.values())[::-1]


def _ways(about: Reported, name: str) -> tuple[str, ...]:
    if about.scope == "month":
        return ("month", "year")
    if about.scope == "district":
        return ("year", "district")
    return ("year", "item") if about.per and name == about.of else ("year",)


def _year_index(results: Results, year: int | None) -> int | None:
    if year is None:
        return None
    if year not in results.years:
        wrong = f"the results have no such year: they cover {results.years[0]} to {results.years[-1]}"
        raise Faults([Fault(str(results.folder), 0, "year", str(year), wrong, "Name one of these years.")])
    return results.years.index(year)


def _values(results: Results, columns: Sequence[Reported], plan: str) -> Floats:
    """Shape (columns, futures, …) as float64."""
    return np.stack([np.asarray(results.outcome(one.name, plan), dtype=np.float64) for one in columns])


def _rows(
    results: Results,
    columns: Sequence[Reported],
    values: dict[str, Floats],
    way: str,
    at: int | None,
    language: str,
) -> tuple[list[str], dict[str, Any], str]:
    """Labels of the rows, values of shape (futures, rows) by plan, and what the heading adds."""
    years = results.years
    if way == "item":
        index = at if at is not None else min(ODDS_YEARS, len(years)) - 1
        labels = [one.item_name.say(language) for one in columns]
        return labels, {plan: each[:, :, index].T for plan, each in values.items()}, f", {years[index]}"
    sums = {plan: each.sum(axis=0) for plan, each in values.items()}
    if way == "district":
        index = at if at is not None else min(ODDS_YEARS, len(years)) - 1
        labels = [place.name for place in results.manifest.districts]
        return labels, {plan: each[:, index, :] for plan, each in sums.items()}, f", {years[index]}"
    if way == "month":
        months = range(12 * at, 12 * at + 12) if at is not None else range(min(12 * ODDS_YEARS, 12 * len(years)))
        return [results.months[m] for m in months], {plan: each[:, list(months)] for plan, each in sums.items()}, ""
    shown = [at] if at is not None else _shown(years)
    by_year = {plan: _by_year(each, columns[0].scope, len(years))[:, shown] for plan, each in sums.items()}
    return [str(years[i]) for i in shown], by_year, ""


def _shown(years: Sequence[int]) -> list[int]:
    """Indices of the years in a table: those that odds are counted over, then every fifth, and the last."""
    return [i for i, year in enumerate(years) if i < ODDS_YEARS or year % 5 == 0 or i == len(years) - 1]


def _by_year(values: Floats, scope: str, years: int) -> Floats:
    """Shape (futures, years): districts added, months by their highest."""
    if scope == "month":
        return np.asarray(values.reshape(len(values), years, 12).max(axis=2))
    return np.asarray(values.sum(axis=2)) if values.ndim == 3 else values
