"""Staff PINs: right or wrong, and nothing that can be read is ever right."""

from __future__ import annotations

import statistics
import time

import pytest

from helhet_door.rules import staff_pin
from helhet_door.rules.staff_pin import hashed, right

PEPPER = bytes(range(32))
TAG = "a" * 32


def test_right_and_wrong() -> None:
    stored = hashed("1234", PEPPER, TAG)
    assert right(stored, "1234", PEPPER, TAG)
    assert not right(stored, "1235", PEPPER, TAG)
    assert not right(stored, "", PEPPER, TAG)
    assert not right(stored, "1234", bytes(32), TAG)  # another town's pepper
    assert not right(stored, "1234", PEPPER, "b" * 32)  # moved to another card
    assert stored != hashed("1234", PEPPER, TAG)
    assert "1234" not in stored.replace(stored.split("$")[4], "").replace(stored.split("$")[5], "")


def test_an_empty_pin_is_not_stored() -> None:
    with pytest.raises(ValueError, match="empty"):
        hashed("", PEPPER, TAG)


def test_an_empty_pin_opens_nothing_even_where_somebody_stored_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = staff_pin._scrypt
    monkeypatch.setattr(staff_pin, "_scrypt", lambda *given: seen("", *given[1:]))  # whatever is given, "" is stored
    stored = hashed("1234", PEPPER, TAG)
    monkeypatch.undo()
    assert not right(stored, "1234", PEPPER, TAG)
    assert not right(stored, "", PEPPER, TAG)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "1234",
        "scrypt$16384$8$1$00$00",
        "scrypt$x$8$1$00$00",
        "scrypt$16384$8$1$" + "00" * 16 + "$" + "00" * 31,
        "scrypt$1073741824$8$1$" + "00" * 16 + "$" + "00" * 32,  # would stop the box
        "scrypt$3$8$1$" + "00" * 16 + "$" + "00" * 32,
        "plain$16384$8$1$" + "00" * 16 + "$" + "00" * 32,
    ],
)
def test_what_cannot_be_read_is_no(stored: str | None) -> None:
    assert not right(stored, "1234", PEPPER, TAG)


def test_a_card_that_is_no_staff_card_takes_as_long() -> None:
    stored = hashed("1234", PEPPER, TAG)

    def took(each: str | None) -> float:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            right(each, "9999", PEPPER, TAG)
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    assert took(None) > 0.4 * took(stored)
