"""The demo's library system: what it knows of people, what it answers, and how often it was asked about each card."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import msgspec
from pysip2 import SIP2Server
from pysip2.models import (
    EndPatronSessionRequest,
    EndSessionResponse,
    LoginRequest,
    LoginResponse,
    PatronInformationRequest,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
)
from pysip2.routes import END_PATRON_SESSION, LOGIN, PATRON_INFORMATION, PATRON_STATUS, RequestContext

from helhet_door.demo.library_faults import with_fields
from helhet_door.demo.people import Person

LOST_OR_DEBARRED = frozenset({0, 4})
"""Positions in the patron status for which this system sends a message about the card."""


class Dialect(msgspec.Struct, frozen=True):
    """How this library system speaks. Fields that SIP2 2.00 does not have are sent where they have a name."""

    encoding: str = "utf-8"
    newline: bytes = b"\r"
    birth_field: str = "PB"
    expiry_field: str = "PA"
    user: str = ""  # "": no log-in is needed
    password: str = ""
    empty_pin_passes: bool = False  # as in real systems that allow empty passwords


class LibrarySystem:
    """People and their PINs behind SIP2 2.00; counts every PIN that it was asked to check."""

    def __init__(self, people: Iterable[Person], dialect: Dialect) -> None:
        self.people = {person.card: person for person in people}
        self.dialect = dialect
        self.tries: Counter[str] = Counter()
        self.empty_pins = 0

    def server(self) -> SIP2Server:
        """The server, not yet listening."""
        server = SIP2Server(
            encoding=self.dialect.encoding,
            institution_id="demo",
            library_name="Demobiblioteket",
            login_required=bool(self.dialect.user),
        )
        server.route(LOGIN)(self._login)
        server.route(PATRON_STATUS)(self._status)
        server.route(PATRON_INFORMATION)(self._information)
        server.route(END_PATRON_SESSION)(self._ended)
        return server

    def told_more(self, frame: bytes) -> bytes:
        """A patron answer with the birth and expiry dates that the server's messages have no place for."""
        if frame[:2] not in (b"24", b"64"):
            return frame
        card = frame.partition(b"|AA")[2].partition(b"|")[0].decode(self.dialect.encoding)
        person = self.people.get(card)
        if person is None:
            return frame
        dates = {self.dialect.birth_field: person.birth, self.dialect.expiry_field: person.expires}
        return with_fields(frame, {name: _day(day) for name, day in dates.items() if name and day})

    async def _login(self, asked: LoginRequest, _: RequestContext[LoginRequest, LoginResponse]) -> LoginResponse:
        wanted = (self.dialect.user, self.dialect.password)
        right = not self.dialect.user or (asked.login_user_id, asked.login_password) == wanted
        return LoginResponse(ok="1" if right else "0")

    def _checked(self, card: str, pin: str | None) -> tuple[Person | None, bool]:
        self.tries[card] += 1
        self.empty_pins += not pin
        person = self.people.get(card)
        if person is None:
            return None, False
        return person, self.dialect.empty_pin_passes if not pin else pin == person.pin

    async def _status(
        self, asked: PatronStatusRequest, _: RequestContext[PatronStatusRequest, PatronStatusResponse]
    ) -> PatronStatusResponse:
        person, right = self._checked(asked.patron_identifier, asked.patron_password)
        return PatronStatusResponse(
            patron_status=person.status() if person else " " * 14,
            language=asked.language,
            transaction_date=_now(),
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            personal_name=person.name if person else "",
            valid_patron="Y" if person else "N",
            valid_patron_password="Y" if right else "N",
            screen_message=_said(person),
        )

    async def _information(
        self, asked: PatronInformationRequest, _: RequestContext[PatronInformationRequest, PatronInformationResponse]
    ) -> PatronInformationResponse:
        person, right = self._checked(asked.patron_identifier, asked.patron_password)
        return PatronInformationResponse(
            patron_status=person.status() if person else " " * 14,
            language=asked.language,
            transaction_date=_now(),
            hold_items_count="0000",
            overdue_items_count="0000",
            charged_items_count="0002" if person else "0000",
            fine_items_count="0000",
            recall_items_count="0000",
            unavailable_holds_count="0000",
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
            personal_name=person.name if person else "",
            valid_patron="Y" if person else "N",
            valid_patron_password="Y" if right else "N",
            home_address=person.address if person else None,
            email_address=person.mail if person else None,
            home_phone_number=person.telephone if person else None,
            screen_message=_said(person),
        )

    async def _ended(
        self, asked: EndPatronSessionRequest, _: RequestContext[EndPatronSessionRequest, EndSessionResponse]
    ) -> EndSessionResponse:
        return EndSessionResponse(
            end_session="Y",
            transaction_date=_now(),
            institution_id=asked.institution_id,
            patron_identifier=asked.patron_identifier,
        )


def _said(person: Person | None) -> tuple[str, ...]:
    if person is not None and LOST_OR_DEBARRED & set(person.flags):
        return ("Kortet är spärrat. Fråga personalen.",)
    return ("Hälsningar från demobiblioteket.",)


def _day(day: dt.date) -> str:
    return f"{day:%Y%m%d}"


def _now() -> str:
    return f"{dt.datetime.now():%Y%m%d    %H%M%S}"
