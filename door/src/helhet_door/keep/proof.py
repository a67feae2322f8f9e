"""The proof that retention ran: a row for every run, each with the digest of the one before it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

import msgspec

NO_PROOF = "0" * 64


class Proof(msgspec.Struct, frozen=True):
    """One finished run. Field by field as in the table ``proofs``; ``digest`` is over all the others (SHA-256).

    A chain shows that no proof was changed or taken out after a later one was read by somebody else. It cannot show
    that the whole file was not written anew, so the box sends the start of every digest on, as the id of a happening.
    """

    branch: str
    number: int  # 1, 2, 3 ... without gaps
    at: str  # UTC: when it ran
    days: int  # the setting
    zone: str
    through: str  # the local day through which nothing is left
    before: str  # the UTC instant at the end of that day
    folded: int  # passages turned into counts and deleted
    stripped: int  # passages that wait for the centre, or carry a time to come: the pseudonym was deleted
    waiting: int  # passages of those days, without pseudonym, that the centre did not hold yet
    keys: int  # day keys destroyed
    happenings: int  # old happenings deleted
    set_aside: int  # damaged files that had been set aside, deleted
    leftovers: int  # what a count by other means still found after VACUUM: 0
    previous: str
    digest: str


def digest(proof: Proof) -> str:
    """SHA-256 over the fields but the digest, as a JSON array in the order of the class."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.astuple(proof)[:-1])).hexdigest()


def proofs(db: sqlite3.Connection, branch: str) -> list[Proof]:
    """All finished proofs of a branch, oldest first."""
    query = "SELECT * FROM proofs WHERE branch = ? AND digest IS NOT NULL ORDER BY number"
    return [Proof(*row) for row in db.execute(query, (branch,))]


def broken(chain: Sequence[Proof]) -> list[str]:
    """What is wrong with a chain, in English words; empty if it is whole."""
    wrong: list[str] = []
    previous, number = NO_PROOF, 0
    for proof in chain:
        if proof.number != number + 1:
            wrong.append(f"proof {number + 1} is missing before proof {proof.number}")
        elif proof.previous != previous:
            wrong.append(f"proof {proof.number} does not follow from proof {number}")
        if digest(proof) != proof.digest:
            wrong.append(f"proof {proof.number} was changed")
        if proof.leftovers and proof is chain[-1]:  # a later run has cured an earlier one
            wrong.append(f"proof {proof.number} says that {proof.leftovers} rows were left")
        previous, number = proof.digest, proof.number
    return wrong
