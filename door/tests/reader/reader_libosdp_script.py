"""libosdp's own device behind a pseudo-terminal, to hear a panel of ours: ``... LINK KEY_FILE CARD_FORMAT``.

It shows a card after 2.5 seconds, again and again, and prints what it is told to do.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import osdp

from helhet_door.demo.pty import Line

line = Line(Path(sys.argv[1]))


class OnTheLine(osdp.Channel):
    def read(self, max_bytes: int) -> bytes:
        return line.read()[:max_bytes]

    def write(self, buf: bytes) -> int:
        line.write(buf)
        return len(buf)

    def flush(self) -> None:
        pass


capabilities = [(osdp.Capability.OutputControl, 1, 1), (osdp.Capability.LEDControl, 1, 1)]
key = bytes.fromhex(Path(sys.argv[2]).read_text())
info = osdp.PDInfo(0, OnTheLine(), scbk=key, flags=[osdp.LibFlag.EnforceSecure])
device = osdp.PeripheralDevice(info, osdp.PDCapabilities(capabilities), log_level=osdp.LogLevel.Emergency)
device.start()
print("ready", flush=True)
device.sc_wait(10)
time.sleep(2.5)
card_format = {"ascii": osdp.CardFormat.ASCII, "raw": osdp.CardFormat.Unspecified}[sys.argv[3]]
device.submit_event(
    {
        "event": osdp.Event.CardRead,
        "reader_no": 0,
        "direction": 0,
        "format": card_format,
        "length": 4 if card_format == osdp.CardFormat.ASCII else 32,
        "data": b"4711",
    }
)
while True:
    command = device.get_command(timeout=60)
    if command is not None:
        print(command, flush=True)
