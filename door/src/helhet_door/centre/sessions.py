"""Sessions that live in the memory of the server: the cookie carries a random id and nothing else.

A restart logs everybody out, and nothing on the disk is worth stealing. Idle time and age are counted on the monotonic
clock. The id is made anew at log-in, so that one planted before it (session fixation) is worth nothing after.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

MOST = 5_000  # sessions kept; beyond it somebody who has not logged in goes first
ANONYMOUS_SECONDS = 1800.0  # for a log-in form that nobody fills in


class Kept(CallbackDict[str, Any], SessionMixin):
    """One session: a dictionary that knows whether it was changed."""

    def __init__(self, values: dict[str, Any], id: str | None, began: float) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(values, changed)
        self.id = id
        self.began = began
        self.modified = False
        self.renew = False  # a new id, for a new rank
        self.unattended = False  # this request came without a person: it keeps nobody logged in


def kept() -> Kept:
    """The session of the request that is answered now."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # Flask's own type does not say it is a proxy
    assert isinstance(found, Kept)
    return found


class _Entry:
    """What is kept of a session: its values, when it began and when it was last used, in seconds."""

    __slots__ = ("began", "seen", "values")

    def __init__(self, values: dict[str, Any], began: float, seen: float) -> None:
        self.values, self.began, self.seen = values, began, seen


class Sessions(SessionInterface):
    """All sessions. ``idle`` and ``longest`` are seconds; ``secure`` marks the cookie for encrypted lines only."""

    def __init__(self, monotonic: Callable[[], float], idle: float, longest: float, secure: bool) -> None:
        self._monotonic, self._idle, self._longest, self._secure = monotonic, idle, longest, secure
        self._cookie = "__Host-door" if secure else "door"
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def open_session(self, app: Flask, request: Request) -> Kept:  # noqa: ARG002
        """The session of the request's cookie, or a new and empty one where it has none that lives."""
        id, at = request.cookies.get(self._cookie, ""), self._monotonic()
        with self._lock:
            entry = self._entries.get(_hash(id))
            if entry is not None and self._lives(entry, at):
                return Kept(dict(entry.values), id, entry.began)
            self._entries.pop(_hash(id), None)
        return Kept({}, None, at)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Keep what the request changed, and count it as used unless no person was behind it."""
        assert isinstance(session, Kept)
        at = self._monotonic()
        with self._lock:
            entry = self._entries.get(_hash(session.id)) if session.id else None
            if session.id and (entry is None or session.renew or not session):
                self._entries.pop(_hash(session.id), None)
            if not session or (session.id and entry is None):  # logged out, perhaps by another request meanwhile
                if session.id:
                    response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
                return
            if entry is not None and not session.renew:
                self._use(_hash(session.id or ""), entry, session, at)
                return
            id = secrets.token_urlsafe(32)
            self._entries[_hash(id)] = _Entry(dict(session), at, at)
            while len(self._entries) > MOST:
                del self._entries[self._least()]
        response.set_cookie(self._cookie, id, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def end(self, user: str, but: str | None = None) -> None:
        """End every session of the user with the id ``user``, but the one with the session id ``but``."""
        spared = _hash(but) if but else None
        with self._lock:
            gone = [key for key, entry in self._entries.items() if entry.values.get("_user_id") == user]
            for key in gone:
                if key != spared:
                    del self._entries[key]

    def _use(self, key: str, entry: _Entry, session: Kept, at: float) -> None:
        if session.modified:
            entry.values = dict(session)
        if not session.unattended:
            entry.seen = at
            self._entries.move_to_end(key)

    def _least(self) -> str:
        """Who goes first: somebody who has not logged in, so that a flood of visits logs nobody out."""
        strangers = (key for key, entry in self._entries.items() if "_user_id" not in entry.values)
        return next(strangers, next(iter(self._entries)))

    def _lives(self, entry: _Entry, at: float) -> bool:
        if "_user_id" not in entry.values:
            return at - entry.seen <= ANONYMOUS_SECONDS
        return at - entry.seen <= self._idle and at - entry.began <= self._longest


def _hash(id: str) -> str:
    """What is looked up: a hash, so that how long a look-up takes says nothing of the ids that there are."""
    return hashlib.sha256(id.encode()).hexdigest()
