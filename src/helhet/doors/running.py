"""``helhet run``: from a case to its letter."""

from __future__ import annotations

import shlex
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from helhet.case.case import Case
from helhet.doors.cases import opened
from helhet.doors.progress import Step, shown
from helhet.doors.telling import DONE, INTERRUPTED, language_of_reader, tell, tell_faults, unknown
from helhet.doors.workers import hands
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.results import Results, clear
from helhet.show.decisions.kept import clear_kept
from helhet.show.judges import judge_name, outcome_words
from helhet.show.summary import summary
from helhet.show.voice import Voice
from helhet.simulate import Progress, cores, first_day, simulate
from helhet.words.declare import Text
from helhet.words.faults import Fault, Faults

TOWN = Text(
    "{name}, {date}: {residents} invånare i {homes} bostäder, {jobs} jobb.",
    "{name}, {date}: {residents} residents in {homes} homes, {jobs} jobs.",
)
PLANT = Text("Fabriken ({prior}): {odds}.", "The plant ({prior}): {odds}.")
TASK = Text(
    "{futures} framtider på {years} år, frö {seed}, under: {plans}.",
    "{futures} futures of {years} years, seed {seed}, under: {plans}.",
)
EARLY = Text(
    "De första siffrorna, ur {futures} framtider, efter {seconds:.0f} s:",
    "The first numbers, from {futures} futures, after {seconds:.0f} s:",
)
LETTER = Text(
    "Brevet: {path}\nÖppna det i en webbläsare: {uri}",
    "The letter: {path}\nOpen it in a browser: {uri}",
)
DECISIONS = Text("Agera nu eller vänta, åtgärd för åtgärd: {uri}", "Act now or wait, measure by measure: {uri}")
STOPPED = Text(
    "Avbruten. {saved} av {total} framtider är sparade i {out}. Kör samma kommando igen så fortsätter det där.",
    "Interrupted. {saved} of {total} futures are saved in {out}. Run the same command again and it continues there.",
)


@dataclass(frozen=True)
class Asked:
    """What ``helhet run`` was asked for; None and empty mean the case's own choice."""

    case: str
    futures: int
    plans: tuple[str, ...]
    seed: int
    years: int | None
    out: Path | None
    prior: str | None
    workers: int | None
    fresh: bool


def run(asked: Asked, language: str | None) -> int:
    """Simulate, summarise and write the letter; returns the exit code."""
    try:
        case = _chosen(opened(asked.case), asked)
    except Faults as faults:
        return tell_faults(faults, language or language_of_reader(), before_run=True)
    spoken = language or case.language
    out = asked.out or Path("helhet-out") / case.id
    declared = declarations(pieces()).outcomes
    try:
        if asked.fresh:
            clear(out)
            clear_kept(out)
        results = _simulated(case, asked, out, spoken)
        print(summary(case, results, declared, spoken), flush=True)
        from helhet.doors import pages  # the charts it draws with take half a second to load

        first = first_day(case, pieces(), asked.years or case.years)
        letter = pages.letter(case, results, first, spoken, _again(asked, language))
        page = pages.decisions(case, results, spoken)
    except Faults as faults:
        return tell_faults(faults, spoken)
    except KeyboardInterrupt:
        tell(STOPPED.say(spoken).format(saved=_saved(out, asked), total=Voice(spoken).number(asked.futures), out=out))
        return INTERRUPTED
    print(LETTER.say(spoken).format(path=letter, uri=letter.resolve().as_uri()))
    if page is not None:
        print(DECISIONS.say(spoken).format(uri=page.resolve().as_uri()))
    return DONE


def _again(asked: Asked, language: str | None) -> str:
    """The command that gives the same results."""
    words = ["helhet", "run", asked.case, "--futures", str(asked.futures), "--seed", str(asked.seed)]
    words += [word for plan in asked.plans for word in ("--plan", plan)]
    words += ["--years", str(asked.years)] if asked.years else []
    words += ["--prior", asked.prior] if asked.prior else []
    words += ["--lang", language] if language else []
    return shlex.join(words)


def _chosen(case: Case, asked: Asked) -> Case:
    """The case with the prior asked for. Raises :class:`Faults` for a prior or plan that the case lacks."""
    for plan in asked.plans:
        if plan not in case.plans:
            raise unknown("plans.csv", "plan", plan, case.plans)
    priors = list(dict.fromkeys(str(prior) for prior in case.tables["plant_prior"]["prior"]))
    if asked.prior is not None and asked.prior not in priors:
        raise unknown("plant_prior.csv", "prior", asked.prior, priors)
    return case if asked.prior is None else replace(case, prior=asked.prior)


def facts(case: Case, voice: Voice) -> str:
    """What the case says of the first day, in a few lines."""
    sums = {name: voice.number(float(case.tables[name]["value"].sum())) for name in ("population", "homes", "jobs")}
    town = TOWN.say(voice.language).format(
        name=case.name,
        date=voice.day(case.base_date),
        residents=sums["population"],
        homes=sums["homes"],
        jobs=sums["jobs"],
    )
    prior, words = case.tables["plant_prior"].where(prior=case.prior), outcome_words(voice)
    shares = zip(prior["outcome"], prior["value"], strict=True)
    odds = ", ".join(f"{words[outcome]} {voice.percent(share)}" for outcome, share in shares)
    return town + "\n" + PLANT.say(voice.language).format(prior=judge_name(voice, case.prior), odds=odds)


class _Teller:
    """Shows progress and, once the first chunk is finished, what it says already."""

    def __init__(self, case: Case, out: Path, step: Step, voice: Voice) -> None:
        self._case, self._out, self._step, self._voice = case, out, step, voice
        self._told = False

    def __call__(self, progress: Progress) -> None:
        self._step(progress)
        if self._told or progress.chunk is None or progress.runs == progress.runs_total:
            return
        self._told = True
        early = Results(self._out, plans=(progress.chunk.plan,))
        tell(EARLY.say(self._voice.language).format(futures=early.futures, seconds=progress.elapsed))
        tell(summary(self._case, early, declarations(pieces()).outcomes, self._voice.language))


def _simulated(case: Case, asked: Asked, out: Path, language: str) -> Results:
    voice = Voice(language)
    plans = asked.plans or tuple(case.plans)
    years = asked.years or case.years
    print(facts(case, voice))
    names = "; ".join(case.plans[plan].name.say(language) for plan in plans)
    print(TASK.say(language).format(futures=voice.number(asked.futures), years=years, seed=asked.seed, plans=names))
    sys.stdout.flush()
    workers = asked.workers or cores()
    try:
        with hands(workers, asked.futures * len(plans)) as executor, shown(language) as step:
            return simulate(
                case,
                pieces(),
                plans=plans,
                futures=asked.futures,
                years=years,
                seed=asked.seed,
                folder=out,
                executor=executor,
                workers=workers,
                progress=_Teller(case, out, step, voice),
            )
    except BrokenProcessPool as error:
        wrong = "a worker process ended before its work was done, often for want of memory"
        cure = "Run the same command again: it continues from what is saved. Fewer --workers need less memory."
        raise Faults([Fault(str(out), 0, "", "", wrong, cure)]) from error


def _saved(out: Path, asked: Asked) -> int:
    """How many futures are finished under every plan that was asked for."""
    try:
        return Results(out, plans=asked.plans or None, futures=asked.futures).futures
    except Faults:
        return 0
