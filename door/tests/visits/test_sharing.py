"""How visits are shared among stages: each is played once, and with others that can be played in the same scene."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from compare import Judge
from generate import NEVER_STAGED, visits
from scene import follows, scene, scenes
from sharing import DOORS, SLOW, batches, few
from visit import Visit

from helhet_door.words.reasons import Reason

COUNT = 2_000
JUDGE = Judge()


@pytest.fixture(scope="module")
def real() -> list[Visit]:
    return list(visits(COUNT, 5, real=True))


def test_every_visit_is_played_once(real: list[Visit]) -> None:
    played = Counter(visit.number for share in batches(real, 300) for theirs in share.values() for visit in theirs)
    assert played == Counter(range(COUNT))


def test_visits_are_played_in_their_own_scene_and_limited_readers_come_last(real: list[Visit]) -> None:
    for share in batches(real, 300):
        assert all(scene(visit) == each for each, theirs in share.items() for visit in theirs)
        limited = [each.reader_limited for each in share]
        assert limited == sorted(limited)


def test_no_two_visits_have_a_card_in_common_that_can_be_read(real: list[Visit]) -> None:
    cards = Counter(visit.card for visit in real if visit.conditions["characters"] != "illegal_card")
    assert max(cards.values()) == 1


def test_a_scene_follows_another_only_where_rules_alone_differ(real: list[Visit]) -> None:
    known = list(scenes(real))
    following = [(one, two) for one, two in pairwise(known) if follows(two, one)]
    assert following
    for one, two in following:
        assert (one.branch, one.panel, one.inside, one.stored) == (two.branch, two.panel, two.inside, True)
        assert two.clock_trusted
        assert not two.just_let_in
        assert not one.disarms


def test_few_have_every_reason_and_no_scene_that_takes_long(real: list[Visit]) -> None:
    chosen = few(real, 150, JUDGE)
    assert len({visit.number for visit in chosen}) == 150
    assert {JUDGE.expected(visit).reason for visit in chosen} == set(Reason) - NEVER_STAGED
    assert not {scene(visit).branch for visit in chosen} & SLOW
    assert len(scenes(chosen)) < 3 * DOORS
