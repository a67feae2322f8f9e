"""The table itself: whole, in order, and unable to be read wrongly."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from oracle import HERE, conditions, table

from helhet_door.words.reasons import LETS_IN, Reason

TABLE = table()


def test_every_reason_is_in_the_table_in_the_order_of_the_reasons() -> None:
    said = list(dict.fromkeys(row.reason for row in TABLE.rows))
    offline = said.index(Reason.MEMBER_OFFLINE)
    assert said == list(Reason)
    assert said[offline + 1 :] == [Reason.MEMBER]


def test_a_row_opens_exactly_where_its_reason_lets_in() -> None:
    assert all(row.opens == (row.reason in LETS_IN) for row in TABLE.rows)


def test_some_row_fits_whatever_the_answers_are() -> None:
    dice = random.Random(1)
    known = conditions()
    for _ in range(5_000):
        TABLE.decides({name: dice.choice(condition.answers) for name, condition in known.items()})


def test_everyday_answers_let_a_member_in_and_every_condition_is_asked() -> None:
    known = conditions()
    assert TABLE.decides({name: condition.everyday for name, condition in known.items()}).reason is Reason.MEMBER
    assert {name for row in TABLE.rows for name in row.when} == set(known)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",evacuation,no", ",evacuation,perhaps"),
        (",evacuation,no", ",a_reason_nobody_knows,no"),
        ("not legal", "not lawful"),
        ("in words,evacuation", "in words,evakuering"),
    ],
)
def test_a_table_with_a_slip_of_the_pen_is_not_read(tmp_path: Path, old: str, new: str) -> None:
    text = (HERE / "table.csv").read_text()
    assert old in text
    (tmp_path / "table.csv").write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match=r"line|Reason"):
        table(tmp_path / "table.csv")
