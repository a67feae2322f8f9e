"""A box's own file: read whole, and all its faults told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from helhet_door.command import offered
from helhet_door.service.config import Box, read_box
from helhet_door.service.new import new_box, read_key, write_key
from helhet_door.service.timekeeping import Source
from helhet_door.words.events import Meaning, Output
from helhet_door.words.faults import Faults


def broken(folder: Path, old: str, new: str) -> Path:
    box = new_box(folder / "box", "ursviken") / "box.toml"
    text = box.read_text()
    assert old in text
    box.write_text(text.replace(old, new))
    return box


def test_the_file_to_start_from_is_read(tmp_path) -> None:
    box: Box = read_box(new_box(tmp_path / "box", "ursviken") / "box.toml")
    assert box.branch == "ursviken"
    assert box.time_source is Source.KERNEL
    assert box.doors[0].inputs == {0: Meaning.CONTACT, 1: Meaning.EXIT_BUTTON}
    assert box.doors[0].outputs == {Output.LOCK: 0}
    assert Path(box.folder) == tmp_path / "box" / "state"
    assert box.library.password_file == str(tmp_path / "box" / "keys" / "sip2.password")
    assert box.doors[0].device == "/dev/ttyS0"


@pytest.mark.parametrize(
    ("old", "new", "where", "wrong"),
    [
        ('branch = "ursviken"', "", "branch", "is missing"),
        ('folder = "state" ', 'fodler = "state" ', "fodler", "is not known"),
        ('"kernel"     #', '"sundial"     #', "time_source", "does not fit"),
        ("port = 6001", 'port = "6001"', "library.port", "does not fit"),
        ('host = "sip.example.org"', "", "library.host", "is missing"),
        ("https://door", "http://door", "centre.url", "is not https"),
        ("baud = 9600", "baud = 9601", "main.baud", "is no OSDP speed"),
        ('0 = "contact"', '0 = "kontakt"', "doors[0].inputs", "does not fit"),
        ("lock = 0", "# lock = 0", "outputs", "has no lock"),
        ("[library]", "[library", "the file", "is no TOML"),
        ("[[doors]]", "[[windows]]", "windows", "is not known"),
    ],
)
def test_a_fault_names_its_place_its_value_and_its_cure(tmp_path, old, new, where, wrong) -> None:
    with pytest.raises(Faults) as faults:
        read_box(broken(tmp_path, old, new))
    found = [fault for fault in faults.value.faults if where in fault.where and wrong in fault.wrong]
    assert found, str(faults.value)
    assert found[0].cure


def test_all_faults_are_told_at_once(tmp_path) -> None:
    box = broken(tmp_path, "port = 6001", 'port = "x"\nprot = 1')
    box.write_text(box.read_text().replace("baud = 9600", 'baud = "fast"').replace('"kernel"', '"moon"'))
    with pytest.raises(Faults) as faults:
        read_box(box)
    assert len(faults.value.faults) == 4


def test_bad_input_leaves_with_code_2_and_no_traceback(tmp_path, capsys) -> None:
    box = broken(tmp_path, "port = 6001", 'port = "x"')
    assert offered(["run", str(box)]) == 2
    said = capsys.readouterr()
    assert "library.port" in said.err
    assert "Traceback" not in said.err
    assert offered(["run", str(tmp_path / "nosuch.toml")]) == 2
    assert offered(["nosuch"]) == 2


def test_a_new_box_is_never_written_over_an_old_one(tmp_path) -> None:
    new_box(tmp_path / "box", "ursviken")
    with pytest.raises(Faults):
        new_box(tmp_path / "box", "ursviken")


def test_keys_are_the_owners_alone(tmp_path) -> None:
    write_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert len(read_key(tmp_path / "key")) == 32
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(Faults) as faults:
        read_key(tmp_path / "key")
    assert (tmp_path / "key").read_text().strip() not in str(faults.value)


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 32, "30" * 33])
def test_what_is_no_key_is_not_taken(tmp_path, text) -> None:
    (tmp_path / "key").touch(mode=0o600)
    (tmp_path / "key").write_text(text)
    with pytest.raises(Faults):
        read_key(tmp_path / "key")
