"""The dates that stand in a plan: when each measure starts, and between which months it can be ready."""

from __future__ import annotations

from helhet.show.figure import DataTable
from helhet.show.parts import Titled, plan_name
from helhet.show.reading import Reading
from helhet.show.units import unit
from helhet.show.voice import Voice
from helhet.words.plan import Measure, Start


def ready(start: Start, measure: Measure) -> tuple[int, int]:
    """The first and the last month in which the measure can be delivered, by its shortest and longest lead times.

    The shortest leaves out every step that is not sure to occur, the longest has them all. Committing waits for the
    start's ``commit_month``; a begun month counts in full.
    """

    def delivered(prepare: int, commit: int) -> int:
        committed = start.month + prepare
        return max(committed, committed if start.commit_month is None else start.commit_month) + commit

    return (
        delivered(measure.shortest("prepare"), measure.shortest("commit")),
        delivered(measure.longest("prepare"), measure.longest("commit")),
    )


def next_dates(read: Reading, voice: Voice, plan: str, kinds: tuple[str, ...]) -> Titled | None:
    """The plan's measures of these kinds in the order of their start; None when it has none."""
    case = read.case
    starts = [start for start in case.plans[plan].starts if case.measures[start.measure].kind in kinds]
    if not starts:
        return None
    places = {district.id: district.name for district in case.districts}
    rows: list[tuple[str, ...]] = []
    for start in sorted(starts, key=lambda s: (s.month, s.measure)):
        measure = case.measures[start.measure]
        first, last = (voice.month(case.date(month)) for month in ready(start, measure))
        committed, lasts = start.commit_month, measure.lasts_months
        until = dict.fromkeys(voice.month(case.date(month + lasts - 1)) for month in ready(start, measure))
        rows.append(
            (
                measure.name.say(voice.language),
                places.get(measure.district, "–"),
                f"{voice.plain(start.size)} {unit(measure.unit, voice.language)}",
                voice.month(case.date(start.month)),
                voice.month(case.date(committed)) if committed is not None else voice.say("when prepared"),
                f"{first} – {last}",
                " – ".join(until) if lasts else "–",
                voice.say("{cost} MSEK", cost=voice.plain(measure.prepare_cost + measure.commit_cost)),
            )
        )
    head: tuple[str, ...] = (
        voice.say("Measure"),
        voice.say("Where"),
        voice.say("Size"),
        voice.say("Preparation starts"),
        voice.say("Committed at the earliest"),
        voice.say("Can be ready"),
        voice.say("Stands until the end of"),
        voice.say("Cost in full"),
    )
    for column in (6, 1):
        if all(row[column] == "–" for row in rows):
            head = head[:column] + head[column + 1 :]
            rows = [row[:column] + row[column + 1 :] for row in rows]
    note = voice.say(
        "The dates are those of the plan and of its measures' shortest and longest lead times. By when a measure must "
        "start at the latest is on the page of decisions, which is written beside this letter."
    )
    title = voice.say("Next dates in the plan “{plan}”", plan=plan_name(read, voice, plan))
    return Titled(title, DataTable(head, tuple(rows)), note)
