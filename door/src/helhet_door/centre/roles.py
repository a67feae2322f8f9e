"""Who may do what: three roles, and a mark on every view. A view without a mark is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a user is at the staff page."""

    STAFF = "staff"  # the daily work: days, locks, members
    SUPERVISOR = "supervisor"  # and users, staff cards, agreement versions, pseudonyms
    AUDITOR = "auditor"  # reads logs and figures, changes nothing


EVERYBODY = frozenset(Role)
DESK = frozenset({Role.STAFF, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
AUDITORS = frozenset({Role.AUDITOR})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})

#: For views that need no log-in.
OPEN: frozenset[Role] = frozenset()

_MARK = "_helhet_roles"


def may(roles: frozenset[Role]) -> Callable[[View], View]:
    """Marks a view: only ``roles`` may use it, or anybody at all where that is :data:`OPEN`."""

    def marked(view: View) -> View:
        setattr(view, _MARK, roles)
        return view

    return marked


def roles_of(view: Callable[..., Any]) -> frozenset[Role] | None:
    """The mark of a view; None where it has none, which means nobody."""
    found: frozenset[Role] | None = getattr(view, _MARK, None)
    return found
