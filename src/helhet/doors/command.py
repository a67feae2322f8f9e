"""The command line: what can be said to helhet. Each command's work is in a module of its own, loaded when it is used.

That keeps ``helhet --help`` instant: no arrays, tables, compiler or charts are imported to read it.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from helhet.doors.outside import Offered


class Language(StrEnum):
    """The languages that helhet speaks."""

    sv = "sv"
    en = "en"


app = typer.Typer(
    cls=Offered,
    name="helhet",
    help="The whole town in a thousand futures.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SpokenLanguage = Annotated[
    Language | None, typer.Option("--lang", help="Language of what is printed (default: the case's own).")
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"helhet {version('helhet')}")
        raise typer.Exit


@app.callback()
def _helhet(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """The whole town in a thousand futures."""


@app.command()
def run(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="A case folder, or the name of a case that comes with helhet.")
    ] = "skelleftea",
    futures: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many futures.")] = 1000,
    plan: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A plan of the case; may be repeated (default: all).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The seed of the dice.")] = 1,
    years: Annotated[int | None, typer.Option(min=1, max=100, help="How many years (default: the case's own).")] = None,
    lang: SpokenLanguage = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the results go (default: helhet-out/ and the case's id).")
    ] = None,
    prior: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose judgement of the plant (default: the case's own).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Workers (default: one for each core).")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away what an earlier run left in DIR.")] = False,
) -> None:
    """Simulate a town and write its letter.

    What is already finished in DIR, of the same case, seed and length, is not simulated again.
    """
    from helhet.doors import running

    asked = running.Asked(case, futures, tuple(plan or ()), seed, years, out, prior, workers, fresh)
    raise typer.Exit(running.run(asked, lang))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    like: Annotated[
        str | None, typer.Option(metavar="NAME", help="Copy this embedded case instead of an empty town.")
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help="Language of the new case (default: that of your system).")
    ] = None,
) -> None:
    """Make a commented case to start from, in DIR."""
    from helhet.doors import cases

    raise typer.Exit(cases.new(folder, like, lang))


@app.command()
def check(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A case folder.")],
    lang: SpokenLanguage = None,
) -> None:
    """Find everything that is wrong with a case, at once."""
    from helhet.doors import cases

    raise typer.Exit(cases.check(folder, lang))


@app.command()
def show(
    out: Annotated[
        str | None, typer.Argument(metavar="OUT", help="The folder of a run (default: the only one in helhet-out).")
    ] = None,
    outcome: Annotated[
        str | None, typer.Argument(metavar="OUTCOME", help="An outcome, such as homes.missing (default: list them).")
    ] = None,
    plan: Annotated[str | None, typer.Option(metavar="NAME", help="Only this plan.")] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="Spread out by: year, month, district, or item (occupations or employers)."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Only this year.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every future's numbers as CSV.")] = None,
    parquet: Annotated[Path | None, typer.Option(metavar="FILE", help="The same as Parquet.")] = None,
    lang: SpokenLanguage = None,
) -> None:
    """Show or export the outcomes of a run."""
    from helhet.doors import showing

    raise typer.Exit(showing.show(showing.Wanted(out, outcome, plan, by, year, csv, parquet), lang))


OutArgument = Annotated[
    str | None, typer.Argument(metavar="OUT", help="The folder of a run (default: the only one in helhet-out).")
]
CaseOption = Annotated[
    str | None, typer.Option("--case", metavar="CASE", help="The case that was run, if it is a folder of your own.")
]
RiskOption = Annotated[
    float | None,
    typer.Option(min=0.0, max=0.99, help="The share of futures that may come too late (default: the case's)."),
]
BackgroundOption = Annotated[
    str | None,
    typer.Option("--plan", metavar="NAME", help="Read needs under this plan (default: the one that does least)."),
]
FuturesOption = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many futures are lived anew, at the most.")]


@app.command("act-by")
def act_by(
    out: OutArgument = None,
    measure: Annotated[str | None, typer.Argument(metavar="MEASURE", help="A measure (default: all).")] = None,
    risk: RiskOption = None,
    plan: BackgroundOption = None,
    inside: Annotated[
        str | None, typer.Option(metavar="PLAN", help="As part of this plan, by simulation; takes minutes.")
    ] = None,
    futures: FuturesOption = 150,
    case: CaseOption = None,
    lang: SpokenLanguage = None,
) -> None:
    """By when each measure must be prepared and committed, and what could still help."""
    from helhet.doors import deciding

    asked, measure = deciding.Asked.of(out, measure, case, risk, plan, lang)
    raise typer.Exit(deciding.act_by(asked, measure, inside, futures))


@app.command()
def delay(
    out: OutArgument = None,
    measure: Annotated[str | None, typer.Argument(metavar="MEASURE", help="A measure (default: all).")] = None,
    plan: BackgroundOption = None,
    case: CaseOption = None,
    lang: SpokenLanguage = None,
) -> None:
    """What waiting costs, and whether to commit now, wait, or prepare."""
    from helhet.doors import deciding

    asked, measure = deciding.Asked.of(out, measure, case, None, plan, lang)
    raise typer.Exit(deciding.cost_of_delay(asked, measure))


@app.command()
def compare(
    out: OutArgument = None,
    search: Annotated[
        bool, typer.Option("--search", help="Look for cheaper plans that hold as often; takes minutes.")
    ] = False,
    futures: FuturesOption = 150,
    case: CaseOption = None,
    lang: SpokenLanguage = None,
) -> None:
    """Compare the plans in the same futures: how often they hold, largest regret, cost, and when they fail."""
    from helhet.doors import deciding

    raise typer.Exit(deciding.compare(deciding.Asked(out, case, None, None, lang), search, futures))


@app.command()
def why(
    out: OutArgument = None,
    outcome: Annotated[
        str | None, typer.Argument(metavar="OUTCOME", help="An outcome (default: homes.missing).")
    ] = None,
    plan: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="From this plan, and to the next one named.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="CASE", help="Explain the change to another version of the case instead.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="In this year (default: the last that odds are counted over).")
    ] = None,
    futures: FuturesOption = 100,
    case: CaseOption = None,
    lang: SpokenLanguage = None,
) -> None:
    """Why a number changed between two plans, or two versions of a case, as a sum of parts."""
    from helhet.doors import deciding

    asked, outcome = deciding.Asked.of(out, outcome, case, None, None, lang)
    raise typer.Exit(deciding.why(asked, outcome or "homes.missing", tuple(plan or ()), against, year, futures))


def main(arguments: list[str] | None = None) -> None:
    """The ``helhet`` command: leaves with the exit code of what was asked."""
    app(args=arguments, prog_name="helhet")


if __name__ == "__main__":
    main()
