"""The unrelated panel ``osdp`` 1.6 (pure Python), run by a Python of its own: ``... DEVICE MASTER_KEY``.

It comes into the secure channel, sets lamp and relay, asks for inputs, and prints cards and keys as they come.
"""

from __future__ import annotations

import os
import sys
import time

import osdp


class Panel(osdp.ControlPanel):
    def on_raw_card_data_reply_received(self, address, raw_card_data):
        print("card", raw_card_data.bit_count, raw_card_data.data.decode(), flush=True)

    def on_keypad_data_reply_received(self, address, keypad_data):
        print("key", keypad_data.data.hex(), flush=True)


panel = Panel(master_key=bytes.fromhex(sys.argv[2]))
line = panel.start_connection(osdp.SerialPortOsdpConnection(port=sys.argv[1], baud_rate=9600))
panel.add_device(connection_id=line, address=0, use_crc=True, use_secure_channel=True)
device = panel._buses[line]._configured_devices[0]
until = time.monotonic() + 8
while not device.is_security_established and time.monotonic() < until:
    time.sleep(0.05)
print("secure", device.is_security_established, device.is_scbkd, flush=True)
print("id", panel.id_report(line, 0).vendor_code.hex(), flush=True)
nothing = osdp.TemporaryReaderControlCode.Nop
black, red = osdp.LedColor.Black, osdp.LedColor.Red
lamp = osdp.ReaderLedControl(
    0, 0, nothing, 0, 0, black, black, 0, osdp.PermanentReaderControlCode.SetPermanentState, 5, 0, red, red
)
print("led", panel.reader_led_control(line, 0, osdp.ReaderLedControls([lamp])), flush=True)
timed = osdp.OutputControlCode.TemporaryStateOnResumePermanentState
print("out", panel.output_control(line, 0, osdp.OutputControls([osdp.OutputControl(0, timed, 5)])), flush=True)
print("inputs", *[int(on) for on in panel.input_status(line, 0).statuses], flush=True)
print("local", panel.local_status(line, 0).tamper, flush=True)
time.sleep(float(sys.argv[3]))
os._exit(0)
