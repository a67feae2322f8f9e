"""The auditor's file: a zip of JSON Lines, with everything that is needed to check it by other means.

``passages.jsonl``    id, branch, at (UTC), door, reason, tagged (is a pseudonym kept? never which), opened
``happenings.jsonl``  id, branch, at, door, kind, detail
``counts.jsonl``      branch, day, hour (local), what, number, opened
``proofs.jsonl``      the fields of proof.py's ``Proof``
``manifest.json``     format, branch, made (UTC), and SHA-256 and lines of every file above

Pseudonyms and keys stay behind: what is exported leaves the reach of retention. The numbers of ``counts.jsonl`` are
exact, so the file is for the auditor, not for publication.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import msgspec

from helhet_door.keep.faults import told
from helhet_door.keep.proof import Proof, broken
from helhet_door.keep.times import instant, local_day, text

FORMAT = "helhet-door-audit-1"
QUERIES = {
    "passages": "SELECT p.id, p.branch, p.at, p.door, p.reason, p.tag IS NOT NULL AS tagged, o.opened FROM passages p "
    "LEFT JOIN opened o ON o.passage = p.id WHERE p.branch = ? ORDER BY p.at, p.id",
    "happenings": "SELECT id, branch, at, door, kind, detail FROM happenings WHERE branch = ? ORDER BY at, id",
    "counts": "SELECT branch, day, hour, what, number, opened FROM counts WHERE branch = ? ORDER BY day, hour, what",
    "proofs": f"SELECT {', '.join(Proof.__struct_fields__)} FROM proofs WHERE branch = ? AND digest IS NOT NULL "
    "ORDER BY number",
}


class Checked(msgspec.Struct, frozen=True):
    """What :func:`verify` found: how many rows of each kind, and what is wrong (nothing: an empty tuple)."""

    rows: dict[str, int]
    wrong: tuple[str, ...]


def export(db: sqlite3.Connection, branch: str, to: Path, now: dt.datetime) -> None:
    """Write the file whole or not at all, for its owner only. Raises :class:`StoreFault`.

    All of it is of one instant, whatever is written meanwhile.
    """
    part = to.with_name(f"{to.name}.part")
    with told():
        part.unlink(missing_ok=True)
        db.execute("BEGIN")
        try:
            _write(db, branch, part, now)
            os.replace(part, to)
        finally:
            db.execute("ROLLBACK")
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _write(db: sqlite3.Connection, branch: str, part: Path, now: dt.datetime) -> None:
    files: dict[str, dict[str, Any]] = {}
    with (
        os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, query in QUERIES.items():
            sha, lines = hashlib.sha256(), 0
            with archive.open(_entry(f"{name}.jsonl", now), "w") as entry:
                cursor = db.execute(query, (branch,))
                columns = [column[0] for column in cursor.description]
                for row in cursor:
                    line = msgspec.json.encode(dict(zip(columns, row, strict=True))) + b"\n"
                    sha.update(line)
                    lines += 1
                    entry.write(line)
            files[f"{name}.jsonl"] = {"sha256": sha.hexdigest(), "lines": lines}
        manifest = {"format": FORMAT, "branch": branch, "made": text(now), "files": files}
        archive.writestr(_entry("manifest.json", now), msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def _entry(name: str, now: dt.datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now.astimezone(dt.UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def verify(file: Path) -> Checked:
    """Check an exported file by itself, without the database.

    That the files are those of the manifest; that the chain of proofs is whole; that as many passages were counted as
    the proofs say were folded; that no passage of a day that a proof calls gone still has a pseudonym; no id twice.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in QUERIES}
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read("manifest.json"))
            wrong = [] if manifest["format"] == FORMAT else ["the format is not known"]
            for name in QUERIES:
                data = archive.read(f"{name}.jsonl")
                if hashlib.sha256(data).hexdigest() != manifest["files"][f"{name}.jsonl"]["sha256"]:
                    wrong.append(f"{name}.jsonl is not what the manifest says")
                rows[name] = [msgspec.json.decode(line) for line in data.splitlines()]
            chain = [msgspec.convert(row, Proof) for row in rows["proofs"]]
            wrong += broken(chain) + _disagreements(rows, chain)
    except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
        wrong = [f"cannot be read: {type(error).__name__}"]
    return Checked({name: len(found) for name, found in rows.items()}, tuple(wrong))


def _disagreements(rows: dict[str, list[dict[str, Any]]], chain: list[Proof]) -> list[str]:
    wrong = []
    for name in ("passages", "happenings"):
        if len({row["id"] for row in rows[name]}) != len(rows[name]):
            wrong.append(f"{name}.jsonl holds an id twice")
    counted = sum(row["number"] for row in rows["counts"])
    folded = sum(proof.folded for proof in chain)
    if counted != folded:
        wrong.append(f"{counted} passages were counted, but {folded} folded")
    if chain:
        last, through = chain[-1], dt.date.fromisoformat(chain[-1].through)
        kept = sum(row["tagged"] and local_day(instant(row["at"]), last.zone) <= through for row in rows["passages"])
        if kept:
            wrong.append(f"{kept} passages through {last.through} still have a pseudonym")
    told = {row["id"] for row in rows["happenings"] if row["kind"] == "retention"}
    recent = [proof for proof in chain if proof.at > (rows["happenings"][0]["at"] if rows["happenings"] else "")]
    for proof in recent:
        if proof.digest[:32] not in told:
            wrong.append(f"proof {proof.number} was never told of")
    return wrong
