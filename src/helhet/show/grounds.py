"""What the numbers rest on: settings, tables, sources and how sure each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import isnan

from helhet.case.case import Case, Uncertain
from helhet.show.figure import DataTable
from helhet.show.parts import Assumptions, tables_of
from helhet.show.units import unit
from helhet.show.voice import Voice

STATUSES = ("measured", "official", "claim", "assumed")


def status_word(voice: Voice, status: str) -> str:
    """How sure a figure is, in words."""
    words = {
        "measured": voice.say("measured"),
        "official": voice.say("official statistics"),
        "claim": voice.say("claim by a company or the town"),
        "assumed": voice.say("assumed by us"),
    }
    return words.get(status, status)


def distribution_word(voice: Voice, name: str) -> str:
    """The name of a distribution in words."""
    words = {
        "certain": voice.say("certain"),
        "uniform": voice.say("uniform"),
        "triangular": voice.say("triangular"),
        "normal": voice.say("normal"),
        "lognormal": voice.say("lognormal"),
    }
    return words.get(name, name)


def source_words(case: Case, voice: Voice, ids: str) -> str:
    """Publisher and year of each source in ``ids`` (names of sources with spaces between)."""
    said = []
    for identity in ids.split():
        source = case.sources.get(identity)
        if identity in ("assumed", "") or source is None:
            said.append(voice.say("our assumption") if identity == "assumed" else identity)
        else:
            said.append(f"{source.publisher} {source.year}".strip())
    return "; ".join(dict.fromkeys(said)) or "–"


def range_words(voice: Voice, setting: Uncertain) -> str:
    """The range a setting is drawn from: limits, or the middle 90 percent where it has no limits."""
    if setting.distribution == "certain" or isnan(setting.low) or isnan(setting.high):
        return "–"
    text = f"{voice.plain(setting.low)}–{voice.plain(setting.high)}"
    if setting.distribution in ("normal", "lognormal"):
        return voice.say("{range} in 90 of 100", range=text)
    return text


def settings_table(case: Case, voice: Voice, keys: Iterable[str]) -> DataTable:
    """Settings with value, range, distribution, source and status."""
    head = (
        voice.say("Setting"),
        voice.say("Value"),
        voice.say("Range"),
        voice.say("Distribution"),
        voice.say("Unit"),
        voice.say("Source"),
        voice.say("How sure"),
        voice.say("Note"),
    )
    rows = []
    for key in keys:
        setting = case.settings[key]
        rows.append(
            (
                f"{setting.setting.meaning.say(voice.language)} ({key})",
                voice.plain(setting.value),
                range_words(voice, setting),
                distribution_word(voice, setting.distribution),
                unit(setting.setting.unit, voice.language),
                source_words(case, voice, setting.source),
                status_word(voice, setting.status),
                setting.note or "–",
            )
        )
    return DataTable(head, tuple(rows))


def status_counts(case: Case, voice: Voice, keys: Iterable[str], tables: Iterable[str]) -> str:
    """How many figures there are of each status, in words."""
    counts = Counter(str(case.settings[key].status) for key in keys)
    for name in tables:
        rows = case.tables[name]
        if "status" in rows.columns:
            counts.update(str(status) for status in rows["status"])
    n = {status: voice.number(counts[status]) for status in STATUSES}
    words = {
        "measured": voice.say("{n} measured", n=n["measured"]),
        "official": voice.say("{n} from official statistics", n=n["official"]),
        "claim": voice.say("{n} claimed by a company or the town", n=n["claim"]),
        "assumed": voice.say("{n} assumed by us", n=n["assumed"]),
    }
    return voice.both(words[status] for status in STATUSES if counts[status])


def assumptions(case: Case, voice: Voice, *names: str) -> Assumptions:
    """What the chapter of the named pieces rests on."""
    keys = [key for key in case.settings if key.split(".")[0] in names]
    counted = status_counts(case, voice, keys, tables_of(case, *names))
    summary = voice.say("This chapter rests on these figures: {counts}.", counts=counted)
    return Assumptions(summary, settings_table(case, voice, keys))


def tables_table(case: Case, voice: Voice) -> DataTable:
    """The tables of the case: rows of each status, and sources."""
    head = (
        voice.say("Table"),
        *(status_word(voice, status) for status in STATUSES),
        voice.say("Sources"),
    )
    rows = []
    for name in sorted(case.tables):
        table = case.tables[name]
        if not len(table) or "status" not in table.columns or name == "sources":
            continue
        counts = Counter(str(status) for status in table["status"])
        ids = dict.fromkeys(identity for cell in table["source"] for identity in str(cell).split())
        rows.append(
            (
                f"{table.table.meaning.say(voice.language)} ({name}.csv)",
                *(voice.number(counts[status]) if counts[status] else "–" for status in STATUSES),
                source_words(case, voice, " ".join(ids)),
            )
        )
    return DataTable(head, tuple(rows))
