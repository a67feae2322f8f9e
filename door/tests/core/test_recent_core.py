"""The memory of who was let in: right PINs only, for hours only, and nothing to try PINs against."""

from __future__ import annotations

from helhet_door.decide.recent import Recent

HOUR = 3600.0


def test_it_holds_for_its_hours_and_a_day_at_most() -> None:
    recent = Recent()
    recent.approve("t", "12345678", "1234", 0.0)
    assert recent.holds("t", "12345678", "1234", HOUR, 1)
    assert not recent.holds("t", "12345678", "1234", HOUR + 1, 1)
    assert recent.holds("t", "12345678", "1234", 24 * HOUR, 48)
    assert not recent.holds("t", "12345678", "1234", 24 * HOUR + 1, 48)
    assert not recent.holds("t", "12345678", "1234", -1.0, 24)


def test_another_pin_card_or_none_is_unknown() -> None:
    recent = Recent()
    recent.approve("t", "12345678", "1234", 0.0)
    recent.approve("u", "", "", 0.0)
    for tag, card, pin in (("t", "12345678", "1235"), ("t", "12345678", ""), ("u", "", ""), ("x", "12345678", "1234")):
        assert not recent.holds(tag, card, pin, 1.0, 24)


def test_it_forgets_who_is_withdrawn_and_earlier_pins() -> None:
    recent = Recent()
    recent.approve("t", "12345678", "1234", 0.0)
    recent.approve("t", "12345678", "9999", 1.0)
    assert not recent.holds("t", "12345678", "1234", 2.0, 24)
    assert recent.holds("t", "12345678", "9999", 2.0, 24)
    recent.forget("t")
    assert not recent.holds("t", "12345678", "9999", 2.0, 24)


def test_it_is_bounded_and_the_oldest_goes_first() -> None:
    recent = Recent(most=10)
    for number in range(25):
        recent.approve(f"t{number}", "12345678", "1234", float(number))
    assert len(recent) == 10
    assert recent.holds("t24", "12345678", "1234", 30.0, 24)
    assert not recent.holds("t14", "12345678", "1234", 30.0, 24)
    recent.forget_old(HOUR + 20.0, 1)
    assert len(recent) == 5
    recent.forget_all()
    assert len(recent) == 0


def test_two_processes_share_nothing() -> None:
    one, other = Recent(), Recent()
    one.approve("t", "12345678", "1234", 0.0)
    other._seen = one._seen
    assert not other.holds("t", "12345678", "1234", 1.0, 24)
    assert b"1234" not in b"".join(sealed for sealed, _ in one._seen.values())
