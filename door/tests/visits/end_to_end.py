"""Visits over real protocols in processes of their own: in batches, each on a fresh stage at a moment of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from compare import Judge
from library_by_card import library_by_card
from player import Player, Seen
from scene import Scene, follows
from sharing import DOORS, batches
from stagehand import HOUSE, PATIENT, Stagehand
from staging.hub import until
from staging.stage import staged
from visit import Visit

from helhet_door.demo.library_control import Forget
from helhet_door.rules.model import Limits
from helhet_door.words.reasons import LETS_IN, Reason

MOMENTS = (
    dt.datetime(2026, 10, 20, 10, 0, tzinfo=dt.UTC),  # an ordinary Tuesday
    dt.datetime(2026, 3, 28, 23, 20, tzinfo=dt.UTC),  # the night in which an hour is left out, before it
    dt.datetime(2026, 3, 29, 1, 5, tzinfo=dt.UTC),  # and after it
    dt.datetime(2026, 10, 25, 0, 5, tzinfo=dt.UTC),  # the hour that comes twice, the first time
    dt.datetime(2026, 10, 25, 1, 5, tzinfo=dt.UTC),  # and the second
    dt.datetime(2028, 2, 29, 19, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 31, 21, 45, tzinfo=dt.UTC),
    dt.datetime(2027, 6, 21, 4, 30, tzinfo=dt.UTC),
)
LINE = 'message = "63"\nbirth_field = "PB"\nexpiry_field = "PA"\nlines = 16\n'
LINE += "retry_first_seconds = 0.05\nretry_seconds = 0.2\nspare_seconds = 0.2"
FORGOTTEN = 10.5
"""Seconds after which a card that was let in is no more the same card a moment ago."""
OTHER_PIN = "54321"
"""Nobody's: the PINs of visits have four digits, or seven and more."""
WRONG_PIN = "65432"
AGAIN = 2
"""How often a visit that came too slowly to be what was meant is tried again. One that disagrees never is."""
LATE = "not stored in time"
"""What the box tells of a row that came to the disk too late to open for: it stays, and says so."""
SPARE = 4
"""Guesses more than a reader allows, where it is to be limited: one that a falling line swallows is not counted."""


class Result(msgspec.Struct):
    """What was seen, and what of it was wrong."""

    seen: list[Seen] = []
    wrong: list[str] = []
    not_staged: list[str] = []
    scenes: int = 0
    before: int = 0  # visits that people had made before, so that theirs could be what it was meant to be
    unlocks: int = 0
    lets_in: int = 0
    again: int = 0  # visits that came too slowly to be what was meant, and were made again
    fell: int = 0  # of these, in how many a line fell by itself
    dropped: int = 0  # unlocks that could not be sent within a second, or whose line fell, and never came

    def add(self, other: Result) -> None:
        """Take another's in."""
        self.seen += other.seen
        self.wrong += other.wrong
        self.not_staged += other.not_staged
        self.scenes += other.scenes
        self.before += other.before
        self.unlocks += other.unlocks
        self.lets_in += other.lets_in
        self.again += other.again
        self.fell += other.fell
        self.dropped += other.dropped

    def reasons(self, judge: Judge) -> Counter[Reason]:
        """How often each reason was right."""
        return Counter(judge.expected(seen.visit).reason for seen in self.seen)


async def play(
    visits: Iterable[Visit],
    size: int = 800,
    at_once: int = 4,
    reader_wrong: int = 20,
    told: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Play all of them: ``size`` or so on one stage, so many stages at once; ``told`` hears of each as it ends."""
    shares = batches(list(visits), size)
    turn, whole = asyncio.Semaphore(at_once), Result()

    async def one(number: int, share: dict[Scene, list[Visit]]) -> None:
        batch = Batch(Judge(), MOMENTS[number % len(MOMENTS)], reader_wrong)
        async with turn:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    await batch.play(Path(folder), share)
                except Exception as error:  # what the other stages see is still worth knowing
                    trace = traceback.extract_tb(error.__traceback__)
                    where = " ".join(f"{Path(each.filename).name}:{each.lineno}" for each in trace[-5:])
                    batch.result.not_staged.append(f"stage {number}: {type(error).__name__} {error} at {where}")
        told(batch.result)
        whole.add(batch.result)

    await asyncio.gather(*(one(number, share) for number, share in enumerate(shares)))
    return whole


class Batch:
    """One stage, and everything that is played on it."""

    def __init__(self, judge: Judge, moment: dt.datetime, reader_wrong: int) -> None:
        self._judge = judge
        self._moment = moment
        self._reader_wrong = reader_wrong
        self.result = Result()
        self._let_in_at = 0.0
        self._limited = False
        self._last: Scene | None = None

    async def play(self, folder: Path, share: dict[Scene, list[Visit]]) -> None:
        """Play its scenes in order; what is seen is in ``result``."""
        library = ("--empty-pin-passes",)
        stage_of = staged(
            folder, (), DOORS + 1, start=False, line=LINE, library=library, library_system=library_by_card
        )
        async with stage_of as stage:
            stage.set_time(self._moment)
            await stage.start()
            await stage.secure(20)
            visits = [visit for theirs in share.values() for visit in theirs]
            self._stage, self._hand = stage, Stagehand(stage, visits)
            self._player = Player(stage, range(HOUSE + 1, DOORS + HOUSE + 1), self._hand.secure)
            await self._before(visits)
            for scene, theirs in share.items():
                await self._scene(scene, theirs)
            await self._hand.plain()
            await self._account()

    # What people did before

    async def _before(self, visits: Sequence[Visit]) -> None:
        """Let in whom the door shall remember, and guess PINs of the cards that shall be locked."""
        remembered = [visit for visit in visits if visit.world.recent]
        guessed = [visit for visit in visits if visit.world.card_limited]
        await self._hand.plain()

        async def let_in(door: int, visit: Visit) -> None:
            self._must(await self._player.let_in(door, visit.card, visit.pin), Reason.MEMBER)

        async def guess(door: int, visit: Visit) -> None:
            reason, number = None, 0
            while reason is not Reason.CARD_LIMIT:
                assert number <= PATIENT.card_wrong, "the card was not limited"
                reason = await self._player.guess(door, visit.card, WRONG_PIN)
                number += reason is Reason.UNKNOWN_CARD
                self.result.before += 1

        await self._player.share(remembered, let_in)
        self._let_in_at = time.monotonic()
        await self._stage.library.order(Forget(tuple(visit.card for visit in guessed)))
        await self._player.share(guessed, guess)

    def _must(self, reason: Reason | None, wanted: Reason) -> None:
        self.result.before += 1
        assert reason is wanted, f"before the visits: {reason} and not {wanted}"

    async def _limit_readers(self) -> None:
        """Guess at every reader until it is limited."""
        self._limited = True
        self._hand.limits = Limits(PATIENT.card_wrong, PATIENT.card_minutes, self._reader_wrong, 10)
        await self._hand.plain()

        async def guess(door: int, _: int) -> None:
            for number in range(self._reader_wrong + SPARE):
                self.result.before += 1
                if await self._player.guess(door, f"G{door}-{number}", WRONG_PIN) is Reason.READER_LIMIT:
                    return
            raise AssertionError("the reader was not limited")

        await self._player.share(self._player.doors, guess)

    # Scenes

    async def _scene(self, scene: Scene, visits: list[Visit]) -> None:
        if scene.reader_limited and not self._limited:
            await self._limit_readers()
        if any(visit.world.recent for visit in visits):
            await asyncio.sleep(max(0.0, self._let_in_at + FORGOTTEN - time.monotonic()))
        step = DOORS if scene.just_let_in or scene.disarms else len(visits)
        for start in range(0, len(visits), step):
            left = await self._take(scene, visits[start : start + step])
            for _ in range(AGAIN):
                if left:
                    await asyncio.sleep(FORGOTTEN)
                    left = await self._take(scene, [seen.visit for seen in left])
            self.result.not_staged += [f"visit {seen.visit.number}: {self._judge.staged(seen)}" for seen in left]

    async def _take(self, scene: Scene, visits: list[Visit]) -> list[Seen]:
        """Bring the scene about, play visits in it, and judge them; those that did not come as they were meant to."""
        hand, library = self._hand, self._stage.library
        self.result.scenes += 1
        if follows(scene, self._last):
            await hand.go_on(scene, visits)
        else:
            await self._from_plain(scene, visits)
        self._last = scene
        seen: list[Seen] = []

        async def come(door: int, visit: Visit) -> None:
            seen.append(await self._player.come(door, visit))

        if scene.just_let_in:
            await asyncio.gather(*(come(door, visit) for door, visit in self._at(visits).items()))
        else:
            await self._player.share(visits, come)
        if not scene.disarms and not hand.still(scene):
            self.result.not_staged.append(f"the scene changed: {scene.branch}")
        tries = (await library.counts()).tries
        for each in seen:
            each.asked = tries.get(each.visit.card, 0) - scene.just_let_in
        hand.give_the_pen_back()
        return self._judge_all(seen)

    def _at(self, visits: list[Visit]) -> dict[int, Visit]:
        """Where each of them comes, who came there before."""
        return dict(zip(self._player.doors, visits, strict=False))

    async def _from_plain(self, scene: Scene, visits: list[Visit]) -> None:
        hand = self._hand
        members = [hand.tag(visit.card) for visit in visits if scene.just_let_in and not visit.world.recent]
        await hand.plain(members)
        await hand.prepare(scene)
        if scene.just_let_in:
            await self._just_let_in(self._at(visits))
        await hand.tell_the_library(visits)
        await hand.begin(scene, visits)

    async def _just_let_in(self, at: dict[int, Visit]) -> None:
        async def let_in(door: int, visit: Visit) -> None:
            pin = visit.pin if visit.world.recent else OTHER_PIN
            self._must(await self._player.let_in(door, visit.card, pin), Reason.MEMBER)

        await asyncio.gather(*(let_in(door, visit) for door, visit in at.items()))
        await self._stage.library.order(Forget(tuple(visit.card for visit in at.values())))

    def _judge_all(self, seen: list[Seen]) -> list[Seen]:
        """Note what was seen of those who came as they were meant to; the others are returned."""
        keys = {day: bytes.fromhex(key) for day, key in self._stage.hub.day_keys.items()}
        left = [each for each in seen if self._judge.staged(each)]
        self.result.again += len(left)
        self.result.fell += sum(each.fell for each in left)
        for each in seen:
            each.keys = keys
            if each in left:
                continue
            self.result.seen.append(each)
            for wrong in self._judge.wrong(each):
                self.result.wrong.append(f"visit {each.visit.number} at door {each.door}: {wrong}")
        return left

    # At the end

    async def _account(self) -> None:
        """Unlocks against rows, the box's rows against the centre's, and whether the contact was believed."""
        stage, hub = self._stage, self._stage.hub
        await until(lambda: stage.rows("SELECT count(*) FROM outbox") == [(0,)], 20)
        await asyncio.sleep(1.0)
        unlocks = 0
        for door in self._player.doors:
            unlocks += sum(change.on for change in await stage.readers.changes(door) if change.output == 0)
        here = dict(stage.rows("SELECT id, reason FROM passages"))
        lets_in = sum(reason in LETS_IN for reason in here.values())
        self.result.unlocks += unlocks
        self.result.lets_in += lets_in
        # Where the pen is given back while a yes waits for it, the row is stored too late to open, and the box says so.
        late = stage.rows("SELECT count(*) FROM happenings WHERE kind = 'store' AND detail = ?", LATE)[0][0]
        without = lets_in - self._player.dropped - unlocks
        if not 0 <= without <= late or unlocks > lets_in:
            odd = "; ".join(self._player.odd)
            self.result.wrong.append(f"{unlocks} unlocks, {lets_in} rows that let in, {late} of all too late: {odd}")
        self.result.dropped += self._player.dropped + without
        if here != {row.id: row.reason for row in hub.passages.values()}:
            self.result.wrong.append("the centre has not the box's rows")
        opened = dict(stage.rows("SELECT passage, opened FROM opened"))
        for seen in self.result.seen:
            for row in seen.rows:
                if row.reason in LETS_IN and bool(opened.get(row.id)) is not seen.leaf:
                    self.result.wrong.append(f"visit {seen.visit.number}: opened is {opened.get(row.id)}")
