"""A box's own file, box.toml: its branch, its readers, the library system, the centre. All its faults are told at once.

Paths in it are taken from the folder that it lies in.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from helhet_door.reader.settings import Reader
from helhet_door.reader.settings import faults as reader_faults
from helhet_door.service.centre_line import Centre
from helhet_door.service.scenes import Broker
from helhet_door.service.timekeeping import Source
from helhet_door.sip2.library import Library
from helhet_door.words.faults import Fault, Faults

T = TypeVar("T", bound=msgspec.Struct)
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class Keys(msgspec.Struct, frozen=True):
    """Files of 32 bytes in hexadecimal, mode 0600."""

    list_file: str = "keys/list.key"  # the centre's: under which cards stand in the rules
    limit_file: str = "keys/limit.key"  # the box's own: under which wrong guesses are counted


class Box(msgspec.Struct, frozen=True):
    """One box."""

    branch: str
    library: Library
    centre: Centre
    doors: tuple[Reader, ...]
    folder: str = "state"  # where rows and rules are kept
    time_source: Source = Source.KERNEL
    keys: Keys = Keys()
    scenes: Broker | None = None


def read_box(path: Path) -> Box:
    """The box that ``path`` describes, with absolute paths. Raises :class:`Faults` with everything that is wrong."""
    faults: list[Fault] = []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Faults(
            [Fault(str(path), "the file", type(error).__name__, "cannot be read", "Check its name.")]
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise Faults([Fault(str(path), "the file", str(error), "is no TOML", "Correct that line.")]) from None
    box = _struct(data, Box, str(path), "", faults)
    if box is not None:
        faults.extend(_deeper(box, str(path)))
    if faults or box is None:
        raise Faults(faults)
    return _absolute(box, path.resolve().parent)


def _struct(data: object, kind: type[T], file: str, where: str, faults: list[Fault]) -> T | None:
    """``data`` as a ``kind``, field by field, so that every fault is told and not only the first."""
    if not isinstance(data, dict):
        faults.append(Fault(file, where or "the file", repr(data), "is no table", f"Write [{where}]."))
        return None
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    hints = get_type_hints(kind)
    before = len(faults)
    for name in data.keys() - fields.keys():
        near = difflib.get_close_matches(name, fields, 1)
        cure = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(fields)}."
        faults.append(Fault(file, _at(where, name), str(name), "is not known", cure))
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            found[name] = _value(data[name], hints[name], file, _at(where, name), faults)
        elif field.required:
            faults.append(Fault(file, _at(where, name), "", "is missing", f"Write {name} = …"))
    return kind(**found) if len(faults) == before else None


def _value(data: object, hint: Any, file: str, where: str, faults: list[Fault]) -> Any:
    if hint == tuple[Reader, ...] and isinstance(data, list):
        return tuple(_struct(each, Reader, file, f"{where}[{number}]", faults) for number, each in enumerate(data))
    kinds = [kind for kind in getattr(hint, "__args__", (hint,)) if isinstance(kind, type)]
    kind = next((kind for kind in kinds if issubclass(kind, msgspec.Struct)), None)
    if kind is not None:
        return _struct(data, kind, file, where, faults)
    try:
        return msgspec.convert(data, hint, str_keys=True)
    except msgspec.ValidationError as error:
        faults.append(Fault(file, where, str(data), "does not fit", f"{error}."))
        return None


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _deeper(box: Box, file: str) -> list[Fault]:
    """What only shows when the values are seen together."""
    faults = list(reader_faults(box.doors, file))
    if not box.doors:
        faults.append(Fault(file, "doors", "", "is empty", "Write one [[doors]] for each reader."))
    if not box.centre.url.startswith(("https://", *LOOPBACK)):
        faults.append(Fault(file, "centre.url", box.centre.url, "is not https", "Only loopback may do without."))
    if not 0.2 <= box.centre.every_seconds <= 60:
        faults.append(Fault(file, "centre.every_seconds", str(box.centre.every_seconds), "is no pace", "0.2 to 60."))
    return faults


def _absolute(box: Box, folder: Path) -> Box:
    def at(name: str) -> str:
        return str(folder / name) if name else ""

    replace = msgspec.structs.replace
    return replace(
        box,
        folder=at(box.folder),
        keys=Keys(at(box.keys.list_file), at(box.keys.limit_file)),
        doors=tuple(replace(door, key_file=at(door.key_file), device=at(door.device)) for door in box.doors),
        library=replace(
            box.library,
            password_file=at(box.library.password_file),
            terminal_password_file=at(box.library.terminal_password_file),
            tls_authority=at(box.library.tls_authority),
        ),
        centre=replace(
            box.centre,
            token_file=at(box.centre.token_file),
            public_key_file=at(box.centre.public_key_file),
            authority_file=at(box.centre.authority_file),
        ),
        scenes=None if box.scenes is None else replace(box.scenes, password_file=at(box.scenes.password_file)),
    )
