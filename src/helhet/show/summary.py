"""The one-screen summary for the terminal: what the letter says first, in at most 24 lines of 100 characters.

It is also what is shown while a run goes on, from the futures that are finished so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from helhet.case.case import Case
from helhet.results import Results
from helhet.show import tolerance
from helhet.show.grid import fit, grid
from helhet.show.parts import plan_name
from helhet.show.reading import Reading, Shortage, spread
from helhet.show.units import digits
from helhet.show.voice import Voice
from helhet.words.arrays import Flags
from helhet.words.declare import Outcome

LINES, WIDTH, MOST_PLANS = 24, 100, 3


def summary(case: Case, results: Results, declared: Sequence[Outcome], language: str) -> str:
    """The summary as text; every line is at most :data:`WIDTH` long and there are at most :data:`LINES`."""
    return "\n".join(summary_lines(case, results, declared, language))


def summary_lines(case: Case, results: Results, declared: Sequence[Outcome], language: str) -> list[str]:
    """The lines of the summary."""
    read, voice = Reading(case, results, declared), Voice(language)
    plans = _shown(read)
    rows = [["", *(fit(plan_name(read, voice, plan), 26) for plan in plans)]]
    if read.has("homes.missing", "homes.stock"):
        rows += _piece(read, voice, plans, voice.say("Homes"), tolerance.homes, voice.say("households in vain"))
    if read.has("beds.needed", "beds.short"):
        rows += _piece(read, voice, plans, voice.say("Beds"), tolerance.beds, voice.say("beds missing"))
    if read.has("work.vacant", "work.jobs"):
        rows += _piece(read, voice, plans, voice.say("Work"), tolerance.jobs, voice.say("jobs empty"))
    if read.has("people.residents"):
        rows += _people(read, voice, plans)
    if read.has("measures.spent"):
        spent = (spread(read.total("measures.spent", plan).sum(axis=1)) for plan in plans)
        rows.append([voice.say("Cost, MSEK"), *(voice.about(one.median, one.low, one.high) for one in spent)])
    lines = [fit(_title(read, voice), WIDTH), "", *(fit(line, WIDTH) for line in grid(rows)), ""]
    lines += [fit(line, WIDTH) for line in _notes(read, voice, plans)]
    return lines[:LINES]


def _shown(read: Reading) -> tuple[str, ...]:
    """The plans that fit on a line: all, or the one that matters most and the first others, in their order."""
    chosen = {read.main, *read.plans[:MOST_PLANS]}
    while len(chosen) > MOST_PLANS:
        chosen.remove(next(plan for plan in reversed(read.plans) if plan in chosen and plan != read.main))
    return tuple(plan for plan in read.plans if plan in chosen)


def _title(read: Reading, voice: Voice) -> str:
    return voice.say(
        "{town}: {n} futures, {first}–{last}, as known on {day}",
        town=read.case.name,
        n=voice.number(len(read.futures)),
        first=int(read.years[0]),
        last=int(read.years[-1]),
        day=voice.day(read.case.knowledge_date),
    )


def _piece(
    read: Reading,
    voice: Voice,
    plans: Sequence[str],
    name: str,
    judged: Callable[[Reading, str], Shortage],
    amount: str,
) -> list[list[str]]:
    """Three rows: odds (and given that the plant comes), first year, size in the worst year."""
    every = [judged(read, plan) for plan in plans]
    return [
        [voice.say("{piece}: shortage in", piece=name), *(_odds(read, voice, one.hit) for one in every)],
        ["  " + voice.say("begins"), *(_first(one) for one in every)],
        ["  " + amount, *(_size(voice, one) for one in every)],
    ]


def _odds(read: Reading, voice: Voice, hit: Flags) -> str:
    given = hit[read.comes] if read.has("plant.outcome") else hit[:0]
    all_of_them = voice.odds(int(hit.sum()), len(hit))
    if not len(given):
        return all_of_them
    return f"{all_of_them} [{voice.percent(float(given.mean()))}]"


def _first(one: Shortage) -> str:
    if not len(one.first):
        return "–"
    low, middle, high = (int(value) for value in np.quantile(one.first, (0.05, 0.5, 0.95), method="nearest"))
    return f"{middle} ({low}–{high})" if low < high else str(middle)


def _size(voice: Voice, one: Shortage) -> str:
    worst = spread(one.peak)
    return voice.about(worst.median, worst.low, worst.high) if one.hit.any() else "–"


def _people(read: Reading, voice: Voice, plans: Sequence[str]) -> list[list[str]]:
    column = len(read.odds_years) - 1
    then = [spread(read.total("people.residents", plan)[:, column]) for plan in plans]
    label = voice.say("Residents {year}", year=int(read.odds_years[-1]))
    return [[label, *(voice.about(one.median, one.low, one.high, digits("people.residents")) for one in then)]]


def _notes(read: Reading, voice: Voice, plans: Sequence[str]) -> list[str]:
    notes = []
    if read.has("plant.outcome"):
        comes = voice.odds(int(read.comes.sum()), len(read.comes))
        notes.append(voice.say("The plant comes and stays in {odds}; [in brackets: given that it does].", odds=comes))
    if read.has("homes.missing", "homes.stock"):
        short = tolerance.homes(read, read.main)
        where = np.median(read.values("homes.missing", read.main)[:, short.worst, :], axis=0)
        place = read.case.districts[int(where.argmax())].name
        notes.append(
            voice.say(
                "More homes are missing in {place} than in any other district, in {year}.",
                place=place,
                year=int(short.years[short.worst]),
            )
        )
    if read.has("work.vacant", "work.jobs"):
        jobs = tolerance.jobs(read, read.main)
        vacant = np.median(read.per("work.vacant", read.main)[:, :, jobs.worst], axis=1)
        names = [read.case.occupations[int(i)].name.say(voice.language) for i in np.argsort(-vacant, kind="stable")[:3]]
        notes.append(voice.say("The hardest to find: {names}", names=voice.listed(n.lower() for n in names)) + ".")
    notes.append(
        voice.say(
            "Odds up to {last}, sizes in the worst year of the futures with a shortage; (…): 90 of 100 futures.",
            last=int(read.odds_years[-1]),
        )
    )
    hidden = len(read.plans) - len(plans)
    if hidden:
        notes.append(voice.say("{n} more plans: helhet show", n=hidden))
    return notes
