"""What the command line does to a centre: make one, give a box a token, add a user."""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from helhet_door.centre import audit, config, keys, passwords, users
from helhet_door.centre.audit import Action
from helhet_door.centre.branches import FOLDER as BRANCHES
from helhet_door.centre.database import connect, prepare
from helhet_door.centre.roles import Role
from helhet_door.keep.database import writing
from helhet_door.rules.read import START
from helhet_door.words.faults import Fault, Faults

STARTING = """\
# The centre: the staff page, and the place that the boxes talk to.
# Branches are files in branches/, one each, called by the branch's id: branches/ursviken.toml.

town = "{town}"
language = "{language}"       # before somebody has chosen: sv or en

# How a browser reaches the page. Empty: from this computer only. Else "https://..." with a server in front that does
# the encryption, whose address stands in proxy.
address = ""
proxy = ""

idle_minutes = 20     # then a user is logged out
longest_hours = 10    # and after so long in any case
two_people = "protected"  # who opens a pseudonym needs a second person: for protected identities, or "always"
audit_days = 730      # how long the log of the page is kept
smallest_count = 5    # smaller numbers are hidden in the statistics

[boxes]
# The tokens of the boxes, hashed. Add one with: helhet door centre add-box
"""


def new(folder: Path, *, town: str = "Skellefteå", language: str = "sv", supervisor: str = "supervisor") -> str:
    """Make a centre to start from in ``folder``, with its keys, one branch and a first supervisor.

    Returns the supervisor's temporary password, to be printed once; it must be changed at the first log-in. Raises
    :class:`Faults` where there is a centre already: nothing is overwritten.
    """
    if (folder / config.FILE).exists():
        cure = "Choose another folder"
        raise Faults([Fault(config.FILE, "the file", str(folder), "is there already", cure)])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys.make(folder)
    (folder / BRANCHES).mkdir(mode=0o700, exist_ok=True)
    if not any((folder / BRANCHES).glob("*.toml")):
        text = START.read_text("utf-8")
        branch = re.search(r'^branch = "([a-z0-9_-]+)"', text, re.MULTILINE)
        (folder / BRANCHES / f"{branch[1] if branch else 'branch'}.toml").write_text(text, "utf-8")
    _write(folder / config.FILE, STARTING.format(town=town, language=language))
    prepare(folder)
    return add_user(folder, supervisor, Role.SUPERVISOR, language=language)


def add_user(folder: Path, name: str, role: Role, *, language: str = "sv") -> str:
    """Add a user from the command line; returns the temporary password. Raises :class:`Faults`."""
    wrong = users.wrong_name(name)
    if wrong:
        raise Faults([Fault("the user", "name", name, "cannot be used", wrong)])
    password = passwords.temporary()
    db = connect(folder)
    try:
        with writing(db):
            if not users.add(db, name, role, password, language, must_change=True):
                raise Faults([Fault("the user", "name", name, "is taken", "Choose another name")])
            at = datetime.now(UTC)
            audit.write(db, at, users.COMMAND_LINE, "", Action.USER_ADDED, subject=name, detail=str(role))
    finally:
        db.close()
    return password


def add_box(folder: Path, branch: str) -> str:
    """Make a token for the box of ``branch``, in place of an earlier one; returns it, to be printed once.

    A page that runs takes it at once. Raises :class:`Faults` where there is no such branch.
    """
    config.read(folder)
    if not config.BRANCH.fullmatch(branch) or not (folder / BRANCHES / f"{branch}.toml").exists():
        cure = f"Write {BRANCHES}/{branch}.toml first"
        raise Faults([Fault(BRANCHES, "branch", branch, "is no branch of this centre", cure)])
    token = secrets.token_urlsafe(32)
    line = f'{branch} = "{config.token_hash(token)}"'
    text = (folder / config.FILE).read_text("utf-8")
    head, table, rest = text.partition("[boxes]\n")
    if not table:
        head, rest = f"{head.rstrip()}\n\n", ""
    kept = [one for one in rest.splitlines() if not re.match(rf"{re.escape(branch)}\s*=", one)]
    _write(folder / config.FILE, f"{head}[boxes]\n" + "\n".join([*kept, line]) + "\n")
    config.read(folder)
    return token


def public_key(folder: Path) -> str:
    """The public half of the signing key, 64 hexadecimal digits, for the boxes."""
    return (folder / keys.FOLDER / keys.PUBLIC).read_text("ascii").strip()


def _write(path: Path, text: str) -> None:
    """Put ``text`` in place of what is there, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
