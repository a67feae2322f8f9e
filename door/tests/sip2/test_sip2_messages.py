"""The parts without a socket: lines and seals, what is said, what is read, and that nothing ever crashes."""

from __future__ import annotations

import datetime as dt
import random

import mutate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysip2 import PatronInformationRequest, PatronStatusRequest, decode_as
from sip2_scripted import person, sealed

from helhet_door.sip2 import Library, messages
from helhet_door.sip2.frame import LONGEST, Lines, seal, unseal
from helhet_door.sip2.library import Secrets
from helhet_door.sip2.trouble import Broken
from helhet_door.words.answers import Answer, Kind

SECRETS = Secrets("hemlig", "", None)
NOW = dt.datetime(2025, 3, 1, 12, 30, 5, tzinfo=dt.UTC)
PLAIN = Library("127.0.0.1", 6001, institution="Skellefteå")
LONG = Library("127.0.0.1", 6001, message="63", birth_field="PB", expiry_field="PA")
CARDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{3,31}", fullmatch=True)
PINS = st.from_regex(r"[0-9]{1,12}", fullmatch=True)
WITHOUT_ENDS = st.binary(max_size=200).map(lambda data: bytes(byte for byte in data if byte >= 32 and byte != 127))


@given(st.lists(WITHOUT_ENDS.filter(bool), max_size=5), st.sampled_from([b"\r", b"\r\n", b"\n"]), st.data())
def test_lines_come_out_whole_however_they_were_packed(lines, end, data):
    stream = b"".join(line + end for line in lines)
    cut = Lines()
    came: list[bytes] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        came += cut.feed(stream[:size])
        stream = stream[size:]
    assert came == lines
    assert not cut.begun


def test_a_line_may_be_so_long_and_no_longer():
    cut = Lines()
    assert cut.feed(b"A" * LONGEST + b"\r") == [b"A" * LONGEST]
    with pytest.raises(Broken, match="too_long"):
        cut.feed(b"A" * (LONGEST + 1))
    assert cut.feed(b"94\r") == [b"94"]


@given(WITHOUT_ENDS, st.integers(0, 9))
def test_a_sealed_message_opens_and_its_seal_is_the_standards(body, sequence):
    assert seal(body, sequence) + b"\r" == sealed(body, sequence)
    assert unseal(seal(body, sequence), needed=True) == (body, sequence)


@given(WITHOUT_ENDS, st.integers(0, 9), st.integers(0), st.integers(1, 255))
def test_one_changed_byte_never_opens(body, sequence, place, change):
    whole = bytearray(seal(body, sequence))
    whole[place % len(whole)] ^= change
    try:
        opened = unseal(bytes(whole), needed=True)
    except Broken:
        return
    assert bytes(whole).upper() == seal(body, sequence).upper()  # a digit of the sum in lower case
    assert opened == (body, sequence)


def test_what_the_standard_prints():
    """The resend requests, as every implementation has them."""
    assert seal(b"97", None) == b"97AZFEF5"
    assert unseal(b"96AZFEF6", needed=True).body == b"96"
    assert unseal(b"96", needed=True).body == b"96"
    with pytest.raises(Broken, match="no_checksum"):
        unseal(b"941", needed=True)
    assert unseal(b"941", needed=False).body == b"941"


@given(CARDS, PINS)
def test_a_question_is_read_by_another_implementation_as_it_was_meant(card, pin):
    request = messages.person(PLAIN, SECRETS, card, pin, NOW)
    read = decode_as(seal(request, 3) + b"\r", PatronStatusRequest, encoding="utf-8")
    assert read.sequence_number == 3
    assert (read.message.patron_identifier, read.message.patron_password) == (card, pin)
    assert read.message.institution_id == "Skellefteå"
    assert read.message.transaction_date == "20250301    123005"
    read = decode_as(messages.person(LONG, SECRETS, card, pin, NOW) + b"\r", PatronInformationRequest)
    assert (read.message.patron_identifier, read.message.patron_password) == (card, pin)
    assert read.message.summary == " " * 10


FIELD = st.sampled_from(
    [b"AOSKE", "AEÅsa".encode(), "AEÅsa".encode("latin-1"), "AFÅ".encode("cp850"), b"AFhej", b"BV0"]
)


@given(CARDS, st.sampled_from("YN"), st.sampled_from("YN"), st.lists(FIELD), st.sets(st.integers(0, 13)), st.randoms())
def test_what_was_said_is_what_is_read_in_any_order_and_repeated(card, known, right, more, flags, order):
    fields = [b"BL" + known.encode(), b"CQ" + right.encode(), b"AA" + card.encode(), *more]
    fields += order.sample(fields, len(fields) // 2)
    order.shuffle(fields)
    row = bytes(ord("Y") if place in flags else ord(" ") for place in range(14))
    body = b"24" + row + b"000" + b"20250301    123005" + b"".join(field + b"|" for field in fields)
    answer = messages.read_person(body, PLAIN, card, NOW.date())
    assert answer == Answer(Kind.ANSWERED, known=known == "Y", pin_right=right == "Y", flags=frozenset(flags))


def long(*fields: bytes) -> bytes:
    """A 64 that says yes to card 2001, with these fields as well."""
    start = person(b"2001", b"AEAsa", b"BLY", b"CQY")
    return b"64" + start[2:37] + b"0000" * 6 + start[37:] + b"".join(field + b"|" for field in fields)


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (b"20070302", 17),
        (b"20070301", 18),
        (b"2007-03-01", 18),
        (b"20070301    000000", 18),
        (b"20080229", 17),
        (b"20250301", 0),
        (b"", None),
        (b"19000101", None),  # a stand-in
    ],
)
def test_a_birth_date_becomes_whole_years_and_is_gone(birth, age):
    answer = messages.read_person(long(b"PB" + birth), LONG, "2001", dt.date(2025, 3, 1))
    assert answer.age == age
    assert answer.known is True


@pytest.mark.parametrize("date", [b"20250230", b"01/03/2007", b"2007", b"20250302", b"soon", b"\xc3\xa5"])
def test_a_birth_date_that_cannot_be_is_no_answer(date):
    with pytest.raises(Broken, match="shape"):
        messages.read_person(long(b"PB" + date), LONG, "2001", dt.date(2025, 3, 1))


def test_the_day_on_which_a_card_ends():
    assert messages.read_person(long(b"PA20261231    235900"), LONG, "2001", NOW.date()).expires == dt.date(
        2026, 12, 31
    )
    assert messages.read_person(long(), LONG, "2001", NOW.date()).expires is None
    with pytest.raises(Broken, match="shape"):
        messages.read_person(long(b"PAY"), LONG, "2001", NOW.date())


def test_of_an_answer_nothing_else_is_kept():
    answer = messages.read_person(long(b"BDStorgatan 1", b"BEa@b.se", b"PB19700101"), LONG, "2001", NOW.date())
    assert set(answer.__struct_fields__) == {"kind", "known", "pin_right", "flags", "expires", "age"}
    assert not any(word in repr(answer) for word in ("Stor", "@", "Asa", "1970", "2001"))


def test_a_no_needs_no_card_and_a_yes_does():
    assert messages.read_person(person(b"", b"BLN"), PLAIN, "2001", NOW.date()).known is False
    with pytest.raises(Broken, match="other_card"):
        messages.read_person(person(b"2002", b"BLN"), PLAIN, "2001", NOW.date())
    with pytest.raises(Broken, match="shape"):
        messages.read_person(person(b"", b"CQY"), PLAIN, "2001", NOW.date())


def test_a_name_that_holds_fields_changes_no_no_into_yes():
    """A system that does not write | otherwise, and a person who may choose his name."""
    with pytest.raises(Broken, match="conflict"):
        messages.read_person(person(b"2001", b"AEx|BLY|CQY", b"BLY", b"CQN"), PLAIN, "2001", NOW.date())


@given(st.binary(max_size=300), st.sampled_from([PLAIN, LONG]), st.booleans())
def test_any_bytes_are_read_or_broken(data, library, whole):
    if whole:
        data = long() + data if library is LONG else person(b"2001", b"BLY") + data
    try:
        answer = messages.read_person(data, library, "2001", NOW.date())
    except Broken:
        answer = None
    assert answer is None or answer.kind is Kind.ANSWERED
    for read in (messages.read_login, messages.read_status):
        try:
            read(data)
        except Broken:
            continue
        assert data[2:3] in (b"1", b"Y")


@pytest.mark.parametrize("seed", range(2))
def test_mutated_answers_neither_crash_nor_grant(seed):
    """The same as benchmarks/fuzz_sip2.py, and a look that it mutates at all: both yes and no must occur."""
    dice = random.Random(seed)
    yes = no = 0
    for turn in range(4000):
        message, sequence = ("23", "63")[turn % 2], turn % 10
        case = mutate.make(dice, message, sequence)
        answer = read_all(case.data, (PLAIN, LONG)[turn % 2], sequence)
        granted = answer is not None and answer.known is True and answer.pin_right is True
        assert not granted or mutate.proven(case.data, mutate.CARD, sequence)
        yes += granted
        no += not granted
    assert yes > 50
    assert no > 3000


def read_all(data: bytes, library: Library, sequence: int) -> Answer | None:
    """The way of the bytes without a connection: cut, opened, matched, read."""
    try:
        for line in Lines().feed(data):
            opened = unseal(line, needed=True)
            if opened.sequence == sequence:
                return messages.read_person(opened.body, library, mutate.CARD, NOW.date())
    except Broken:
        pass
    return None
