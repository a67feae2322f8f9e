"""The auditor's file can be checked by itself, shows what was changed, and gives no pseudonym away."""

from __future__ import annotations

import datetime as dt
import stat
import zipfile
from pathlib import Path

import msgspec
import pytest
from keep_helpers import BRANCH, NOON, happening, passage

from helhet_door.keep.export import QUERIES, verify
from helhet_door.keep.store import Store
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Opened


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    rows = [passage(NOON - dt.timedelta(days=day)) for day in range(30)]
    for row in (*rows, passage(reason=Reason.WRONG_PIN, tag=None)):
        store.passage(row)
        store.day_key(NOON.date())
    store.opened(Opened(rows[0].id, True))
    store.happening(happening())
    store.sent(store.unsent().numbers)
    for day in range(3):
        store.retain(NOON + dt.timedelta(days=day))
    file = tmp_path / "audit.zip"
    store.export(file)
    return file


def read(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(file: Path, name: str, old: bytes, new: bytes, manifest_too: bool = False) -> Path:
    """A forged copy: ``old`` is ``new`` once in one of the files; ``manifest_too``: its digest is made anew."""
    import hashlib

    files = read(file)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    if manifest_too:
        manifest = msgspec.json.decode(files["manifest.json"])
        manifest["files"][name]["sha256"] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = msgspec.json.encode(manifest)
    forged = file.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w") as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)
    return forged


def test_an_honest_file_is_whole(file: Path) -> None:
    checked = verify(file)
    assert checked.wrong == ()
    assert checked.rows["proofs"] == 3
    assert checked.rows["passages"] == 13, "twelve young enough and one refusal"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(read(file)) == sorted([*(f"{name}.jsonl" for name in QUERIES), "manifest.json"])
    assert not list(file.parent.glob("*.part"))


def test_it_holds_no_pseudonym_and_no_key(file: Path, store: Store) -> None:
    secrets = [row[0] for row in store._db.execute("SELECT tag FROM passages WHERE tag IS NOT NULL")]
    secrets += [row[0].hex() for row in store._db.execute("SELECT key FROM day_keys")]
    assert len(secrets) > 12
    data = b"".join(read(file).values())
    assert not any(secret.encode() in data or bytes.fromhex(secret) in data for secret in secrets)


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("passages.jsonl", b'"reason":"member"', b'"reason":"staff"', None),
        ("proofs.jsonl", b'"folded":', b'"folded":1', "proof 1 was changed"),
        ("counts.jsonl", b'"number":1', b'"number":9', "26 passages were counted, but 18 folded"),
    ],
)
def test_a_change_shows(file: Path, name: str, old: bytes, new: bytes, wrong: str | None) -> None:
    assert f"{name} is not what the manifest says" in verify(changed(file, name, old, new)).wrong
    if wrong is not None:
        assert wrong in verify(changed(file, name, old, new, manifest_too=True)).wrong


def test_a_pseudonym_that_outlived_its_day_shows(file: Path) -> None:
    forged = changed(file, "passages.jsonl", b'"at":"2026-02-27', b'"at":"2026-02-20', manifest_too=True)
    assert "1 passages through 2026-02-26 still have a pseudonym" in verify(forged).wrong


def test_a_proof_that_is_taken_out_shows(file: Path) -> None:
    lines = read(file)["proofs.jsonl"].splitlines(keepends=True)
    assert any("missing" in word for word in verify(changed(file, "proofs.jsonl", lines[1], b"", True)).wrong)
    last = verify(changed(file, "proofs.jsonl", lines[2], b"", True)).wrong
    assert last == ("18 passages were counted, but 17 folded",)


def test_a_chain_made_anew_shows_by_the_happenings_that_were_sent_before(file: Path) -> None:
    from helhet_door.keep.proof import Proof, digest

    old = read(file)["proofs.jsonl"]
    proof = msgspec.json.decode(old.splitlines()[2], type=Proof)
    proof = msgspec.structs.replace(proof, stripped=7)
    proof = msgspec.structs.replace(proof, digest=digest(proof))
    forged = changed(file, "proofs.jsonl", old.splitlines()[2], msgspec.json.encode(proof), manifest_too=True)
    assert verify(forged).wrong == ("proof 3 was never told of",)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_what_cannot_be_read_is_said_not_raised(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(data)
    assert verify(file).wrong
    assert verify(tmp_path / "missing.zip").wrong


def test_a_branch_of_its_own_name(file: Path) -> None:
    assert msgspec.json.decode(read(file)["manifest.json"])["branch"] == BRANCH
