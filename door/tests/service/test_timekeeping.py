"""The clock on the wall is believed when there is a reason to."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest

from helhet_door.service.timekeeping import HOLDOVER, SETTLE, Source, Timekeeper, kernel_synchronised


class Kernel:
    def __init__(self, synchronised: bool) -> None:
        self.synchronised = synchronised

    def __call__(self) -> bool:
        return self.synchronised


def keeper(clock, source=Source.KERNEL, synchronised=True, not_before=None):
    kernel = Kernel(synchronised)
    return Timekeeper(clock, source, not_before, kernel), kernel


def test_a_kept_clock_is_believed(hand_clock) -> None:
    times, _ = keeper(hand_clock)
    assert (times.trusted, times.why) == (True, "synchronised")


def test_a_clock_that_nobody_ever_kept_is_not(hand_clock) -> None:
    times, kernel = keeper(hand_clock, synchronised=False)
    assert (times.trusted, times.why) == (False, "never_synchronised")
    kernel.synchronised = True
    hand_clock.go(1)
    assert times.look()
    assert times.trusted


@pytest.mark.parametrize("seconds", [-86400, -3600, -3, 3, 3600, 86400])
def test_a_jump_ends_trust_until_a_time_server_has_it_again(hand_clock, seconds) -> None:
    times, _ = keeper(hand_clock)
    hand_clock.jump(seconds)
    assert times.look()
    assert (times.trusted, times.why) == (False, "jumped")
    assert times.jumps == pytest.approx(seconds)
    hand_clock.go(SETTLE + 0.1)
    times.look()
    assert times.trusted


def test_slow_drift_is_no_jump(hand_clock) -> None:
    times, _ = keeper(hand_clock)
    for _ in range(1000):
        hand_clock.go(1)
        hand_clock.jump(0.01)
        assert not times.look()
    assert times.trusted
    assert times.jumps == 0


def test_the_time_server_may_be_away_for_three_days(hand_clock) -> None:
    times, kernel = keeper(hand_clock)
    kernel.synchronised = False
    hand_clock.go(HOLDOVER - 1)
    times.look()
    assert (times.trusted, times.why) == (True, "holdover")
    hand_clock.go(2)
    times.look()
    assert not times.trusted


def test_a_jump_while_the_time_server_is_away_is_not_forgiven(hand_clock) -> None:
    times, kernel = keeper(hand_clock)
    kernel.synchronised = False
    hand_clock.jump(7200)
    times.look()
    hand_clock.go(3600)
    times.look()
    assert (times.trusted, times.why) == (False, "jumped")


def test_without_a_time_server_a_steady_clock_is_believed_and_one_that_jumped_is_not(hand_clock) -> None:
    times, _ = keeper(hand_clock, Source.NONE, synchronised=False)
    assert (times.trusted, times.why) == (True, "no_source")
    hand_clock.jump(-10)
    times.look()
    hand_clock.go(86400)
    times.look()
    assert not times.trusted


def test_without_a_time_server_a_clock_before_the_known_time_is_not_believed(hand_clock) -> None:
    known = hand_clock.now() + dt.timedelta(hours=1)
    times, _ = keeper(hand_clock, Source.NONE, not_before=known)
    assert (times.trusted, times.why) == (False, "before_known_time")


def test_a_time_server_is_believed_before_what_the_box_thought_to_know(hand_clock) -> None:
    times, _ = keeper(hand_clock, not_before=hand_clock.now() + dt.timedelta(days=400))
    assert times.trusted


@pytest.mark.skipif(shutil.which("cc") is None, reason="asks a C compiler what the structure is")
def test_the_kernel_says_the_same_as_the_c_library(tmp_path) -> None:
    """An independent reading of the same status, with the compiler's own idea of the structure."""
    source = tmp_path / "ask.c"
    source.write_text(
        "#include <stdio.h>\n#include <string.h>\n#include <sys/timex.h>\n"
        "int main(void){struct timex t; memset(&t,0,sizeof t);"
        'int r=adjtimex(&t); printf("%d\\n", r>=0 && !(t.status & STA_UNSYNC)); return 0;}\n'
    )
    subprocess.run(["cc", "-o", tmp_path / "ask", source], check=True)
    said = subprocess.run([tmp_path / "ask"], check=True, capture_output=True, text=True).stdout.strip()
    assert kernel_synchronised() == (said == "1")
