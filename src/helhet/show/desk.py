"""The desk: what the results, the case and the dice say about each measure, for those who decide.

Everything that the decision page and the commands about decisions say is computed here, from finished futures and
without living any of them again. The mathematics is that of :mod:`helhet.decide`; this module brings it what it asks
for: needs, lead times, what becomes of the plant, and when that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from helhet.case.schedule import leads
from helhet.decide.act_by import Dated, both
from helhet.decide.calendar import Meeting, walk_back
from helhet.decide.delay import KRONA, Waiting, undertaking
from helhet.decide.drivers import Drivers, drivers
from helhet.decide.inputs import drawn, uncertain
from helhet.decide.option import IfState, Reckoned
from helhet.decide.strain import Strain, Watch
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.pieces.plant import OUTCOMES, ends
from helhet.show import tolerance
from helhet.show.reading import COMES, Reading
from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.decision import Signal
from helhet.words.declare import MeasureKind, Need
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Measure, Plan

KINDS: Mapping[str, MeasureKind] = {kind.name: kind for kind in declarations(pieces()).measures}
"""The kinds of measure that the pieces declare, by name."""

PLANT = "plant.outcome"
"""The input of a future that is a code: what becomes of the plant."""


@dataclass(frozen=True)
class Dates:
    """By when: over all futures, and given that the plant comes (None where it comes in no future)."""

    overall: Dated
    given: Dated | None

    @property
    def first(self) -> Dated:
        """The date that counts first: given that the plant comes, where that can be said."""
        return self.overall if self.given is None else self.given


@dataclass(frozen=True)
class Advice:
    """One measure: what it is for, by when it must be prepared and committed, and what waiting means.

    ``need`` is read under the plan ``background``, in which the measure is not. ``prepare`` counts both lead times,
    ``commit`` that of committing alone. ``waiting`` is the cost of delay, ``option`` the choice between committing,
    waiting and preparing.
    """

    measure: Measure
    need: Need
    items: tuple[str, ...]
    background: str
    strain: Strain
    prepare: Dates
    commit: Dates
    waiting: Waiting
    option: Reckoned


class Desk:
    """The results of one case, read for those who decide.

    ``risk`` is the share of futures in which a measure may come too late (None: as the case has it). ``background`` is
    the plan under which needs are read (None: for each measure the plan of the results that lacks it and does least).
    """

    def __init__(self, read: Reading, risk: float | None = None, background: str | None = None) -> None:
        self.read, self.case = read, read.case
        self.risk = self.case.choices["risk"] if risk is None else risk
        self._background = background
        self.seed = read.results.manifest.seed
        self.months = 12 * len(read.odds_years)
        self.now = self.case.month(self.case.knowledge_date)
        self._strains: dict[tuple[str, str, tuple[str, ...]], Strain] = {}
        self._drivers: dict[tuple[str, str], Drivers] = {}

    @property
    def first_month(self) -> int:
        """The calendar month (1 to 12) of month 0."""
        return self.case.date(0).month

    @cached_property
    def settings(self) -> dict[str, Floats]:
        """The settings that each future drew, by ``piece.name``, shape (futures,)."""
        return drawn(self.case, self.seed, self.read.futures)

    @cached_property
    def known(self) -> Floats:
        """The month in which it becomes known that the plant will not come or stay; ``inf`` where it does."""
        months = np.full(len(self.read.futures), np.inf)
        for i, code in enumerate(self.read.code):
            months[i] = ends(self.case, {key: float(values[i]) for key, values in self.settings.items()}, int(code))
        return months

    @property
    def comes(self) -> Flags:
        """Futures in which the plant comes and stays."""
        return self.read.comes

    def chance(self, judge: str) -> float:
        """How likely it is that the plant comes and stays, according to ``judge``."""
        prior = self.read.prior(judge)
        return sum(prior.get(outcome, 0.0) for outcome in COMES)

    def strain(self, plan: str, need: Need, items: tuple[str, ...] = ()) -> Strain:
        """A need under a plan of the results, month by month for as long as odds are counted, read once."""
        key = (plan, need.name, items)
        if key not in self._strains:
            self._strains[key] = tolerance.strained(self.read, plan, need, items).until(self.months)
        return self._strains[key]

    @cached_property
    def inputs(self) -> dict[str, Floats]:
        """What differs between futures and nobody chooses: the uncertain settings and what becomes of the plant."""
        return {PLANT: self.read.code.astype(np.float64), **uncertain(self.case, self.settings)}

    def worst(self, plan: str, need: Need) -> Floats:
        """What is missing in the worst month that counts, shape (futures,)."""
        return np.asarray(self.strain(plan, need).missing[:, : self.months].max(axis=1))

    def drivers(self, plan: str, need: Need) -> Drivers:
        """What drives the worst month of a need under a plan, looked for once."""
        key = (plan, need.name)
        if key not in self._drivers:
            self._drivers[key] = drivers(self.inputs, self.worst(plan, need), codes=(PLANT,))
        return self._drivers[key]

    def need(self, measure: Measure) -> tuple[Need, tuple[str, ...]]:
        """What ``measure`` is taken for: the need, and the row of its list where the measure is for one alone."""
        kind = KINDS[measure.kind]
        need = tolerance.NEEDS[kind.relieves]
        per = self.read.declared[need.missing].per
        return need, (measure.detail,) if per and kind.detail == f"{per}s.{per}" else ()

    def watch(self, need: Need) -> Watch:
        """What is asked of a future: a shortage of the whole ``need``, as long as odds are counted."""
        return Watch(need, self.case.needs[need.name], self.months, self.all_items(need))

    def all_items(self, need: Need) -> tuple[str, ...]:
        """All rows of the list over which a need's outcomes are repeated; none where they are not."""
        return tolerance.items(self.read, need)

    def background(self, measure: str) -> str:
        """The plan of the results under which the need for ``measure`` is read.

        Raises :class:`Faults` when every plan that it could be read under holds the measure.
        """
        lacking = self._lacking(measure)
        if not lacking:
            wrong = f"every plan that could be the background holds the measure {measure}"
            cure = "Run a plan that lacks it too, such as one that does nothing more, or name one with --plan."
            raise Faults([Fault(str(self.read.results.folder), 0, "plan", self._background or "", wrong, cure)])
        return min(lacking, key=lambda plan: len(lacking[plan].starts))

    def _lacking(self, measure: str) -> dict[str, Plan]:
        """The plans that the need for ``measure`` can be read under: those without it."""
        plans = {plan: self.case.plans[plan] for plan in self.read.plans if plan in self.case.plans}
        lacking = {plan: p for plan, p in plans.items() if all(s.measure != measure for s in p.starts)}
        if self._background is not None:
            lacking = {plan: p for plan, p in lacking.items() if plan == self._background}
        return lacking

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the case that relieve a need of the results, in the order of the case."""
        known = {need.name for need in tolerance.needs(self.read)}
        return tuple(one for one in self.case.measures.values() if KINDS[one.kind].relieves in known and one.size > 0)

    @property
    def open_measures(self) -> tuple[Measure, ...]:
        """Those of :attr:`measures` that some plan of the results leaves out, so that there is a need to read."""
        return tuple(measure for measure in self.measures if self._lacking(measure.id))

    def leads(self, measure: Measure) -> tuple[Ints, Ints]:
        """Months to prepare and to commit in each future."""
        last = int(self.read.futures.max()) + 1
        prepare, commit = leads(measure, self.seed, last)
        return prepare[self.read.futures], commit[self.read.futures]

    def advice(self, measure: Measure) -> Advice:
        """Everything about one measure."""
        need, items = self.need(measure)
        background = self.background(measure.id)
        strain = self.strain(background, need, items)
        prepare, commit = self.leads(measure)
        bites = strain.bites(self.months)
        waiting = self._waiting(measure, need, strain, prepare, commit)
        return Advice(
            measure,
            need,
            items,
            background,
            strain,
            self._dates(bites, prepare + commit),
            self._dates(bites, commit),
            waiting,
            self._option(waiting, prepare),
        )

    @cached_property
    def all(self) -> tuple[Advice, ...]:
        """Advice on every measure that some plan of the results leaves out."""
        return tuple(self.advice(measure) for measure in self.open_measures)

    def _dates(self, need: Floats, lead: Ints) -> Dates:
        overall, given = both(need, lead.astype(np.float64), self._comes_or_all, self.risk)
        return Dates(overall, given if self.comes.any() else None)

    @property
    def _comes_or_all(self) -> Flags:
        return self.comes if self.comes.any() else np.ones(len(self.comes), dtype=bool)

    def _waiting(self, measure: Measure, need: Need, strain: Strain, prepare: Ints, commit: Ints) -> Waiting:
        """The cost of delay, in units that relieve the need."""
        kind = KINDS[measure.kind]
        yields = float(self.settings[kind.yields].mean()) if kind.yields else 1.0
        whole = undertaking(measure, measure.size, prepare, commit, measure.salvage, measure.repaid)
        whole = replace(whole, size=whole.size * yields)
        if kind.flow:  # so much a year for as long as it stands, and what it has given stays
            stands = min(measure.lasts_months or self.months, self.months)
            whole = replace(whole, size=whole.size * stands / 12, over_months=stands, lasts_months=0)
        price = self.case.needs[need.name].cost
        return Waiting(whole, strain.over, price, self.known, self.case.choices["interest"])

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The news about the plant that the case expects after today."""
        return tuple(signal for signal in self.case.signals.values() if signal.month > self.now)

    def news(self) -> int:
        """The month of the last news that is expected; a year from now where none is."""
        return max((signal.month for signal in self.signals), default=self.now + 12)

    def _option(self, waiting: Waiting, prepare: Ints) -> Reckoned:
        """Begin now and commit as soon as prepared; begin when the last of the news is there; or prepare now and commit
        no sooner than that.

        Costs are means over the futures in which the plant comes, and over the others, net of the shortage that there
        is without the measure: below zero it is worth more than it costs. Who has committed before it was known that
        the plant does not stay has lost; who has not, has not, whenever it becomes known.
        """
        wait = self.news() - self.now
        held = replace(waiting, measure=replace(waiting.measure, prepare=np.maximum(prepare, wait)))
        bare = waiting.shortage_without
        commit, later = waiting.costs([self.now, self.news()]).total - bare
        (prepared,) = held.costs([self.now]).total - bare
        # Where preparing takes longer than the news, to commit now gains nothing: it is then told as preparing.
        return Reckoned(self._by_state(commit + KRONA), self._by_state(later), self._by_state(prepared))

    def _by_state(self, cost: Floats) -> IfState:
        """Means of a cost where the plant comes and where it does not; the same where one of them never happens."""
        comes, does_not = (group if group.any() else ~group for group in (self.comes, ~self.comes))
        return IfState(float(cost[comes].mean()), float(cost[does_not].mean()))

    def meetings(self, body: str, month: float) -> tuple[Meeting, ...]:
        """The meetings through which a matter must go, first at ``body``, to be decided by ``month``.

        Empty where the case names no body or no calendar, or there is no such month.
        """
        if not body or body not in self.case.bodies or not np.isfinite(month):
            return ()
        return walk_back(self.case.bodies, body, month, self.first_month)

    def outcome_of(self, future: int) -> str:
        """What becomes of the plant in the future in row ``future``: one of the plant's outcomes."""
        return OUTCOMES[int(self.read.code[future])]
