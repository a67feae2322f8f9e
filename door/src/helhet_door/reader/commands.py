"""OSDP commands as libosdp takes them (OSDP 2.2, chapter 6)."""

from __future__ import annotations

import osdp_sys

from helhet_door.reader.outbox import Command

LONGEST_PULSE = 25.5  # seconds: libosdp keeps eight bits of tenths
LONGEST_TEXT = 32  # bytes
COLOURS = {
    "off": osdp_sys.LED_COLOR_NONE,
    "red": osdp_sys.LED_COLOR_RED,
    "green": osdp_sys.LED_COLOR_GREEN,
    "amber": osdp_sys.LED_COLOR_AMBER,
    "blue": osdp_sys.LED_COLOR_BLUE,
    "white": osdp_sys.LED_COLOR_WHITE,
}


def timed_on(output: int, seconds: float) -> Command:
    """The relay on for ``seconds``, then back to its lasting state by the reader itself."""
    return _output(output, 5, max(1, round(seconds * 10)))


def locked(output: int) -> Command:
    """The relay off, and a timed state that runs is ended."""
    return _output(output, 1, 0)


def level(output: int, on: bool) -> Command:
    """The relay on or off, lastingly."""
    return _output(output, 2 if on else 1, 0)


def led(colour: str, blinks: bool) -> Command:
    """The reader's lamp, lastingly."""
    return {
        "command": osdp_sys.CMD_LED,
        "reader": 0,
        "led_number": 0,
        "temporary": False,
        "control_code": 1,
        "on_count": 5,
        "off_count": 5 if blinks else 0,
        "on_color": COLOURS[colour],
        "off_color": COLOURS["off"] if blinks else COLOURS[colour],
    }


def buzzer(on: int, off: int, times: int) -> Command:
    """Sounds of ``on`` tenths of a second with ``off`` between."""
    return {
        "command": osdp_sys.CMD_BUZZER,
        "reader": 0,
        "control_code": 2,
        "on_count": on,
        "off_count": off,
        "rep_count": times,
    }


def text(written: str) -> Command:
    """One line on the reader's display, lastingly."""
    return {
        "command": osdp_sys.CMD_TEXT,
        "reader": 0,
        "control_code": 1,
        "temp_time": 0,
        "offset_row": 1,
        "offset_col": 1,
        "data": written,
    }


def status(kind: int) -> Command:
    """Ask for a report: of inputs, or of tampering and power."""
    return {"command": osdp_sys.CMD_STATUS, "type": kind, "report": b""}


def _output(number: int, code: int, tenths: int) -> Command:
    return {"command": osdp_sys.CMD_OUTPUT, "output_no": number, "control_code": code, "timer_count": tenths}
