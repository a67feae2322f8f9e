"""The folder of a demonstration: a centre with a branch and its people, and a box with its keys, as a town makes them.

``demo.json`` is written last: a folder without it was not made whole, and is refused rather than mended.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.demo import cast
from helhet_door.demo.people import write
from helhet_door.words.faults import Fault, Faults

MARK = "demo.json"
FORM = 1  # of what is in the folder
BRANCH = "ursviken"
DOOR = "entre"
ZONE = ZoneInfo("Europe/Stockholm")
USERS = {"stina": "staff", "sven": "supervisor", "sonja": "supervisor", "agda": "auditor"}
FIRST = "sven"  # made with the centre

_RULES = f"""\
# The demonstration's branch: open round the clock, so that somebody can always come in, with short times to wait.
branch = "{BRANCH}"
district = "{BRANCH}"
consent_age = 15
agreement_version = {cast.VERSION}

[names]
sv = "Ursvikens bibliotek"
en = "Ursviken Library"

[hours]
monday    = {{ open_plus = ["00:00-24:00"] }}
tuesday   = {{ open_plus = ["00:00-24:00"] }}
wednesday = {{ open_plus = ["00:00-24:00"] }}
thursday  = {{ open_plus = ["00:00-24:00"] }}
friday    = {{ open_plus = ["00:00-24:00"] }}
saturday  = {{ open_plus = ["00:00-24:00"] }}
sunday    = {{ open_plus = ["00:00-24:00"] }}

[limits]
card_minutes = 1
reader_minutes = 1

[times]
held = 15.0
same_card = 5.0

[alarm]
fitted = true
quiet_minutes = 1
answer_seconds = 20
"""

_BOX = """\
# Written anew at every start of the demonstration.
branch = "{branch}"
folder = "state"
time_source = "none"

[library]
host = "127.0.0.1"
port = {library}
expiry_field = "PA"

[centre]
url = "http://127.0.0.1:{centre}"
token_file = "keys/centre.token"
public_key_file = "keys/centre.pub"
every_seconds = 0.5

[[doors]]
door = "{door}"
device = "{device}"
baud = 115200
key_file = "keys/reader.key"
card_format = "ascii"
language = "{language}"

[doors.inputs]
{inputs}

[doors.outputs]
lock = 0
alarm_arm = 1
"""


class Made(msgspec.Struct, frozen=True):
    """What a folder was made with. ``password`` is that of every user of its staff page."""

    form: int
    made: dt.datetime
    password: str


class Place:
    """Where everything lies in the folder of a demonstration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre = folder / "centre"
        self.box = folder / "box"
        self.people = folder / "people.json"
        self.logs = folder / "log"

    @property
    def box_file(self) -> Path:
        """The box's own file."""
        return self.box / "box.toml"

    @property
    def reader_key(self) -> Path:
        """The reader's own copy of its key; the box has one too."""
        return self.folder / "reader.key"

    @property
    def list_key(self) -> Path:
        """The box's copy of the key under which cards stand in the rules."""
        return self.box / "keys" / "list.key"

    @property
    def rows(self) -> Path:
        """The service's database."""
        return self.box / "state" / "door.sqlite"


def look(folder: Path) -> Made | None:
    """What is in the folder: a demonstration, or nothing yet. Raises :class:`Faults` for anything else."""
    if not folder.exists() or not any(entry.name != "running.lock" for entry in folder.iterdir()):
        return None

    def fault(wrong: str) -> Faults:
        return Faults([Fault(str(folder), MARK, "", wrong, "Name another folder, or empty this one.")])

    try:
        made = msgspec.json.decode((folder / MARK).read_bytes(), type=Made)
    except FileNotFoundError:
        raise fault("is missing: the folder holds something else, or a demonstration that was not made whole") from None
    except (OSError, msgspec.MsgspecError):
        raise fault("cannot be read") from None
    if made.form != FORM:
        raise fault("is of another version of the demonstration")
    return made


def make(place: Place, language: str, now: dt.datetime) -> Made:
    """Make centre, box, keys, people and users."""
    from helhet_door.centre import add_box, new, public_key  # noqa: PLC0415  heavy; readers start meanwhile
    from helhet_door.service.new import new_box  # noqa: PLC0415

    branches = place.centre / "branches"
    branches.mkdir(mode=0o700, parents=True)
    (branches / f"{BRANCH}.toml").write_text(_RULES, encoding="utf-8")
    made = Made(FORM, now, new(place.centre, language=language, supervisor=FIRST))
    _users(place.centre)
    _register(place.centre, now)
    new_box(place.box, BRANCH)
    keys = place.box / "keys"
    _private(keys / "centre.token", add_box(place.centre, BRANCH))
    _private(keys / "centre.pub", public_key(place.centre))
    _private(keys / "list.key", (place.centre / "keys" / "list.key").read_text("ascii"))
    _private(place.folder / MARK, msgspec.json.encode(made).decode())
    return made


def _register(centre: Path, now: dt.datetime) -> None:
    """Agreements, the suspension and the staff cards, in the lists that the staff page changes."""
    from helhet_door.centre import keys, members, staff_cards  # noqa: PLC0415
    from helhet_door.centre.database import connect  # noqa: PLC0415
    from helhet_door.keep.database import writing  # noqa: PLC0415
    from helhet_door.rules.model import StaffCard  # noqa: PLC0415
    from helhet_door.rules.staff_pin import hashed  # noqa: PLC0415

    today, found = now.astimezone(ZONE).date(), keys.read(centre)
    sealed = {each.id: members.sealed(found, each.card) for each in cast.CAST}
    cards = {
        id: StaffCard(
            duty.kind,
            today - cast.YEAR,
            duty.last,
            hashed(cast.BY_ID[id].pin, found.list, sealed[id].tag),
            (duty.hours,),
            duty.disarms,
        )
        for id, duty in cast.duties(now.astimezone(ZONE)).items()
    }
    db = connect(centre)
    try:
        with writing(db):
            for id, agreement in cast.agreements(today).items():
                members.grant(db, sealed[id], agreement)
            members.suspend(db, sealed["lemet"].tag, today + dt.timedelta(days=30))
            for id, card in cards.items():
                staff_cards.add(db, sealed[id], card, {BRANCH})
    finally:
        db.close()


def _users(centre: Path) -> None:
    """The users of the staff page, each role with one at least, all with the first one's password.

    Its hash is copied: to hash it anew for each would be most of the time that a demonstration takes to start.
    """
    from helhet_door.centre.database import connect  # noqa: PLC0415
    from helhet_door.keep.database import writing  # noqa: PLC0415

    copy = (
        "INSERT INTO users (name, role, password, language) SELECT ?, ?, password, language FROM users WHERE name = ?"
    )
    db = connect(centre)
    try:
        with writing(db):
            db.executemany(copy, [(name, role, FIRST) for name, role in USERS.items() if name != FIRST])
            db.execute("UPDATE users SET must_change = 0")
    finally:
        db.close()


def key_of_reader(place: Place) -> Path:
    """The reader's own copy of its key, made where there is none yet: the reader starts before the box is made."""
    if not place.reader_key.exists():
        _private(place.reader_key, secrets.token_hex(16))
    return place.reader_key


def settle(place: Place, library: int, centre: int, device: Path, language: str) -> None:
    """Write the box's own file for the ports and the device of this start."""
    from helhet_door.demo.surroundings import WIRED  # noqa: PLC0415

    key = place.box / "keys" / "reader.key"
    if not key.exists():
        _private(key, place.reader_key.read_text("ascii"))
    inputs = "\n".join(f'{number} = "{meaning.value}"' for number, meaning in enumerate(WIRED))
    text = _BOX.format(
        branch=BRANCH, library=library, centre=centre, door=DOOR, device=device, language=language, inputs=inputs
    )
    place.box_file.write_text(text, encoding="utf-8")


def write_people(place: Place, now: dt.datetime) -> None:
    """What the library system knows: written anew at every start, for its dates are counted from today."""
    write(place.people, cast.people(now.astimezone(ZONE).date()))


def _private(path: Path, text: str) -> None:
    """A new file that only its owner may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
