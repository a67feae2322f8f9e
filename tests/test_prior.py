"""The ranges that reference cases give agree with SciPy, and flag a prior that lies outside them."""

from __future__ import annotations

import csv
import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from helhet.case.case import Case, Rows
from helhet.case.references import REFERENCES, SETTLED
from helhet.case.tables import fields_of
from helhet.decide.prior import audits, below, challenge, quantile
from helhet.words.faults import Faults

PARAMETER = st.floats(0.3, 3000)
ROOT = Path(__file__).parents[1]
TOWN = ROOT / "src" / "helhet" / "cases" / "skelleftea"


def case_with(case: Case, *references: dict[str, Any], prior: dict[str, float] | None = None) -> Case:
    """``case`` with these references, and with ``prior`` as the prior in use."""
    columns: dict[str, np.ndarray[Any, Any]] = {}
    for field in fields_of(REFERENCES):
        number = field.kind in ("int", "number")
        cells = [row.get(field.name, np.nan if number else "") for row in references]
        columns[field.name] = np.array(cells, dtype=np.float64 if number else object)
    tables = {**case.tables, "references": Rows(REFERENCES, columns)}
    if prior is not None:
        told = {"prior": [case.prior] * len(prior), "outcome": list(prior), "value": list(prior.values())}
        judged = case.tables["plant_prior"]
        made = {name: np.array(cells, dtype=float if name == "value" else object) for name, cells in told.items()}
        tables["plant_prior"] = Rows(judged.table, made)
    return dataclasses.replace(case, tables=tables)


def plants(**counts: int) -> list[dict[str, Any]]:
    told = [outcome for outcome, count in counts.items() for _ in range(count)]
    return [
        {"reference": f"p{i}", "kind": "plant", "outcome": outcome, "realised_year": 2015}
        for i, outcome in enumerate(told)
    ]


@settings(deadline=None)
@given(st.floats(0, 1), PARAMETER, PARAMETER)
def test_the_incomplete_beta_function_is_that_of_scipy(x: float, a: float, b: float) -> None:
    assert below(x, a, b) == pytest.approx(float(beta.cdf(x, a, b)), abs=1e-11)


@settings(deadline=None)
@given(st.sampled_from([0.05, 0.25, 0.5, 0.95]), st.integers(0, 500), st.integers(0, 500))
def test_quantiles_are_those_of_scipy(p: float, kept: int, broken: int) -> None:
    a, b = kept + 0.5, broken + 2
    assert quantile(p, a, b) == pytest.approx(float(beta.ppf(p, a, b)), rel=1e-9)


def test_the_incomplete_beta_function_has_its_known_values() -> None:
    assert (below(0, 2, 3), below(1, 2, 3)) == (0, 1)
    assert below(0.3, 1, 1) == pytest.approx(0.3)
    assert below(0.5, 7, 7) == pytest.approx(0.5)
    assert below(0.25, 0.5, 0.5) == pytest.approx(1 / 3)  # the arcsine law: 2/pi * arcsin(sqrt(1/4))


def test_the_mean_is_the_count_and_a_half_among_all_and_five_halves(small: Case) -> None:
    ranges = challenge(case_with(small, *plants(full=2, delayed=1, smaller=3, cancelled=1, collapse=2)))
    assert tuple(ranges) == SETTLED
    assert ranges["smaller"].mean == pytest.approx(3.5 / 11.5)
    assert sum(one.mean for one in ranges.values()) == pytest.approx(1)
    assert (ranges["full"].count, ranges["full"].of) == (2, 9)
    for name, n in (("full", 2), ("delayed", 1), ("smaller", 3)):
        assert ranges[name].low == pytest.approx(float(beta.ppf(0.05, n + 0.5, 9 - n + 2)))
        assert ranges[name].high == pytest.approx(float(beta.ppf(0.95, n + 0.5, 9 - n + 2)))


def test_a_prior_outside_the_range_is_flagged_and_one_inside_is_not(small: Case) -> None:
    sure = {"full": 0.7, "delayed": 0.2, "smaller": 0.05, "cancelled": 0.04, "collapse": 0.01}
    ranges = challenge(case_with(small, *plants(full=2, delayed=1, smaller=3, cancelled=1, collapse=2), prior=sure))
    assert [name for name, one in ranges.items() if one.outside] == ["full", "smaller", "collapse"]
    level = dict.fromkeys(SETTLED, 0.2)
    ranges = challenge(case_with(small, *plants(full=1, delayed=1, smaller=1, cancelled=1, collapse=1), prior=level))
    assert not any(one.outside for one in ranges.values())


def test_an_outcome_that_the_judge_leaves_out_has_probability_zero(small: Case) -> None:
    ranges = challenge(case_with(small, *plants(full=3, collapse=1), prior={"full": 1.0}))
    assert (ranges["collapse"].prior, ranges["collapse"].outside) == (0, True)
    assert ranges["full"].outside


def test_what_is_not_settled_or_no_plant_does_not_count(small: Case) -> None:
    site = {"reference": "site", "kind": "works", "outcome": "full", "realised_year": 2015}
    ranges = challenge(case_with(small, *plants(full=1, open=3), site))
    assert (ranges["full"].of, ranges["full"].count) == (1, 1)
    assert challenge(case_with(small, *plants(open=3), site)) == {}
    assert challenge(case_with(small)) == {}


def test_an_audit_is_held_against_the_prior_of_full(small: Case) -> None:
    row = {"reference": "mega", "kind": "class", "deals": 127, "kept": 10, "realised_year": 2004}
    (told,) = audits(case_with(small, row, *plants(full=1), prior={"full": 0.2, "delayed": 0.8})).items()
    name, one = told
    assert name == "mega"
    assert one.mean == pytest.approx(10.5 / 128)
    assert (one.low, one.high) == pytest.approx(
        (float(beta.ppf(0.05, 10.5, 117.5)), float(beta.ppf(0.95, 10.5, 117.5)))
    )
    assert (one.prior, one.outside) == (0.2, True)


def test_another_judge_can_be_asked_and_an_unknown_one_is_a_fault(small: Case) -> None:
    case = case_with(small, *plants(full=1))
    judges = sorted(set(small.tables["plant_prior"]["prior"]))
    for judge in judges:
        assert sum(one.prior for one in challenge(case, judge).values()) == pytest.approx(1)
    with pytest.raises(Faults, match="there is no such prior"):
        challenge(case, "nobody")


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 300))
def test_the_range_holds_its_mean(kept: int, broken: int) -> None:
    a, b = kept + 0.5, broken + 0.5
    assert quantile(0.05, a, b) < a / (a + b) < quantile(0.95, a, b)


def test_ninety_percent_means_ninety_percent_when_the_urn_is_the_prior() -> None:
    rng = np.random.default_rng(7)
    truth = rng.dirichlet(np.full(5, 0.5), 4000)
    counts = np.array([rng.multinomial(9, chance) for chance in truth])[:, 0]
    low = np.array([quantile(0.05, n + 0.5, 9 - n + 2) for n in range(10)])
    high = np.array([quantile(0.95, n + 0.5, 9 - n + 2) for n in range(10)])
    held = (low[counts] <= truth[:, 0]) & (truth[:, 0] <= high[counts])
    assert held.mean() == pytest.approx(0.9, abs=0.015)


def test_the_page_on_reference_cases_says_what_the_code_says(small: Case) -> None:
    def table(name: str) -> list[dict[str, str]]:
        with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    counts = Counter(row["outcome"] for row in table("references") if row["kind"] == "plant")
    judged = table("plant_prior")
    told = {}
    for judge in dict.fromkeys(row["prior"] for row in judged):
        prior = {row["outcome"]: float(row["value"]) for row in judged if row["prior"] == judge}
        told[judge] = challenge(case_with(small, *plants(**counts), prior=prior))
    page = (ROOT / "docs" / "explanation" / "reference-cases.md").read_text(encoding="utf-8")
    assert "| outcome | plants | mean | 90 % | " + " | ".join(f"`{judge}`" for judge in told) + " |" in page
    for name in SETTLED:
        one = told["default"][name]
        cells = [name, f"{one.count} of {one.of}", short(one.mean), f"{short(one.low)}–{short(one.high)}"]
        for ranges in told.values():
            mark = "**" if ranges[name].outside else ""
            cells.append(f"{mark}{short(ranges[name].prior)}{mark}")
        assert f"| {' | '.join(cells)} |" in page


def short(share: float) -> str:
    """Two decimals without the zero before them, as the page writes shares."""
    return f"{share:.2f}".removeprefix("0")
