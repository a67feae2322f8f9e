"""The plant: what this future makes of the establishment.

One of five outcomes is drawn from the case's prior, then the announced curves of employees and builders are shifted,
scaled and, where it goes badly, faded out. The equations stand in docs/explanation/plant-and-beds.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np

from helhet.case.case import Case, Rows
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, Outcome, Setting, Table, Text
from helhet.words.dice import stream, uniform
from helhet.words.faults import Fault, Faults

Curve = np.ndarray[Any, np.dtype[np.float64]]

OUTCOMES = ("full", "delayed", "smaller", "cancelled", "collapse")
_FULL, _DELAYED, _SMALLER, _CANCELLED, _COLLAPSE = range(5)

LEAVE_SITE = 3.0
"""Months from the stop of building until the last builder has left, in a straight line.

Status: assumed. Contracts are wound up and the site made safe within a season; nobody builds on.
"""

PRODUCTION = 0.1
"""Share of the highest announced number of employees at which we say that production has begun.

Status: assumed. Before a tenth is employed they plan, buy and are trained; a first line needs shifts.
"""

COLLAPSE_MONTHS = 12.0
"""Months from the collapse until only the remnant is left, in a straight line.

Status: assumed. By law notice is one to six months, by length of service (lag 1982:80 om anställningsskydd, 11 §, as of
SFS 2015:759); it is given in turns while a buyer is looked for.
"""

REMNANT = 0.1
"""Share of the employees who are kept after a collapse, to care for the buildings and sell what can be sold.

Status: assumed.
"""

ROUNDED = 0.002
"""How far from 1 the shares of a prior may add up, from rounding, before they are refused.

The case reader is stricter; this holds for cases made by hand.
"""

_OUTCOME = stream("plant.outcome")

PRIOR = Table(
    "plant_prior",
    Text("Hur sannolika fabrikens utfall är, enligt olika bedömare", "How likely the plant's outcomes are, by judge"),
    (
        Field("prior", "id", Text("bedömare", "judge")),
        Field("outcome", "choice", Text("utfall", "outcome"), choices=OUTCOMES),
    ),
    ("prior", "outcome"),
    unit="share",
    low=0,
    high=1,
)
JOBS = Table(
    "plant_jobs",
    Text("Anställda i fabriken enligt bolaget", "Employees at the plant as announced"),
    (Field("month", "month", Text("månad; däremellan rak linje", "month; a straight line between")),),
    ("month",),
    unit="persons",
    low=0,
)
BUILDERS = Table(
    "plant_builders",
    Text("Byggarbetare på platsen", "Construction workers on the site"),
    (Field("month", "month", Text("månad; däremellan rak linje", "month; a straight line between")),),
    ("month",),
    unit="persons",
    low=0,
)
MIX = Table(
    "plant_occupations",
    Text("Fabrikens jobb per yrkesgrupp", "The plant's jobs by occupation group"),
    (Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation"),),
    ("occupation",),
    unit="share",
    low=0,
    high=1,
)


def shares(case: Case) -> Curve:
    """The prior in use: the probability of each of :data:`OUTCOMES`, shape (5,), adding up to 1.

    An outcome without a row has probability 0. Shares that add up to 1 but for rounding are scaled to do so exactly.
    Raises :class:`~helhet.words.faults.Faults` where the prior has no rows or adds up to something else.
    """
    rows = case.tables["plant_prior"].where(prior=case.prior)
    result = np.zeros(len(OUTCOMES))
    for outcome, value in zip(rows["outcome"], rows["value"], strict=True):
        result[OUTCOMES.index(outcome)] += value
    if not len(rows):
        cure = "Add its rows, or choose another prior in case.toml."
        raise Faults([Fault("plant_prior.csv", 0, "prior", case.prior, "the prior in use has no rows", cure)])
    total = float(result.sum())
    if abs(total - 1) > ROUNDED:
        wrong = f"the shares of prior {case.prior} add up to {total:.6g}, not 1"
        raise Faults([Fault("plant_prior.csv", 0, "value", f"{total:.6g}", wrong, "Change them to add up to 1.")])
    scaled: Curve = result / total
    return scaled


def draw(case: Case, seed: int, future: int) -> int:
    """The outcome of the plant in ``future``: an index into :data:`OUTCOMES`, drawn from the case's prior."""
    edges = np.cumsum(shares(case))
    # The last edge may be a hair under 1: side="right" with the edges before it can never pass the last outcome.
    return int(np.searchsorted(edges[:-1], uniform(seed, future, _OUTCOME, 0, 0), side="right"))


def announced(rows: Rows, months: Curve) -> Curve:
    """The announced curve at ``months`` (any real numbers): straight lines between the rows of the table.

    0 before the first row, level after the last; 0 everywhere for an empty table. Same shape as ``months``.
    """
    if not len(rows):
        return np.zeros(len(months))
    order = np.argsort(rows["month"], kind="stable")
    curve: Curve = np.interp(months, rows["month"][order], rows["value"][order], left=0.0)
    return curve


def production(rows: Rows) -> float:
    """The announced month of first production: the first whole month with :data:`PRODUCTION` of the peak employed.

    Infinite where nobody is announced.
    """
    if not len(rows) or rows["value"].max() <= 0:
        return inf
    months = np.arange(rows["month"].min(), rows["month"].max() + 1, dtype=np.float64)
    return float(months[np.argmax(announced(rows, months) >= PRODUCTION * rows["value"].max())])


def ends(case: Case, settings: Mapping[str, float], outcome: int) -> float:
    """The month in which it is over in a future: building is called off, or the collapse begins; ``inf`` if it is not.

    ``settings`` are the drawn settings of the future, ``outcome`` an index into :data:`OUTCOMES`. Nobody can know it
    before that month.
    """
    if outcome == _CANCELLED:
        return settings["plant.stop"]
    if outcome != _COLLAPSE:
        return inf
    first = production(case.tables["plant_jobs"])
    # Production that has begun by the base date is not put off by a delay that is still to come.
    return max(0.0, (first + settings["plant.slip"] if first > 0 else first) + settings["plant.collapse"])


def _followed(rows: Rows, months: Curve, shift: float, end: float) -> Curve:
    """The announced curve, ``shift`` months later and standing still from month ``end``.

    What stands on the base date stands there in every future: the site waits as it is for ``shift`` months, then
    goes on as announced.
    """
    return announced(rows, np.maximum(0.0, np.minimum(months, end) - shift))


def _faded(months: Curve, end: float, over: float, left: float) -> Curve:
    """1 until month ``end``, then a straight line down to ``left`` over ``over`` months."""
    fading: Curve = 1.0 - (1.0 - left) * np.clip((months - end) / over, 0.0, 1.0)
    return fading


class Plant(Piece):
    """Draws one of five outcomes and turns the announced curves of employees and builders into this future's."""

    name = "plant"
    tables = (PRIOR, JOBS, BUILDERS, MIX)
    settings = (
        Setting("slip", "months", Text("försening när allt går väl", "delay when all goes well"), 0, 60),
        Setting("delay", "months", Text("försening i utfallet försenad", "delay in the outcome delayed"), 0, 600),
        Setting("smaller", "share", Text("storlek i utfallet mindre", "size in the outcome smaller"), 0, 1),
        Setting("stop", "months", Text("månad då bygget ställs in", "month in which building is cancelled"), 0, 600),
        Setting(
            "collapse",
            "months",
            Text("från första produktion till sammanbrott", "from first production to collapse"),
            0,
            600,
        ),
        Setting("scale", "ratio", Text("anställda mot utlovat", "employees against the announced"), 0, 10),
        Setting("builders", "ratio", Text("byggarbetare mot väntat", "builders against the expected"), 0, 10),
    )
    columns = (
        Column("plant", "outcome", "u1", 0, Text("fabrikens utfall", "outcome of the plant, index into OUTCOMES")),
        Column("plant_months", "jobs", "f8", 0.0, Text("anställda i månaden", "employees in the month")),
        Column("plant_months", "builders", "f8", 0.0, Text("byggarbetare i månaden", "construction workers")),
    )
    outcomes = (
        Outcome(
            "plant.outcome",
            "code",
            Text(
                "fabrikens utfall (0 full, 1 försenad, 2 mindre, 3 inställd, 4 sammanbrott)",
                "outcome of the plant (0 full, 1 delayed, 2 smaller, 3 cancelled, 4 collapse)",
            ),
            "town",
        ),
        Outcome("plant.jobs", "persons", Text("jobb i fabriken vid årets slut", "jobs at the plant, year end"), "town"),
        Outcome(
            "plant.builders", "persons", Text("byggarbetare på platsen", "construction workers on the site"), "month"
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Make room for the plant and its months, and see that the prior can be drawn from."""
        shares(case)
        for table, rows in (("plant", 1), ("plant_months", 12 * years)):
            town.grow(table, rows)
            town.count(table)[0] = rows

    def begin(self, town: Town, turn: Turn) -> None:
        """Draw the outcome and lay out employees and builders for every month of the run."""
        outcome = draw(turn.case, turn.future.seed, turn.future.number)
        town.own(self.name, "plant", "outcome")[0] = outcome
        jobs, builders = self.curves(turn, outcome, 12 * turn.years)
        town.own(self.name, "plant_months", "jobs")[: 12 * turn.years] = jobs
        town.own(self.name, "plant_months", "builders")[: 12 * turn.years] = builders

    def curves(self, turn: Turn, outcome: int, count: int) -> tuple[Curve, Curve]:
        """Employees and builders (persons) in months 0 to ``count - 1`` if the outcome is ``outcome``."""
        tables, drawn = turn.case.tables, turn.future.settings
        months = np.arange(count, dtype=np.float64)
        shift = drawn["plant.delay"] if outcome == _DELAYED else drawn["plant.slip"]
        size = drawn["plant.smaller"] if outcome == _SMALLER else 1.0
        end = ends(turn.case, drawn, outcome)
        builders = _followed(tables["plant_builders"], months, shift, end) * (size * drawn["plant.builders"])
        builders *= _faded(months, end, LEAVE_SITE, 0.0)
        if outcome == _CANCELLED:
            return np.zeros(count), builders
        jobs = _followed(tables["plant_jobs"], months, shift, end) * (size * drawn["plant.scale"])
        return jobs * _faded(months, end, COLLAPSE_MONTHS, REMNANT), builders

    def measure(self, town: Town, turn: Turn) -> Report:
        """The outcome, the employees of the year's last month and the builders of its twelve."""
        first = 12 * turn.year
        return {
            "plant.outcome": town.read("plant", "outcome")[:1].astype(np.float64),
            "plant.jobs": town.read("plant_months", "jobs")[first + 11 : first + 12],
            "plant.builders": town.read("plant_months", "builders")[first : first + 12],
        }
