"""Signed rules: only this key's, only for this branch, never an older serial, never nonsense."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from core_branch import rules
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from helhet_door.rules.model import Agreement, Day, Lists, Rules, Span, StaffCard, StaffKind
from helhet_door.rules.signed import NotTaken, make_key, read_private, read_public, sign, verify
from helhet_door.words.faults import Faults
from helhet_door.words.wire import Signed

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()
DAY = dt.date(2026, 5, 1)
LISTS = Lists(
    agreements={"a" * 32: Agreement(1, of_age_on=DAY, consent=True)},
    suspended={"b" * 32: DAY},
    staff={"c" * 32: StaffCard(StaffKind.GUARD, DAY, DAY, "scrypt", disarms=True)},
    exceptions={DAY: Day(open_plus=(Span(600, 700),))},
    holidays=(DAY,),
    locked=True,
)
RULES = replace(rules(lists=LISTS), serial=7)


def why(signed: Signed, at_least: int = 0, branch: str = "b") -> str:
    with pytest.raises(NotTaken) as refused:
        verify(signed, PUBLIC, branch, at_least)
    return refused.value.why


def test_what_is_signed_comes_back_whole() -> None:
    assert verify(sign(RULES, KEY), PUBLIC, "b", 7) == RULES


def test_a_serial_never_goes_back() -> None:
    assert why(sign(RULES, KEY), at_least=8) == "serial"


def test_another_branchs_rules_are_not_ours() -> None:
    assert why(sign(RULES, KEY), branch="other") == "branch"


def test_one_bit_less_or_another_key_is_no_signature() -> None:
    signed = sign(RULES, KEY)
    for index in (0, len(signed.body) // 2, len(signed.body) - 1):
        changed = bytearray(signed.body)
        changed[index] ^= 1
        assert why(Signed(bytes(changed), signed.signature)) == "signature"
    assert why(Signed(signed.body, bytes(64))) == "signature"
    assert why(Signed(signed.body, b"")) == "signature"
    assert why(sign(RULES, Ed25519PrivateKey.generate())) == "signature"
    assert why(Signed(signed.body, KEY.sign(signed.body))) == "signature"  # signed, but not as rules


def test_a_signature_does_not_make_sense_of_nonsense() -> None:
    def signed(body: bytes) -> Signed:
        return Signed(body, KEY.sign(b"helhet-door rules 1\0" + body))

    assert why(signed(b"{")) == "form"
    assert why(signed(b"{}")) == "form"
    slow = replace(RULES, settings=replace(RULES.settings, times=replace(RULES.settings.times, ask=60.0)))
    assert why(sign(slow, KEY)) == "settings"
    odd = replace(RULES, lists=replace(LISTS, exceptions={DAY: Day(staffed=(Span(-1, 5),))}))
    assert why(sign(odd, KEY)) == "settings"
    assert msgspec.json.decode(sign(RULES, KEY).body, type=Rules) == RULES


def test_keys_are_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    private, public = tmp_path / "sign.key", tmp_path / "sign.pub"
    make_key(private, public)
    assert private.stat().st_mode & 0o777 == 0o600
    signed = sign(RULES, read_private(private))
    assert verify(signed, read_public(public), "b", 0) == RULES
    with pytest.raises(FileExistsError):
        make_key(private, public)
    private.chmod(0o640)
    with pytest.raises(Faults, match="can be read by others"):
        read_private(private)


@pytest.mark.parametrize("content", [None, "", "zz", "00" * 31])
def test_files_that_are_no_key(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "k"
    if content is not None:
        path.write_text(content)
        path.chmod(0o600)
    for read in (read_private, read_public):
        with pytest.raises(Faults):
            read(path)
