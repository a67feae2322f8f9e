"""The charts of time: a fan over futures, plans side by side, months of beds, years in which a shortage begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from helhet.show.ink import ALERT, CALM, INK, MAIN, PAPER, SIZE, Drawing, Paper, apart
from helhet.show.reading import Fan
from helhet.words.arrays import Floats

OUTER, INNER, LINE = 0.16, 0.3, 0.55
"""How dense the 90 percent band, the 50 percent band and the single futures are drawn."""


def _ticks(times: Sequence[float] | Floats, narrow: bool) -> list[float]:
    first, last = float(times[0]), float(times[-1])
    span = last - first
    every = next(step for step in (1, 2, 5, 10, 20) if span / step <= (5 if narrow else 9))
    start = first - first % every + (every if first % every else 0)
    return [tick for tick in np.arange(start, last + 0.01, every).tolist() if tick <= last + 1e-6]


def _time(times: Sequence[float] | Floats, narrow: bool, room: float = 0.0) -> alt.X:
    first, last = float(times[0]), float(times[-1])
    return alt.X(
        "t:Q",
        scale=alt.Scale(domain=[first, last + room * (last - first)], nice=False),
        axis=alt.Axis(values=_ticks(times, narrow), format="d", title=None, domain=False),
    )


def _layers(
    paper: Paper, times: Floats, drawn: Fan, x: alt.X, y: alt.Y, singles: bool, hue: str = MAIN
) -> list[alt.Chart]:
    table = paper.rows(t=times, m=drawn.median, a=drawn.low50, b=drawn.high50, c=drawn.low90, d=drawn.high90)
    base = alt.Chart(table).encode(x=x)
    layers = [
        base.mark_area(color=hue, opacity=OUTER).encode(y=y, y2=alt.Y2("d")),
        base.mark_area(color=hue, opacity=INNER).encode(y=alt.Y("a:Q"), y2=alt.Y2("b")),
    ]
    if singles:
        table = paper.rows(
            t=np.tile(times, len(drawn.singles)),
            v=drawn.singles.ravel(),
            k=np.repeat([f"f{number}" for number in drawn.numbers], len(times)).tolist(),
        )
        layers.append(
            alt.Chart(table)
            .mark_line(color=INK, opacity=LINE, strokeWidth=0.8)
            .encode(x=x, y=alt.Y("v:Q"), detail=alt.Detail("k:N"))
        )
    layers.append(base.mark_line(color=hue, strokeWidth=2.6).encode(y=alt.Y("m:Q")))
    return layers


def _scale(lows: Floats, highs: Floats, zero: bool) -> tuple[float, float]:
    low, high = float(np.min(lows)), float(np.max(highs))
    if zero:
        low = min(low, 0.0)
    margin = 0.04 * (high - low) or 1.0
    return (low if zero and low == 0 else low - margin), high + margin


def fan_chart(
    paper: Paper,
    times: Floats,
    drawn: Fan,
    peak: str,
    limit: tuple[float, str] | None = None,
    zero: bool = True,
) -> Drawing:
    """Median, 50 and 90 percent bands and single futures over ``times``.

    ``peak`` is written at the highest median. ``limit`` is a tolerance or a goal with its label, drawn as a line.
    ``zero`` makes the axis begin at zero.
    """
    height = 230 if paper.narrow else 300
    low, high = _scale(drawn.low90, drawn.high90, zero)
    low, high = min(low, float(drawn.singles.min())), max(high, float(drawn.singles.max()))
    if limit is not None:
        low, high = min(low, limit[0]), max(high, 1.03 * limit[0])
    x = _time(times, paper.narrow)
    y = alt.Y("c:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=_values(height))
    layers = _layers(paper, times, drawn, x, y, singles=True)
    if limit is not None:
        layers += _limit(paper, times, x, limit[0])
        layers += _text(paper, x, float(times[-1]), limit[0], limit[1], ALERT, "right", -7, "normal")
    top = int(drawn.median.argmax())
    at = float(times[top])
    dot = alt.Chart(paper.rows(t=[at], v=[drawn.median[top]]))
    layers.append(dot.mark_point(filled=True, color=MAIN, size=60, opacity=1).encode(x=x, y=alt.Y("v:Q")))
    late = top > 0.5 * len(times)
    layers += _text(paper, x, at, float(drawn.median[top]), peak, MAIN, "right" if late else "left", -12, "bold")
    return alt.layer(*layers).properties(width=paper.width, height=height, autosize=_fit())


def _limit(paper: Paper, times: Floats, x: alt.X, limit: float) -> list[alt.Chart]:
    line = alt.Chart(paper.rows(t=[float(times[0]), float(times[-1])], v=[limit, limit]))
    return [line.mark_line(color=ALERT, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, y=alt.Y("v:Q"))]


def _text(
    paper: Paper, x: alt.X, at: float, value: float, text: str, colour: str, align: str, up: float, weight: str
) -> list[alt.Chart]:
    """A label in the chart, with a rim of paper so that lines behind it do not cross its letters."""
    place = alt.Chart(paper.rows(t=[at], v=[value], w=[text])).encode(x=x, y=alt.Y("v:Q"), text=alt.Text("w:N"))
    look: dict[str, Any] = {
        "align": align,
        "dx": 6 if align == "left" else -2,
        "dy": up,
        "fontWeight": weight,
        "baseline": "middle",
    }
    rim = place.mark_text(color=PAPER, stroke=PAPER, strokeWidth=4, strokeJoin="round", **look)
    return [rim, place.mark_text(color=colour, **look)]


def _values(height: int) -> alt.Axis:
    return alt.Axis(title=None, format=",.0f", tickCount=4 if height < 200 else 5, grid=True)


def _fit() -> alt.AutoSizeParams:
    return alt.AutoSizeParams(type="fit", contains="padding")


def plans_chart(
    paper: Paper, times: Floats, fans: Sequence[tuple[str, Fan]], limit: float | None = None, zero: bool = True
) -> alt.ConcatChart:
    """The same fan under each plan, side by side (on a phone: one under the other) on one scale."""
    height = 130 if paper.narrow else 170
    width = paper.width - 52 if paper.narrow else (paper.width - 44 - 26 * (len(fans) - 1)) // len(fans)
    low, high = _scale(
        np.concatenate([one.low90 for _, one in fans]),
        np.concatenate([one.high90 for _, one in fans] + ([np.array([limit])] if limit is not None else [])),
        zero,
    )
    charts = []
    for number, (name, one) in enumerate(fans):
        x = _time(times, paper.narrow or len(fans) > 2)
        axis = _values(height)
        if number and not paper.narrow:
            axis = alt.Axis(title=None, labels=False, tickCount=4, grid=True)
        y = alt.Y("c:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=axis)
        layers = _layers(paper, times, one, x, y, singles=False)
        if limit is not None:
            layers += _limit(paper, times, x, limit)
        charts.append(alt.layer(*layers).properties(width=width, height=height, title=name))
    return alt.concat(*charts, columns=1 if paper.narrow else len(fans), bounds="full" if paper.narrow else "flush")


def months_chart(paper: Paper, times: Floats, needed: Fan, offered: Fan, need: str, offer: str) -> Drawing:
    """Beds needed (bands) against beds offered (a stepped line with its own band), month by month.

    ``times`` are years with months as fractions.
    """
    height = 260 if paper.narrow else 320
    low, high = 0.0, 1.06 * float(max(needed.high90.max(), offered.high90.max(), 1.0))
    x = _time(times, paper.narrow)
    y = alt.Y("c:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=_values(height))
    layers = _layers(paper, times, needed, x, y, singles=True, hue=ALERT)
    supply = alt.Chart(paper.rows(t=times, m=offered.median, c=offered.low90, d=offered.high90)).encode(x=x)
    layers += [
        supply.mark_area(color=CALM, opacity=0.22, interpolate="step-after").encode(y=alt.Y("c:Q"), y2=alt.Y2("d")),
        supply.mark_line(color=CALM, strokeWidth=2.6, interpolate="step-after").encode(y=alt.Y("m:Q")),
    ]
    top = int(needed.median.argmax())
    tall = int(offered.median.argmax())
    labels = [
        (float(times[top]), float(needed.median[top]), need, ALERT),
        (float(times[tall]), float(offered.median[tall]), offer, CALM),
    ]
    least = (SIZE + 6) / height * (high - low)
    places = apart([place for _, place, _, _ in labels], least)
    for (at, _, text, colour), place in zip(labels, places, strict=True):
        late = (at - float(times[0])) / (float(times[-1]) - float(times[0])) > 0.45
        layers += _text(
            paper, x, at, min(place, high - least / 2), text, colour, "right" if late else "left", -9, "bold"
        )
    return alt.layer(*layers).properties(width=paper.width, height=height, autosize=_fit())


def first_chart(paper: Paper, years: Sequence[int], shares: Sequence[float], labels: Sequence[str]) -> Drawing:
    """In how many of a hundred futures a shortage begins in each year; ``labels`` stand on the columns."""
    height = 130 if paper.narrow else 150
    x = alt.X("t:O", axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelOverlap="parity"), sort=None)
    top = max(*shares, 1.0)
    y = alt.Y("v:Q", axis=None, scale=alt.Scale(domain=[0, 1.15 * top]))
    table = paper.rows(t=[str(year) for year in years], v=list(shares), w=list(labels))
    base = alt.Chart(table).encode(x=x, y=y)
    layers = [
        base.mark_bar(color=ALERT, opacity=0.85, width={"band": 0.74}),
        base.mark_text(dy=-8, color=INK).encode(text=alt.Text("w:N")),
    ]
    return alt.layer(*layers).properties(width=paper.width, height=height, autosize=_fit())


def heat_chart(
    paper: Paper, years: Sequence[int], names: Sequence[str], shares: Floats, texts: Sequence[str], heading: str
) -> alt.HConcatChart:
    """Rows of cells, darker where more is missing: ``shares`` (0 to 1) has shape (names, years).

    ``texts`` stand at the right end of each row, under ``heading``.
    """
    step = 21
    order = list(names)
    side = 150 if paper.narrow else 240
    end = 52 if paper.narrow else 120
    width = paper.width - side - end
    table = paper.rows(
        t=[str(year) for _ in names for year in years],
        n=[name for name in names for _ in years],
        v=shares.ravel(),
    )
    y = alt.Y(
        "n:N", sort=order, axis=alt.Axis(title=None, labelLimit=side - 6, labelColor=INK, domain=False, ticks=False)
    )
    shown = _ticks([float(year) for year in years], paper.narrow)
    x = alt.X(
        "t:O",
        axis=alt.Axis(title=None, labelAngle=0, values=[str(int(tick)) for tick in shown], ticks=False, domain=False),
    )
    cells = (
        alt.Chart(table)
        .mark_rect(color=ALERT, stroke=PAPER, strokeWidth=0.8)
        .encode(x=x, y=y, opacity=alt.Opacity("v:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, 1]), legend=None))
        .properties(width=width, height=step * len(order))
    )
    ends = (
        alt.Chart(
            paper.rows(n=order, w=list(texts)), title=alt.TitleParams(heading, fontSize=SIZE, fontWeight="normal")
        )
        .mark_text(align="left", x=0)
        .encode(y=alt.Y("n:N", sort=order, axis=None), text=alt.Text("w:N"))
        .properties(width=end - 10, height=step * len(order))
    )
    return alt.hconcat(cells, ends, spacing=6)


def span_chart(
    paper: Paper, names: Sequence[str], low: Floats, middle: Floats, high: Floats, texts: Sequence[str], hue: str = MAIN
) -> Drawing:
    """A row for each name: a dot at the median on a line from 5 to 95 percent, with ``texts`` at the right."""
    order = list(names)
    table = paper.rows(n=order, a=low, m=middle, b=high, w=list(texts))
    side = 150 if paper.narrow else 240
    top = float(max(high.max(), 1.0))
    y = alt.Y(
        "n:N", sort=order, axis=alt.Axis(title=None, labelLimit=side - 6, labelColor=INK, domain=False, ticks=False)
    )
    room = 1.5 if paper.narrow else 1.25
    x = alt.X(
        "a:Q",
        scale=alt.Scale(domain=[min(0.0, float(low.min())), room * top], nice=False),
        axis=alt.Axis(title=None, format=",.0f", tickCount=3, grid=True, domain=False),
    )
    base = alt.Chart(table).encode(y=y)
    layers = [
        base.mark_rule(color=hue, strokeWidth=6, opacity=0.3).encode(x=x, x2=alt.X2("b")),
        base.mark_point(color=hue, filled=True, size=70, opacity=1).encode(x=alt.X("m:Q")),
        base.mark_text(align="left", dx=9, color=INK).encode(x=alt.X("b:Q"), text=alt.Text("w:N")),
    ]
    return alt.layer(*layers).properties(width=paper.width, height=22 * len(order), autosize=_fit())


def shares_chart(paper: Paper, names: Sequence[str], shares: Sequence[float], texts: Sequence[str]) -> Drawing:
    """Bars for shares of one with their text at the end: how likely each outcome is."""
    order = list(names)
    side = 150 if paper.narrow else 240
    table = paper.rows(n=order, v=list(shares), w=list(texts))
    y = alt.Y(
        "n:N",
        sort=order,
        axis=alt.Axis(
            # Letters may be a quarter wider on the reader's machine than where the chart is drawn.
            title=None,
            labelLimit=int(0.8 * side),
            minExtent=side,
            labelColor=INK,
            domain=False,
            ticks=False,
        ),
    )
    x = alt.X("v:Q", axis=None, scale=alt.Scale(domain=[0, 1.25 * max(shares)]))
    base = alt.Chart(table).encode(y=y, x=x)
    layers = [
        base.mark_bar(color=MAIN, opacity=0.85, height=15),
        base.mark_text(align="left", dx=6, color=INK).encode(text=alt.Text("w:N")),
    ]
    return alt.layer(*layers).properties(width=paper.width, height=26 * len(order), autosize=_fit())
