"""``helhet act-by``, ``delay``, ``compare`` and ``why``: what the results say to those who decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace

from helhet.case.case import Case
from helhet.decide.trial import Trials
from helhet.doors.cases import opened
from helhet.doors.finding import Found, found, measure_of, plan_of, understood
from helhet.doors.pages import written
from helhet.doors.progress import Count, counting, searching
from helhet.doors.telling import DONE, INTERRUPTED, language_of_reader, tell, tell_faults, unknown
from helhet.doors.workers import LARGE, hands
from helhet.pieces.order import pieces
from helhet.show import tolerance
from helhet.show.decisions import card, dates, delay, plans, reasons, within
from helhet.show.decisions import search as plan_search
from helhet.show.decisions import why as reasons_why
from helhet.show.decisions.found import found_table
from helhet.show.decisions.kept import Kept, Why, keep, read_kept
from helhet.show.decisions.page import PAGE_FILE
from helhet.show.desk import Advice, Desk
from helhet.show.grid import table_lines
from helhet.show.parts import Titled
from helhet.show.voice import Voice
from helhet.simulate import cores
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

PAGE = Text("Sidan: {path}", "The page: {path}")
STOPPED = Text("Avbruten. Inget är ändrat.", "Interrupted. Nothing has been changed.")


@dataclass(frozen=True)
class Asked:
    """What the commands about decisions have in common; None means not said."""

    out: str | None
    case: str | None
    risk: float | None
    plan: str | None
    language: str | None

    @classmethod
    def of(
        cls,
        out: str | None,
        word: str | None,
        case: str | None,
        risk: float | None,
        plan: str | None,
        language: str | None,
    ) -> tuple[Asked, str | None]:
        """What was asked, and the word after the folder: the folder may be left out, and is then the only one."""
        out, word = understood(out, word)
        return cls(out, case, risk, plan, language), word


def _answer(asked: Asked, do: Callable[[Found, Desk, Voice], Sequence[Titled | None]], background: bool = False) -> int:
    """Find the results, do what was asked, print the tables; returns the exit code."""
    try:
        there = found(asked.out, asked.case)
        voice = Voice(asked.language or there.case.language)
        named = plan_of(there.read, asked.plan) if background and asked.plan else None
        desk = Desk(there.read, asked.risk, named)
        for part in do(there, desk, voice):
            if part is not None:
                print("\n".join(table_lines(part.title, part.table, part.note)) + "\n")
    except Faults as faults:
        return tell_faults(faults, asked.language or language_of_reader())
    except BrokenProcessPool as error:
        wrong = f"a worker process ended before its work was done, often for want of memory ({error})"
        fault = Fault("", 0, "", "", wrong, "Run the same command again, with fewer --futures.")
        return tell_faults(Faults([fault]), asked.language or language_of_reader())
    except KeyboardInterrupt:
        tell(STOPPED.say(asked.language or language_of_reader()))
        return INTERRUPTED
    return DONE


def _chosen(desk: Desk, measure: str | None) -> tuple[Advice, ...]:
    """Advice on the measure named, or on all."""
    if measure is None:
        return desk.all
    one = desk.case.measures[measure_of(desk.case, measure)]
    if one not in desk.measures:
        wrong = "it relieves no need that the results tell of, or has no size"
        raise Faults([Fault("measures.csv", 0, "measure", measure, wrong, "Name another measure.")])
    return (desk.advice(one),)


@contextmanager
def trials(there: Found, desk: Desk, runs: int, step: Count) -> Iterator[Trials]:
    """Something to live futures with, as long as odds are counted; ``step`` is told how many."""
    years = len(there.read.odds_years)
    with hands(cores(), runs) as executor:
        yield Trials(there.case, pieces(), seed=desk.seed, years=years, executor=executor, tell=step)


def rewritten(there: Found, desk: Desk, voice: Voice, kept: Kept) -> None:
    """Keep what has been found and write the page anew."""
    keep(there.results, kept)
    path = there.results.folder / PAGE_FILE.say(voice.language)
    written(desk, voice, path, kept)
    tell(PAGE.say(voice.language).format(path=path))


def act_by(asked: Asked, measure: str | None, inside: str | None, futures: int) -> int:
    """By when each measure must begin; with ``inside``, as part of that plan and by simulation."""

    def do(there: Found, desk: Desk, voice: Voice) -> Sequence[Titled | None]:
        if inside is None:
            advices = _chosen(desk, measure)
            return (
                dates.calendar(desk, voice, advices),
                dates.meetings(desk, voice, advices),
                dates.helps(desk, voice, advices),
            )
        plan = plan_of(there.read, inside)
        wanted = (measure_of(desk.case, measure),) if measure else ()
        if measure and measure not in {start.measure for start in desk.case.plans[plan].starts}:
            raise unknown("plans.csv", "measure", measure, [start.measure for start in desk.case.plans[plan].starts])
        count = min(futures, there.read.results.futures)
        runs = 4 * count * max(len(desk.case.plans[plan].starts), 1)
        with counting(voice.language) as step, trials(there, desk, runs, step) as lived:
            new = within.dates_within(desk, lived, plan, count, wanted)
        kept = read_kept(there.results)
        gone = {(one.plan, one.measure) for one in new}
        others = tuple(one for one in kept.within if (one.plan, one.measure) not in gone)
        rewritten(there, desk, voice, replace(kept, within=others + new))
        return (within.table(desk, voice, new),)

    return _answer(asked, do, background=True)


def why(asked: Asked, outcome: str, plans: Sequence[str], other: str | None, year: int | None, futures: int) -> int:
    """Why an outcome differs between two plans, or between the case and another version of it."""

    def do(there: Found, desk: Desk, voice: Voice) -> Sequence[Titled | None]:
        number = reasons_why.number(desk, outcome, year)
        count = min(futures, there.read.results.futures)
        if other is None:
            first, second = _two(there, plans)
            with counting(voice.language) as step, trials(there, desk, count * 8, step) as lived:
                new = reasons_why.plans(desk, lived, number, first, second, count)
        else:
            version = opened(other)
            new = _versions(
                there, desk, voice, version, number, plan_of(there.read, plans[0] if plans else None), count
            )
        kept = read_kept(there.results)
        others = tuple(one for one in kept.why if _asked(one) != _asked(new))
        rewritten(there, desk, voice, replace(kept, why=(*others, new)))
        return (reasons_why.table(desk, voice, new),)

    return _answer(asked, do)


def _asked(one: Why) -> tuple[str, int, str, str]:
    return one.outcome, one.year, one.first, one.second


def _two(there: Found, plans: Sequence[str]) -> tuple[str, str]:
    """The two plans named, from and to; else from the plan that does least, to the one that the letter speaks of."""
    named = [plan_of(there.read, plan) for plan in plans]
    if len(named) > 2:
        cure = "Name two with --plan, or none."
        raise Faults([Fault("why", 0, "plan", ", ".join(named), "a change goes from one plan to another", cure)])
    by_size = sorted(there.read.plans, key=lambda plan: len(there.case.plans[plan].starts))
    for plan in (*(by_size[:1] if not named else ()), there.read.main, *by_size):
        if len(named) < 2 and plan not in named:
            named.append(plan)
    if len(named) < 2:
        wrong = "the results hold one plan, and a change goes from one to another"
        raise Faults(
            [Fault(str(there.results.folder), 0, "plan", named[0], wrong, "Run another plan, or use --against.")]
        )
    return named[0], named[1]


def _versions(
    there: Found, desk: Desk, voice: Voice, version: Case, number: reasons_why.Number, plan: str, count: int
) -> Why:
    """The change from the case to another version of it. Each combination has a first day of its own, so threads."""
    years = len(there.read.odds_years)
    with counting(voice.language) as step:

        def lives(case: Case) -> Trials:
            return Trials(case, pieces(), seed=desk.seed, years=years, tell=step)

        return reasons_why.cases(desk, version, lives, number, plan, count)


def compare(asked: Asked, search: bool, futures: int) -> int:
    """The plans side by side, what breaks the one that the letter speaks of, and what drives it."""

    def do(there: Found, desk: Desk, voice: Voice) -> Sequence[Titled | None]:
        main = there.read.main
        if search:
            with searching(voice.language) as (solved, counted), trials(there, desk, LARGE, counted) as lived:
                new = plan_search.search(desk, lived, futures, solved)
            rewritten(there, desk, voice, replace(read_kept(there.results), found=new))
            return (found_table(desk, voice, new),)
        parts: list[Titled | None] = [plans.side_by_side(desk, voice)]
        if desk.comes.any() and not desk.comes.all():
            parts.append(plans.side_by_side(desk, voice, desk.comes))
        parts.append(plans.differences(desk, voice))
        parts += [reasons.fails_when(desk, voice, main, need) for need in tolerance.needs(desk.read)]
        parts.append(reasons.sources(desk, voice, main))
        return parts

    return _answer(asked, do)


def cost_of_delay(asked: Asked, measure: str | None) -> int:
    """What waiting costs, and whether to commit, wait or prepare."""

    def do(_: Found, desk: Desk, voice: Voice) -> Sequence[Titled | None]:
        advices = _chosen(desk, measure)
        return (
            delay.delays(desk, voice, advices),
            card.card(desk, voice, advices),
            card.signals(desk, voice),
        )

    return _answer(asked, do, background=True)
