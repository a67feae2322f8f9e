"""The guards against the traps of others, each with the text that makes it, and the test that misses it.

A trap is something that opened, leaked or stood still elsewhere. ``without`` is the source as somebody writes it who
does not know the trap; ``test`` must fail then.
"""

from __future__ import annotations

from typing import NamedTuple


class Guard(NamedTuple):
    """One guard: ``kept`` in ``file`` becomes ``without``, and ``test`` must see it."""

    trap: str
    file: str
    kept: str
    without: str
    test: str


DECIDE, DOOR, VISIT = "decide/decide.py", "decide/door.py", "decide/visit.py"
CORE, STORIES = "core/test_decide_core.py::", "core/test_door_examples.py::"
SIP2, LINE, SAFE = "sip2/test_sip2_traps.py::", "reader/test_reader_line.py::", "reader/test_reader_security.py::"

GUARDS = (
    Guard(
        "1: a PIN that is not said to be right is not right",
        DECIDE,
        "answer.pin_right is not True",
        "answer.pin_right is False",
        f"{CORE}test_trap_1_only_an_explicit_yes_to_both_opens",
    ),
    Guard(
        "1: a card that is not said to be known is not known",
        DECIDE,
        "answer.known is not True",
        "answer.known is False",
        f"{CORE}test_trap_1_only_an_explicit_yes_to_both_opens",
    ),
    Guard(
        "1: an empty PIN is decided here",
        DECIDE,
        '    return facts.pin == ""\n',
        "    return False\n",
        f"{CORE}test_trap_1_an_empty_pin_is_never_asked_about",
    ),
    Guard(
        "1: an empty PIN is never sent",
        "sip2/line.py",
        "if not (legal_card(card) and legal_pin(pin)):",
        "if not legal_card(card):",
        f"{SIP2}test_trap_1_and_2_an_empty_or_illegal_pin_is_never_sent",
    ),
    Guard(
        "1: a field that is there and empty is no yes",
        "sip2/messages.py",
        'b"N": False, b"": None}',
        'b"N": False, b"": True}',
        f"{SIP2}test_trap_1_only_an_explicit_yes_twice_is_yes",
    ),
    Guard(
        "2: characters that end a field are in no card",
        "words/characters.py",
        "[A-Za-z0-9-]{{",
        "[A-Za-z0-9|-]{{",
        f"{SIP2}test_trap_2_an_illegal_card_is_never_sent",
    ),
    Guard(
        "2: nothing is asked about a card of other characters",
        DECIDE,
        '    return not legal_card(facts.card) or (facts.pin != "" and not legal_pin(facts.pin))',
        "    return False",
        f"{CORE}test_trap_2_illegal_characters_are_never_asked_about",
    ),
    Guard(
        "3: a card is locked after so many guesses",
        "decide/limits.py",
        "return at < card.locked_until",
        "return False",
        "core/test_limits_core.py::test_ten_thousand_guesses_at_one_card",
    ),
    Guard(
        "3: what was counted is taken up at the next start",
        "decide/limits.py",
        '(self._cards if kind == "card" else self._readers)[name] = moved',
        "pass",
        "core/test_limits_core.py::test_restarts_give_no_guess_for_free",
    ),
    Guard(
        "3: a guess is counted before it is asked",
        "service/judging.py",
        "return verdict if await self._count(command) else NOT_STORED",
        "return verdict",
        "service/test_guesses.py::test_a_guess_is_on_the_disk_before_it_is_asked",
    ),
    Guard(
        "4: libosdp that waits for 300 seconds is begun anew",
        "reader/link.py",
        "if self._offline or (not self.up and now - self._began > STUCK):",
        "if False:",
        f"{LINE}test_cut_and_mended",
    ),
    Guard(
        "5: what a reader kept while its line was cut is thrown away",
        "reader/reports.py",
        "        elif quiet:\n            return\n",
        "",
        f"{LINE}test_cut_and_mended",
    ),
    Guard(
        "5: a card that came with the line begins nothing",
        DOOR,
        "believed = door.secure and when - door.line_at >= LINE_QUIET",
        "believed = door.secure",
        f"{STORIES}test_trap_5_a_card_that_came_with_the_line_begins_nothing",
    ),
    Guard(
        "5: a PIN belongs to its own card",
        VISIT,
        "new = Visit(visit.number + 1, Stage.PIN, text, since=shown,",
        "new = Visit(visit.number + 1, Stage.PIN, text, visit.pin, since=shown,",
        f"{STORIES}test_trap_5_a_pin_that_belongs_to_an_earlier_card_never_opens",
    ),
    Guard(
        "5: nothing is decided within two seconds of a gap",
        DECIDE,
        "return not facts.line_quiet >= LINE_QUIET",
        "return facts.line_quiet < 0",
        f"{CORE}test_a_line_that_was_not_surely_whole_for_two_seconds_is_a_gap",
    ),
    Guard(
        "6: the secure channel is enforced",
        "reader/bus.py",
        "FLAGS = osdp_sys.FLAG_ENFORCE_SECURE | osdp_sys.FLAG_ENABLE_NOTIFICATION",
        "FLAGS = osdp_sys.FLAG_ENABLE_NOTIFICATION",
        f"{SAFE}test_a_reader_with_the_default_key_gets_nothing",
    ),
    Guard(
        "6: an answer without its code is none",
        "reader/wire.py",
        "if asked is not None and fits(asked, frame):",
        "if asked is not None and frame.address == asked.address:",
        f"{SAFE}test_forged_answers_within_a_secure_channel",
    ),
    Guard(
        "6: provisioning has an end",
        "reader/provision.py",
        "while (now := clock.monotonic()) < until:",
        "while (now := clock.monotonic()) < until + 60:",
        "reader/test_reader_provision.py::test_a_reader_with_a_key_keeps_it",
    ),
    Guard(
        "6: a key file is its owner's",
        "reader/keys.py",
        "        os.fchmod(descriptor, 0o600)\n",
        "        os.fchmod(descriptor, 0o644)\n",
        "reader/test_reader_parts.py::test_a_key_is_written_for_its_owner_only",
    ),
    Guard(
        "6: two readers never share a key",
        "reader/keys.py",
        "elif key in found.values():",
        "elif False:",
        "reader/test_reader_parts.py::test_every_fault_of_a_key_is_told_and_no_key_with_it",
    ),
    Guard(
        "7: the box hears nothing over MQTT",
        "service/scenes.py",
        "                    await self._send(client)\n",
        '                    await client.subscribe("helhet/#")\n                    await self._send(client)\n',
        "service/test_scenes.py::test_the_box_subscribes_to_nothing",
    ),
    Guard(
        "7: a scene that waited too long is dropped",
        "service/scenes.py",
        "if left <= 0:",
        "if False:",
        "service/test_scenes.py::test_a_scene_that_waited_too_long_for_the_broker_is_dropped",
    ),
    Guard(
        "7: a pulse that could not leave in time never does",
        "reader/link.py",
        "if pulse is not None and now - pulse.asked > PULSE_LATEST:",
        "if False:",
        "reader/test_reader_wire.py::test_a_pulse_that_waited_too_long_never_leaves",
    ),
    Guard(
        "8: a card is read from its bits, and no reader's letters are waited for",
        "reader/reports.py",
        'written = cards.text(self._reader.card_format, event["data"], event.get("length", 0))',
        'written = event["data"].decode() if event["format"] == osdp_sys.CARD_FMT_ASCII else ""',
        f"{LINE}test_letters_instead_of_bits_are_a_visible_fault",
    ),
    Guard(
        "9: a log-in that nobody answers has an end",
        "sip2/connection.py",
        "async with asyncio.timeout(library.login_seconds):",
        "async with asyncio.timeout(None):",
        f"{SIP2}test_trap_9_a_taken_worker_times_out_at_the_login_and_is_found_when_it_is_free",
    ),
)
