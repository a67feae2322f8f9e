"""The letter from the whole town: one self-contained page, in Swedish or English."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np

from helhet.case.case import Case
from helhet.results import Results
from helhet.show import tolerance
from helhet.show.chapters import beds, homes, people, plant, work
from helhet.show.comparison import Comparison
from helhet.show.figure import DataTable
from helhet.show.goals import goals_table
from helhet.show.grounds import settings_table, status_counts, tables_table
from helhet.show.misses import summary_table
from helhet.show.parts import Titled, odds_of, plan_name
from helhet.show.reading import Reading, names_of, spread
from helhet.show.units import digits, unit
from helhet.show.voice import Voice
from helhet.words.arrays import Flags
from helhet.words.declare import Outcome

_RANGE = re.compile(r"(?<=\d)–(?=\d)")

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class PlanRow:
    """A plan in the comparison: its name, its odds by piece (overall, and if the plant comes) and its cost."""

    name: str
    cells: tuple[tuple[str, str], ...]
    cost: str


def write_letter(
    case: Case,
    results: Results,
    declared: Sequence[Outcome],
    language: str,
    path: Path,
    command: str = "",
    compared: Sequence[Comparison] = (),
) -> Path:
    """Write the letter to ``path`` and return it.

    ``declared`` are the outcomes of the pieces that were run; ``language`` is ``"sv"`` or ``"en"``. ``command``
    is what would run it again; without it, one is made from the manifest. ``compared`` is the first day against its
    tables (:func:`helhet.show.first_day.compare`). The page is written whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    page = letter(case, results, declared, language, command, compared)
    part = path.with_name(path.name + ".part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def letter(
    case: Case,
    results: Results,
    declared: Sequence[Outcome],
    language: str,
    command: str = "",
    compared: Sequence[Comparison] = (),
) -> str:
    """The letter as HTML. The same results give the same page, byte for byte."""
    read, voice = Reading(case, results, declared), Voice(language)
    hits = _hits(read, voice)
    chapters = []
    if read.has(*plant.NEEDS):
        chapters.append(plant.chapter(read, voice, hits[read.main]))
    chapters += [one.chapter(read, voice) for one in (homes, beds, work, people) if read.has(*one.NEEDS)]
    return (
        environment()
        .get_template("letter.html")
        .render(
            say=voice.say,
            language=language,
            style=(TEMPLATES / "letter.css").read_text(encoding="utf-8"),
            title=voice.say("{town} in {n} futures", town=case.name, n=voice.number(results.futures)),
            town=case.name,
            day=voice.day(case.knowledge_date),
            opening=_opening(read, voice),
            chapters=chapters,
            board=[chapter for chapter in chapters if chapter.odds is not None],
            plan=plan_name(read, voice, read.main),
            pieces=list(hits[read.main]),
            plans=_plan_rows(read, voice, hits),
            last=int(read.odds_years[-1]),
            goals=goals_table(read, voice),
            everything=_everything(read, voice),
            settings=settings_table(case, voice, case.settings),
            tables=tables_table(case, voice),
            first_day=summary_table(compared, language) if compared else None,
            counts=status_counts(case, voice, case.settings, case.tables),
            sources=_sources(case, voice),
            notes=[case.notes[key].say(language) for key in case.notes],
            facts=facts_of(case, results, voice),
            command=command or command_of(case, results, language),
            noise=_noise(results, voice),
        )
    )


def environment() -> jinja2.Environment:
    """Where the pages' templates are read."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_whole_ranges,
    )


def _whole_ranges(value: object) -> object:
    """Text with its ranges of numbers (600–1 900) kept on one line, by a word joiner after the dash."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _RANGE.sub("–\u2060", value)
    return value


def _hits(read: Reading, voice: Voice) -> dict[str, dict[str, Flags]]:
    """Futures with a shortage, shape (futures,), by plan and heading of the chapter."""
    found: dict[str, dict[str, Flags]] = {}
    for plan in read.plans:
        found[plan] = {}
        if read.has(*homes.NEEDS):
            found[plan][voice.say("Homes")] = tolerance.homes(read, plan).hit
        if read.has(*beds.NEEDS):
            found[plan][voice.say("Beds")] = tolerance.beds(read, plan).hit
        if read.has(*work.NEEDS):
            found[plan][voice.say("Work")] = tolerance.jobs(read, plan).hit
    return found


def _opening(read: Reading, voice: Voice) -> str:
    plants = ""
    if read.has(*plant.NEEDS):
        share = float(read.comes.mean())
        plants = " " + voice.say(
            "In {odds} the plant comes and stays, on time, late or smaller.",
            odds=voice.odds(int(read.comes.sum()), len(read.comes)) if 0 < share < 1 else voice.percent(share),
        )
    return (
        voice.say(
            "We have let the whole town live through {n} futures, from {first} to {last}: every resident, home and "
            "job, with what was known on {day}.",
            n=voice.number(len(read.futures)),
            first=int(read.years[0]),
            last=int(read.years[-1]),
            day=voice.day(read.case.knowledge_date),
        )
        + plants
    )


def _plan_rows(read: Reading, voice: Voice, hits: dict[str, dict[str, Flags]]) -> list[PlanRow]:
    rows = []
    for plan in read.plans:
        cells = []
        for hit in hits[plan].values():
            odds = odds_of(read, voice, hit, "")
            cells.append((odds.count, odds.if_comes))
        cost = "–"
        if read.has("measures.spent"):
            one = spread(read.total("measures.spent", plan).sum(axis=1))
            cost = voice.say("{cost} MSEK", cost=voice.span(one.low, one.high))
        rows.append(PlanRow(plan_name(read, voice, plan), tuple(cells), cost))
    return rows


def _everything(read: Reading, voice: Voice) -> Titled:
    """Every outcome that any piece declares, for the plan the page speaks about, in a few years."""
    shown = sorted({0, min(4, len(read.years) - 1), len(read.odds_years) - 1, len(read.years) - 1})
    rows = []
    for outcome in read.declared.values():
        if outcome.unit == "code":
            continue
        stored = names_of(read.case, outcome)
        values = sum((read.total(name, read.main) for name in stored), np.zeros(()))
        if outcome.scope == "month":
            values = values.reshape(len(values), -1, 12).max(axis=2)
        cells = []
        for column in shown:
            one = spread(values[:, column])
            cells.append(voice.about(one.median, one.low, one.high, digits(outcome.name)))
        meaning = outcome.meaning.say(voice.language)
        if outcome.per:
            meaning += voice.say(", together")
        if outcome.scope == "month":
            meaning += voice.say(", highest month")
        rows.append((f"{meaning} ({outcome.name})", unit(outcome.unit, voice.language), *cells))
    head = (voice.say("Outcome"), voice.say("Unit"), *(str(int(read.years[column])) for column in shown))
    title = voice.say("Everything that is counted: median (90 of 100 futures)")
    note = voice.say(
        "Whole town, plan “{plan}”. Tables by plan, year, district, occupation and employer: helhet show.",
        plan=plan_name(read, voice, read.main),
    )
    return Titled(title, DataTable(head, tuple(rows)), note)


def _sources(case: Case, voice: Voice) -> DataTable:
    head = (
        voice.say("Source"),
        voice.say("Publisher"),
        voice.say("Published"),
        voice.say("Address"),
        voice.say("Note"),
    )
    rows = case.tables["sources"]
    notes: dict[str, str] = {}
    if "note" in rows.columns:
        notes = {str(source): str(note) for source, note in zip(rows["source"], rows["note"], strict=True)}
    sources = sorted(case.sources.values(), key=lambda source: (source.publisher, source.title))
    return DataTable(
        head, tuple((s.title, s.publisher, s.year or "–", s.url or "–", notes.get(s.id) or "–") for s in sources)
    )


def facts_of(case: Case, results: Results, voice: Voice) -> list[tuple[str, str]]:
    """What a page was made from: program, case, seed and plans."""
    manifest = results.manifest
    return [
        (voice.say("Program"), manifest.created_by),
        (voice.say("Program files (SHA-256)"), manifest.model),
        (voice.say("Case"), f"{case.name} ({case.id})"),
        (voice.say("Content of the case (SHA-256)"), case.digest),
        (voice.say("Base date"), voice.day(case.base_date)),
        (voice.say("Nothing is known after"), voice.day(case.knowledge_date)),
        (voice.say("Judge of the plant"), case.prior),
        (voice.say("Seed"), str(manifest.seed)),
        (voice.say("Futures"), voice.number(results.futures)),
        (voice.say("Years"), f"{results.years[0]}–{results.years[-1]}"),
        (voice.say("Plans"), voice.both(case.plans[plan].name.say(voice.language) for plan in results.plans)),
    ]


def command_of(case: Case, results: Results, language: str) -> str:
    """What would run it again."""
    manifest = results.manifest
    words = ["helhet", "run", case.id, "--futures", str(results.futures), "--seed", str(manifest.seed)]
    words += ["--years", str(manifest.years), "--lang", language]
    if set(results.plans) != set(case.plans):
        words += [word for plan in results.plans for word in ("--plan", plan)]
    return shlex.join(words)


def _noise(results: Results, voice: Voice) -> str:
    """How far odds may be off because only so many futures were drawn: 1.96 standard errors at even odds."""
    off = 100 * 1.96 * 0.5 / results.futures**0.5
    return voice.say(
        "With {n} futures, odds can be off by up to about {off} of 100 by the luck of the draw alone. Everything that "
        "the model does not know comes on top of that.",
        n=voice.number(results.futures),
        off=voice.number(max(1.0, off)),
    )
