"""Users of the staff page: their names at log-in, roles and passwords."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from flask_login import UserMixin

from helhet_door.centre import passwords
from helhet_door.centre.roles import Role
from helhet_door.centre.texts import mark

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
COMMAND_LINE = "(command line)"  # who acts in the log when the command line does; no user can be called so


class LastSupervisor(Exception):
    """There must always be a supervisor who can log in."""


@dataclass(frozen=True)
class User(UserMixin):
    """A user as the database has it now; a disabled one is never loaded for a session."""

    number: int
    name: str
    role: Role
    language: str
    disabled: bool
    must_change: bool

    def get_id(self) -> str:
        """What the session keeps."""
        return str(self.number)


def _user(row: sqlite3.Row) -> User:
    return User(
        row["id"], row["name"], Role(row["role"]), row["language"], bool(row["disabled"]), bool(row["must_change"])
    )


def by_number(db: sqlite3.Connection, number: str) -> User | None:
    """The user with this id, or None where there is none or it is disabled."""
    row = db.execute("SELECT * FROM users WHERE id = ? AND disabled = 0", (number,)).fetchone()
    return _user(row) if row else None


def everyone(db: sqlite3.Connection) -> Sequence[User]:
    """All users by name."""
    return [_user(row) for row in db.execute("SELECT * FROM users ORDER BY disabled, name")]


def logged_in(db: sqlite3.Connection, name: str, password: str) -> User | None:
    """The user whose name and password these are. Unknown, disabled and wrong take the same time and say the same."""
    row = db.execute("SELECT * FROM users WHERE name = ? AND disabled = 0", (name,)).fetchone()
    return _user(row) if passwords.right(row["password"] if row else None, password) and row else None


def wrong_name(name: str) -> str | None:
    """What is wrong with a new user's name: a message, or None."""
    if not NAME.fullmatch(name):
        return mark("Use 2 to 40 small letters (a to z), digits, dots and hyphens, beginning with a letter or digit.")
    return None


def add(db: sqlite3.Connection, name: str, role: Role, password: str, language: str, must_change: bool) -> bool:
    """Add a user; False where the name is taken."""
    try:
        db.execute(
            "INSERT INTO users (name, role, password, language, must_change) VALUES (?, ?, ?, ?, ?)",
            (name, str(role), passwords.hashed(password), language, must_change),
        )
    except sqlite3.IntegrityError:
        return False
    return True


def set_password(db: sqlite3.Connection, user: User, password: str, must_change: bool) -> None:
    """A new password. Whoever calls also ends the user's sessions."""
    stored = passwords.hashed(password)
    db.execute("UPDATE users SET password = ?, must_change = ? WHERE id = ?", (stored, must_change, user.number))


def set_language(db: sqlite3.Connection, user: User, language: str) -> None:
    """The language that the user reads in."""
    db.execute("UPDATE users SET language = ? WHERE id = ?", (language, user.number))


def set_role(db: sqlite3.Connection, user: User, role: Role) -> None:
    """Another role; works from the user's next request on. Raises :class:`LastSupervisor`."""
    db.execute("UPDATE users SET role = ? WHERE id = ?", (str(role), user.number))
    _one_supervisor_left(db)


def set_disabled(db: sqlite3.Connection, user: User, disabled: bool) -> None:
    """Take a user's access away or give it back. Raises :class:`LastSupervisor`."""
    db.execute("UPDATE users SET disabled = ? WHERE id = ?", (disabled, user.number))
    _one_supervisor_left(db)


def _one_supervisor_left(db: sqlite3.Connection) -> None:
    """Called inside the transaction of the change, which the exception takes back."""
    if not db.execute("SELECT 1 FROM users WHERE role = 'supervisor' AND disabled = 0 LIMIT 1").fetchone():
        raise LastSupervisor
