"""The reference cases as a table: what was promised, what was counted, when it began, who moved, what became of it."""

from __future__ import annotations

from helhet.case.case import Case
from helhet.case.references import Reference, read
from helhet.show.figure import DataTable
from helhet.show.grounds import source_words, status_word
from helhet.show.judges import outcome_words
from helhet.show.voice import Voice

NOTHING = "–"


def references_table(case: Case, voice: Voice) -> DataTable | None:
    """Every reference case of ``case`` in the order of its file; ``None`` when there are none.

    A number has its year in brackets; what is not known is a dash. Raises ``LookupError`` as :class:`Voice` does.
    """
    rows = case.tables.get("references")
    if rows is None or not len(rows):
        return None
    head = (
        voice.say("Reference case"),
        voice.say("Jobs promised"),
        voice.say("Jobs counted"),
        voice.say("Was to begin / began"),
        voice.say("Residents before and after"),
        voice.say("What became of it"),
        voice.say("Source"),
        voice.say("How sure"),
        voice.say("Note"),
    )
    return DataTable(head, tuple(_row(case, voice, one) for one in read(rows)))


def _row(case: Case, voice: Voice, one: Reference) -> tuple[str, ...]:
    before = _dated(voice, one.people_before, one.before_year)
    after = _dated(voice, one.people_after, one.after_year)
    return (
        f"{one.name}\n{one.place}, {one.country} ({_kinds(voice)[one.kind]})",
        _dated(voice, one.announced_jobs, one.announced_year),
        _dated(voice, one.realised_jobs, one.realised_year),
        f"{one.planned_year or NOTHING} / {one.began_year or NOTHING}",
        NOTHING if before == after == NOTHING else f"{before}\n{after}",
        _became(voice, one),
        source_words(case, voice, one.source),
        status_word(voice, one.status),
        one.note or NOTHING,
    )


def _dated(voice: Voice, number: float | None, year: int | None) -> str:
    if number is None:
        return NOTHING
    return voice.plain(number) + (f" ({year})" if year else "")


def _kinds(voice: Voice) -> dict[str, str]:
    return {
        "plant": voice.say("plant"),
        "works": voice.say("building site"),
        "boom": voice.say("boom"),
        "class": voice.say("audit of many promises"),
    }


def _became(voice: Voice, one: Reference) -> str:
    """The outcome with its year; of an audit, how many promises were kept."""
    if one.kept is not None and one.deals is not None:
        kept, deals = voice.number(one.kept), voice.number(one.deals)
        return voice.say("{kept} of {deals} promises kept ({year})", kept=kept, deals=deals, year=one.realised_year)
    if not one.outcome:
        return NOTHING
    words = outcome_words(voice) | {"open": voice.say("not settled yet")}
    return f"{words[one.outcome]} ({one.realised_year})"
