"""The staff page and the place that the rules come from and the events go to."""

from __future__ import annotations

from helhet_door.centre.app import create_app
from helhet_door.centre.folder import add_box, add_user, new, public_key
from helhet_door.centre.roles import Role
from helhet_door.centre.serve import serve

__all__ = ["Role", "add_box", "add_user", "create_app", "new", "public_key", "serve"]
