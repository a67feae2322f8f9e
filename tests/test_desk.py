"""The desk says of known results what a count by hand says."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from pathlib import Path

import numpy as np
import pytest
from show_town import FUTURES, OUTCOMES, known, plant_codes, written

from helhet.case.case import Case
from helhet.case.schedule import leads
from helhet.decide.act_by import whole
from helhet.decide.option import best, costs, costs_if
from helhet.show import tolerance
from helhet.show.desk import Desk
from helhet.show.reading import Reading
from helhet.words.faults import Faults


@pytest.fixture(scope="module")
def desk(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk over the known results, in which homes are missing in futures 0 to 59 in the third year."""
    return Desk(Reading(small, written(small, tmp_path_factory.mktemp("known")), OUTCOMES))


def homes_measure(desk: Desk) -> str:
    """A measure that gives homes and is in no plan that does nothing."""
    return next(measure.id for measure in desk.measures if measure.kind == "homes")


def test_needs_are_read_under_the_plan_that_does_least_and_lacks_the_measure(desk: Desk) -> None:
    assert desk.background(homes_measure(desk)) == next(iter(desk.case.plans))
    assert not desk.case.plans[desk.background(homes_measure(desk))].starts


def test_the_act_by_date_is_the_order_statistic_of_need_less_lead_time(desk: Desk) -> None:
    one = desk.advice(desk.case.measures[homes_measure(desk)])
    prepare, commit = leads(one.measure, desk.seed, FUTURES)
    missing = 300 + len(desk.case.districts) - 1
    before, limit = len(desk.case.districts), 50
    # From the end of the second year (month 23) a straight line to that of the third (month 35).
    bites = 23 + floor(12 * (limit - before) / (missing - before)) + 1
    slack = np.where(np.arange(FUTURES) < 60, bites - prepare - commit, np.inf)
    assert one.prepare.overall.month == np.sort(slack)[floor(desk.risk * FUTURES)]
    assert one.prepare.given is not None
    assert one.prepare.given.month == np.sort(slack[:70])[floor(desk.risk * 70)]
    assert one.prepare.given.month <= one.prepare.overall.month
    assert one.commit.overall.month >= one.prepare.overall.month
    assert one.prepare.given.needed == pytest.approx(60 / 70)


def test_the_risk_asked_for_moves_the_date(desk: Desk) -> None:
    measure = desk.case.measures[homes_measure(desk)]
    careful, bold = (Desk(desk.read, risk).advice(measure).prepare.overall.month for risk in (0.0, 0.3))
    assert careful < bold
    assert Desk(desk.read, 0.7).advice(measure).prepare.overall.month == np.inf


def test_a_background_that_holds_the_measure_is_refused(desk: Desk, small: Case) -> None:
    plan = next(plan for plan in small.plans.values() if plan.starts)
    held = Desk(desk.read, background=plan.id)
    with pytest.raises(Faults, match="every plan that could be the background holds the measure"):
        held.background(plan.starts[0].measure)


def test_what_becomes_of_the_plant_is_known_only_where_it_does_not_stay(desk: Desk) -> None:
    assert np.isinf(desk.known[plant_codes() < 3]).all()
    assert np.isfinite(desk.known[plant_codes() >= 3]).all()
    stop = desk.settings["plant.stop"][plant_codes() == 3]
    assert desk.known[plant_codes() == 3].tolist() == stop.tolist()


def test_a_measure_for_one_occupation_is_held_against_the_jobs_of_that_occupation(desk: Desk) -> None:
    measure = next(measure for measure in desk.measures if measure.kind == "training")
    need, items = desk.need(measure)
    assert (need.name, items) == ("work", (measure.detail,))
    bus = next((measure for measure in desk.measures if measure.kind == "commuting"), None)
    assert bus is None or desk.need(bus)[1] == ()


def test_training_adds_up_for_as_long_as_it_goes_on_and_only_those_who_finish_count(desk: Desk) -> None:
    measure = next(measure for measure in desk.measures if measure.kind == "training")
    drawn = desk.advice(measure).waiting.measure
    years = min(measure.lasts_months or desk.months, desk.months) / 12
    finish = float(desk.settings["study.finish"].mean())
    assert drawn.size == pytest.approx(measure.size * years * finish)
    assert drawn.over_months == 12 * years
    assert drawn.lasts_months == 0


def test_the_card_is_the_mean_of_the_same_futures_as_the_cost_of_delay(desk: Desk) -> None:
    one = desk.advice(desk.case.measures[homes_measure(desk)])
    cost = costs_if(one.option)
    now, later = one.waiting.curve([desk.now, desk.news()], desk.comes).total - one.waiting.never(desk.comes)
    assert cost["commit"].if_comes == pytest.approx(now, abs=1e-5)
    assert cost["wait"].if_comes == pytest.approx(later)
    lost = one.waiting.curve([desk.now], ~desk.comes).total - one.waiting.never(~desk.comes)
    assert cost["commit"].if_not == pytest.approx(lost[0], abs=1e-5)


def test_preparing_that_takes_longer_than_the_news_is_never_dearer_than_committing(desk: Desk) -> None:
    slow = next(measure for measure in desk.measures if leads(measure, desk.seed, FUTURES)[0].min() >= 12)
    quiet = Desk(desk.read)
    quiet.case = replace(desk.case, signals={})
    option = quiet.advice(slow).option
    assert costs(option, 0.7)["prepare"] == pytest.approx(costs(option, 0.7)["commit"], abs=1e-5)
    assert best(option, 0.7) != "commit"


def test_the_news_waited_for_is_the_last_that_the_case_expects(desk: Desk) -> None:
    ahead = [signal.month for signal in desk.case.signals.values() if signal.month > desk.now]
    assert desk.news() == max(ahead)
    quiet = Desk(desk.read)
    quiet.case = replace(desk.case, signals={})
    assert quiet.news() == quiet.now + 12


def test_meetings_lead_to_the_date_and_none_is_said_where_the_case_has_no_calendar(desk: Desk) -> None:
    body = next(iter(desk.case.bodies))
    chain = desk.meetings(body, 40.0)
    assert chain[-1].month <= whole(40.0)
    assert desk.meetings("", 40.0) == ()
    assert desk.meetings(body, np.inf) == ()


def test_a_judge_is_as_sure_of_the_plant_as_the_outcomes_in_which_it_stays(desk: Desk) -> None:
    prior = desk.read.prior(desk.case.prior)
    assert desk.chance(desk.case.prior) == pytest.approx(prior["full"] + prior["delayed"] + prior["smaller"])


def test_where_the_plant_never_comes_there_is_one_date_and_no_fault(small: Case, tmp_path: Path) -> None:
    codes = {plan: {"plant.outcome": np.full_like(known(small, plan)["plant.outcome"], 3)} for plan in small.plans}
    gone = Desk(Reading(small, written(small, tmp_path, codes), OUTCOMES))
    one = gone.advice(gone.case.measures[homes_measure(gone)])
    assert one.prepare.given is None
    assert one.prepare.first is one.prepare.overall


def test_every_need_of_the_pieces_has_its_tolerance_in_the_case(small: Case) -> None:
    assert set(tolerance.NEEDS) == set(small.needs)
