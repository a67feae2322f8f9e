"""Figures that several chapters share: the fan, plans side by side, the first year of a shortage, districts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from helhet.show import charts, maps
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import ALERT, MAIN, figure
from helhet.show.parts import fan_table, plan_name, plans_table
from helhet.show.reading import Reading, Shortage, fan
from helhet.show.voice import Voice
from helhet.words.arrays import Floats

SMALL_NUMBER = 5
"""District figures below this are shown as <5."""

TOP_DISTRICTS = 12


def fan_figure(
    read: Reading,
    voice: Voice,
    identity: str,
    values: Floats,
    message: str,
    limit: tuple[float, str] | None = None,
    zero: bool = True,
    digits: int = 2,
) -> Figure:
    """The fan of ``values``, shape (futures, years), with its key in the note and its numbers in the table."""
    drawn = fan(values, read.futures)
    top = int(drawn.median.argmax())
    highest = voice.rough(drawn.median[top], digits)
    peak = voice.say("{number} (median {year})", number=highest, year=int(read.years[top]))
    times = read.years.astype(np.float64)
    key = (*fan_key(voice), ("single", voice.say("single futures")))
    if limit is not None:
        key = (*key, ("limit", limit[1]))
    note = voice.say(
        "The single futures are no. {numbers}, from low to high.", numbers=voice.both(str(n) for n in drawn.numbers)
    )
    return figure(
        identity,
        voice.language,
        message,
        lambda paper: charts.fan_chart(paper, times, drawn, peak, limit, zero),
        fan_table(voice, read.years.tolist(), drawn, digits),
        key,
        note,
    )


def fan_key(voice: Voice, hue: str = "") -> tuple[tuple[str, str], ...]:
    """The key to the marks of a fan; ``hue`` chooses the class of its colours."""
    return (
        (f"median{hue}", voice.say("median")),
        (f"half{hue}", voice.say("half of the futures")),
        (f"most{hue}", voice.say("90 of 100 futures")),
    )


def plans_figure(
    read: Reading,
    voice: Voice,
    identity: str,
    values: Mapping[str, Floats],
    message: str,
    limit: float | None = None,
    zero: bool = True,
    digits: int = 2,
) -> Figure:
    """The same futures under each plan, side by side; ``values`` by plan, each of shape (futures, years)."""
    fans = [(plan_name(read, voice, plan), fan(value, read.futures)) for plan, value in values.items()]
    note = voice.say("The same futures under every plan.")
    times = read.years.astype(np.float64)
    return figure(
        identity,
        voice.language,
        message,
        lambda paper: charts.plans_chart(paper, times, fans, limit, zero),
        plans_table(voice, read.years.tolist(), fans, digits),
        fan_key(voice),
        note,
    )


def first_figures(voice: Voice, identity: str, shortage: Shortage, message: str) -> list[Figure]:
    """In which year the shortage begins, in how many of a hundred futures; nothing when no future has one."""
    if not shortage.hit.any():
        return []
    years = [int(year) for year in shortage.years]
    futures = len(shortage.hit)
    counts = [int((shortage.first == year).sum()) for year in years]
    shares = [100 * count / futures for count in counts]
    labels = [voice.number(share) if share == 0 or round(share) else "<1" for share in shares]
    never = futures - sum(counts)
    note = voice.say(
        "Columns: the year it begins, in how many of 100 futures. It never does up to {last} in {odds}.",
        last=years[-1],
        odds=voice.odds(never, futures),
    )
    table = DataTable(
        (voice.say("Year"), voice.say("Begins in"), voice.say("Has begun in")),
        tuple(
            (str(year), voice.odds(count, futures), voice.odds(sum(counts[: i + 1]), futures))
            for i, (year, count) in enumerate(zip(years, counts, strict=True))
        ),
    )
    draw = partial(charts.first_chart, years=years, shares=shares, labels=labels)
    return [figure(identity, voice.language, message, draw, table, note=note)]


def small(voice: Voice, value: float, digits: int = 2) -> str:
    """A district figure: below five it is not told apart."""
    return f"<{SMALL_NUMBER}" if value < SMALL_NUMBER else voice.rough(value, digits)


def _range(voice: Voice, low: float, high: float, digits: int) -> str:
    if high < SMALL_NUMBER:
        return f"<{SMALL_NUMBER}"
    return f"{small(voice, low, digits)}–{small(voice, high, digits)}"


def district_figures(
    read: Reading,
    voice: Voice,
    identity: str,
    values: Floats,
    messages: tuple[str, str],
    hue: str = ALERT,
    digits: int = 2,
    caution: str = "",
) -> list[Figure]:
    """A map and a ranking of districts for ``values`` of shape (futures, districts), none negative.

    ``caution`` is said under the map.
    """
    names = [district.name for district in read.case.districts]
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    order = [int(i) for i in np.argsort(-middle, kind="stable")]
    table = DataTable(
        (voice.say("District"), voice.say("Median"), voice.say("90 of 100 futures")),
        tuple((names[i], small(voice, middle[i], digits), _range(voice, low[i], high[i], digits)) for i in order),
    )
    steps, _ = maps.classes(middle)
    note = voice.say("Median over futures.")
    if any(district.schematic for district in read.case.districts):
        note += " " + voice.say("The outlines are schematic: drawn around the places' points, not surveyed.")
    if caution:
        note += " " + caution
    titles = (voice.say("The whole municipality"), voice.say("Its dense middle, enlarged"))
    top = order[:TOP_DISTRICTS]
    shown = [maps.short(names[i]) for i in top]
    texts = [small(voice, middle[i], digits) for i in top]
    return [
        figure(
            f"{identity}-map",
            voice.language,
            messages[0],
            lambda paper: maps.map_chart(paper, read.case, middle, titles, hue),
            table,
            _shades(voice, steps, hue),
            note,
        ),
        figure(
            f"{identity}-rank",
            voice.language,
            messages[1],
            lambda paper: charts.span_chart(paper, shown, low[top], middle[top], high[top], texts, hue),
            table,
            note=voice.say("Dot and number: median. Line: 90 of 100 futures."),
        ),
    ]


def _shades(voice: Voice, steps: list[float], hue: str) -> list[tuple[str, str]]:
    """The key to the shades of a map: densities with the values they stand for."""
    if not steps:
        return []
    role = "main" if hue == MAIN else "alert"
    edges = [0.0, *steps]
    key = [
        (f"shade {role} s{i + 1}", f"{voice.plain(low)}–{voice.plain(edges[i + 1])}")
        for i, low in enumerate(edges[:-1])
    ]
    return [*key, (f"shade {role} s{len(edges)}", voice.say("over {number}", number=voice.plain(edges[-1])))]
