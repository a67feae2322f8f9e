"""What a log is told while something takes its time: now and then how far it has come, and at the end all of it."""

from __future__ import annotations

import pytest

from helhet.doors import progress


def test_a_log_hears_of_both_counts_and_of_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr("helhet.doors.progress.time.monotonic", lambda: now[0])
    with progress.searching("en") as (solved, lived):
        solved(1)
        now[0] += progress.EVERY + 1
        lived(200)
        lived(400)
        now[0] += 4
        solved(2)
    heard = capsys.readouterr().err.splitlines()
    assert heard == ["1 programs solved, 200 futures lived, 11 s", "2 programs solved, 400 futures lived, 15 s"]


def test_what_is_soon_over_is_not_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.counting("sv") as lived:
        lived(3)
    assert capsys.readouterr().err == ""
