"""A panel in a process of its own: ``reader_panel_script.py DEVICE KEY_FILE SECONDS`` prints what it sees."""

from __future__ import annotations

import sys
import time

from helhet_door.reader.panel import Panel
from helhet_door.reader.settings import Reader
from helhet_door.words.clock import SystemClock
from helhet_door.words.events import Event
from helhet_door.words.faults import Faults


def seen(event: Event) -> None:
    print(type(event).__name__, getattr(event, "why", ""), getattr(event, "text", ""), flush=True)


reader = Reader(door="1", device=sys.argv[1], key_file=sys.argv[2], card_format="ascii")
panel = Panel([reader], seen, SystemClock())
try:
    panel.start()
except Faults as faults:
    print(faults)
    sys.exit(2)
time.sleep(float(sys.argv[3]))
panel.stop()
