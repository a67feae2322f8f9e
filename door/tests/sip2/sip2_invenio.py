"""A library system over invenio-sip2, for the Python of its own environment: sip2_invenio.py PORT REDIS_PORT."""

from __future__ import annotations

import os
import sys

from flask import Flask
from invenio_sip2 import InvenioSIP2
from invenio_sip2.models import PatronStatus, PatronStatusTypes, SelfcheckPatronInformation, SelfcheckPatronStatus
from invenio_sip2.server import SocketServer

CARDS = {"20010001": "4321", "TOLD-1": "4321", "LOST-1": "1111"}


def login(user, password, **_):
    """Who may connect."""
    right = (user, password) == ("door", "hemlig")
    return {"authenticated": right, "terminal": "door", "institution_id": "SKE", "library_language": "en"}


def status(_login, **_):
    """It is there."""
    return {"institution_id": "SKE"}


def account(card, **_):
    """Message 64. As the package stands it sends no BL; the handler of TOLD-1 adds it."""
    if card == "RAISES-1":
        raise KeyError(card)
    flags = PatronStatus()
    if card == "LOST-1":
        flags.add_patron_status_type(PatronStatusTypes.CARD_REPORTED_LOST)
    more = {"valid_patron": True} if card in ("TOLD-1", "LOST-1") else {}
    return SelfcheckPatronInformation(card, "SKE", patron_name="Åsa Öberg", patron_status=flags, **more)


def patron_status(card, **_):
    """Message 24; the package does not look at the PIN here."""
    return SelfcheckPatronStatus(card, "SKE", patron_name="Åsa Öberg")


def authorize(card, password, **_):
    """Whether the PIN is right."""
    return CARDS.get(card) == password


def main() -> None:
    """Serve until killed."""
    port, redis = sys.argv[1:]
    app = Flask("ils")
    app.config.update(
        SECRET_KEY="only for a test",
        SIP2_DATASTORE_REDIS_URL=f"redis://127.0.0.1:{redis}/0",
        SIP2_LOGGING_CONSOLE=False,
        SIP2_REMOTE_ACTION_HANDLERS={
            "ils": {
                "login_handler": login,
                "system_status_handler": status,
                "patron_handlers": {
                    "account": account,
                    "patron_status": patron_status,
                    "authorize_patron": authorize,
                },
            }
        },
    )
    InvenioSIP2(app)
    with app.app_context():
        SocketServer("ils", host="127.0.0.1", port=int(port), remote="ils", process_id=os.getpid()).run()


if __name__ == "__main__":
    main()
