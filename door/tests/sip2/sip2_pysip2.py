"""A library system over pysip2, to be run as a process of its own: prints its port, then serves until it is killed."""

from __future__ import annotations

import argparse
import asyncio

from pysip2 import (
    LOGIN,
    PATRON_INFORMATION,
    PATRON_STATUS,
    LoginResponse,
    PatronInformationResponse,
    PatronStatusResponse,
    SIP2Server,
)

CARDS = {
    "djfiander": "6789",
    "LOST-1": "1111",
    "OWES-1": "2222",
}
FLAGS = {"LOST-1": "  Y Y         ", "OWES-1": "  Y       Y   "}


def person(request: object, ctx: object) -> dict[str, object]:
    """What both messages say of a person; the name holds letters that every encoding writes in its own way."""
    card, pin = request.patron_identifier, request.patron_password
    known = card in CARDS
    return {
        "patron_status": FLAGS.get(card, "  Y           ") if known else "YYYY          ",
        "language": request.language,
        "transaction_date": ctx.now_18(),
        "institution_id": request.institution_id,
        "patron_identifier": card,
        "personal_name": "Åsa Öberg" if known else "",
        "valid_patron": "Y" if known else "N",
        "valid_patron_password": "Y" if known and CARDS[card] == pin else "N",
        "screen_message": ("Hej hå",),
    }


def serve(seconds: float, encoding: str) -> SIP2Server:
    """The server, with an answer that takes ``seconds``."""
    server = SIP2Server(login_required=True, institution_id="SKE", encoding=encoding)

    @server.route(LOGIN)
    async def login(request, _ctx):
        return LoginResponse(ok="1" if (request.login_user_id, request.login_password) == ("dörr", "hemlig") else "0")

    @server.route(PATRON_STATUS)
    async def status(request, ctx):
        await asyncio.sleep(seconds)
        return PatronStatusResponse(**person(request, ctx))

    @server.route(PATRON_INFORMATION)
    async def information(request, ctx):
        await asyncio.sleep(seconds)
        counts = ("hold_items", "overdue_items", "charged_items", "fine_items", "recall_items", "unavailable_holds")
        return PatronInformationResponse(
            **person(request, ctx),
            **{f"{name}_count": "0002" for name in counts},
            home_address="Storgatan 1",
            email_address="asa@example.org",
            home_phone_number="0910-12345",
        )

    return server


async def main() -> None:
    """Serve at a port of the system's choosing, or a given one."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int, default=0)
    asked.add_argument("--seconds", type=float, default=0.0)
    asked.add_argument("--encoding", default="utf-8")
    given = asked.parse_args()
    async with serve(given.seconds, given.encoding).start(port=given.port) as port:
        print(port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
