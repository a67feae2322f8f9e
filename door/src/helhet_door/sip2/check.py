"""One look at the library system, for ``helhet door check``: what is wrong and what would cure it."""

from __future__ import annotations

from helhet_door.sip2.connection import open_connection
from helhet_door.sip2.library import Library, open_secrets
from helhet_door.sip2.names import Names
from helhet_door.sip2.trouble import Broken, Why
from helhet_door.words.clock import Clock
from helhet_door.words.faults import Fault, Faults

_ASK = "Ask the library system's vendor"
_SAYS = {
    Why.NO_NAME: ("host", "has no address", "Correct the name, or give an address"),
    Why.NO_CONNECTION: ("host", "does not answer on this port", "Correct host and port, or open the firewall"),
    Why.NO_LOGIN: ("host", "accepts and says nothing", f"{_ASK} how many connections it serves; or it has stopped"),
    Why.LOGIN_REFUSED: ("user", "is refused", "Correct user and password, or have this address allowed"),
    Why.OFFLINE: ("host", "says that it is not on line", _ASK),
    Why.CLOSED: ("host", "closes the connection", "Correct user and password; SIP2 in telnet form is not spoken here"),
    Why.NO_CHECKSUM: ("checksums", "do not come", f"{_ASK} to turn error detection on, or set checksums to false"),
    Why.DAMAGED: ("checksums", "are wrong", f"{_ASK}: they are summed over the bytes that are sent"),
    Why.SENT_BACK: ("checksums", "of ours are not accepted", f"{_ASK} whether error detection is on"),
}


async def check(library: Library, clock: Clock, file: str = "library") -> tuple[Fault, ...]:
    """Connect, log in and ask for the status, once. Nothing is wrong where nothing is returned."""
    try:
        secrets = open_secrets(library, file)
    except Faults as faults:
        return faults.faults
    names = Names(library.host)
    try:
        address = await names.address(library.connect_seconds)
        connection = await open_connection(library, secrets, clock, address)
    except Broken as broken:
        where, wrong, cure = _SAYS.get(broken.why, ("host", f"does not speak SIP2 2.00 ({broken.why.value})", _ASK))
        value = str(getattr(library, where))
        return (Fault(file, where, f"{value}:{library.port}" if where == "host" else value, wrong, cure),)
    finally:
        names.close()
    connection.drop(Why.CLOSED)
    return ()
