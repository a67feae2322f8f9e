"""The charts of the decision page: dates on a line, ranges of odds, the cost of delay, and parts of a sum."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import numpy as np

from helhet.decide.robust import Share
from helhet.show.ink import ALERT, CALM, INK, MAIN, MUTED, PAPER, SIZE, Drawing, Paper, apart
from helhet.words.arrays import Floats

LETTER = 7.8
"""Width of a letter, pixels, in the widest of the fonts that a reader may have."""


def _row(paper: Paper) -> int:
    """Height of a row of names, pixels: on a phone a name may take two lines."""
    return 34 if paper.narrow else 28


def _wrapped(paper: Paper, names: Sequence[str], most: int = 0) -> list[str]:
    """Names broken into lines that fit at the side of a chart, whatever letters the reader's machine has."""
    most = most or (17 if paper.narrow else 26)
    return ["\n".join(textwrap.wrap(name, most)) for name in names]


def _names(order: Sequence[str]) -> alt.Y:
    widest = max((len(line) for name in order for line in name.split("\n")), default=0)
    axis = alt.Axis(
        title=None,
        minExtent=LETTER * widest,
        labelLimit=0,
        labelColor=INK,
        domain=False,
        ticks=False,
        labelExpr="split(datum.label, '\\n')",
        labelLineHeight=12,
    )
    return alt.Y("n:N", sort=list(order), axis=axis)


def _fit() -> alt.AutoSizeParams:
    return alt.AutoSizeParams(type="fit", contains="padding")


def dates_chart(
    paper: Paper,
    names: Sequence[str],
    prepare: Floats,
    commit: Floats,
    now: float,
    today: str,
    span: tuple[float, float],
) -> Drawing:
    """A row for each measure: by when it must be prepared (filled) and committed (hollow), in years.

    ``prepare`` and ``commit`` have shape (measures, 3): low, date, high, cut to ``span`` before they come here.
    A line stands at ``now``, with the word ``today``.
    """
    names = _wrapped(paper, names)
    x = alt.X(
        "a:Q",
        scale=alt.Scale(domain=list(span), nice=False),
        axis=alt.Axis(title=None, format="d", tickCount=5 if paper.narrow else 9, grid=True, domain=False),
    )
    y = _names(names)
    line = alt.Chart(paper.rows(a=[now], n=[names[0]], w=[today]))
    layers: list[alt.Chart] = [
        alt.Chart(paper.rows(a=[now])).mark_rule(color=ALERT, strokeWidth=1.6, strokeDash=[5, 3]).encode(x=x)
    ]
    for values, hue, filled in ((prepare, MAIN, True), (commit, CALM, False)):
        table = paper.rows(n=list(names), a=values[:, 0], m=values[:, 1], b=values[:, 2])
        base = alt.Chart(table).encode(y=y)
        layers += [
            base.mark_rule(color=hue, strokeWidth=5, opacity=0.3).encode(x=x, x2=alt.X2("b")),
            base.mark_point(color=hue, filled=filled, size=70, opacity=1, strokeWidth=2).encode(x=alt.X("m:Q")),
        ]
    layers.append(
        line.mark_text(color=ALERT, align="left", dx=5, dy=-_row(paper) * 0.62, fontWeight="bold").encode(
            x=x, y=y, text=alt.Text("w:N")
        )
    )
    return alt.layer(*layers).properties(width=paper.width, height=_row(paper) * len(names) + 14, autosize=_fit())


def ranges_chart(
    paper: Paper,
    names: Sequence[str],
    ranges: Sequence[Sequence[tuple[str, float, float]]],
    marks: Sequence[tuple[float, str]],
) -> Drawing:
    """A row for each measure, coloured by the best choice at each probability that the plant comes.

    ``ranges`` holds for each measure (choice, low, high), with choice one of wait, prepare and commit; ``marks`` are
    probabilities with the name of who holds them.
    """
    names = _wrapped(paper, names)
    hues = {"wait": MUTED, "prepare": CALM, "commit": MAIN}
    rows = [(name, *one) for name, of in zip(names, ranges, strict=True) for one in of]
    x = alt.X(
        "a:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(title=None, format=".0%", tickCount=5, grid=False, domain=False),
    )
    y = _names(names)
    table = paper.rows(n=[r[0] for r in rows], c=[r[1] for r in rows], a=[r[2] for r in rows], b=[r[3] for r in rows])
    bars = (
        alt.Chart(table)
        .mark_bar(height=14, opacity=0.85)
        .encode(
            x=x,
            x2=alt.X2("b"),
            y=y,
            color=alt.Color("c:N", scale=alt.Scale(domain=list(hues), range=list(hues.values())), legend=None),
        )
    )
    layers = [bars]
    for place, who in marks:
        rule = alt.Chart(paper.rows(a=[place], n=[names[0]], w=[who]))
        layers.append(rule.mark_rule(color=PAPER, strokeWidth=3.5).encode(x=x))
        layers.append(rule.mark_rule(color=INK, strokeWidth=1.4).encode(x=x))
    return alt.layer(*layers).properties(width=paper.width, height=_row(paper) * len(names) + 10, autosize=_fit())


def delay_chart(
    paper: Paper, starts: Sequence[float], parts: Sequence[tuple[str, Floats, str]], kink: float | None
) -> Drawing:
    """Costs by start, in years: each of ``parts`` is a name, a curve of shape (starts,) and its colour.

    A line stands at ``kink``, after which waiting becomes dearer fastest.
    """
    height = 230 if paper.narrow else 280
    low = min(float(values.min()) for _, values, _ in parts)
    high = max(float(values.max()) for _, values, _ in parts)
    margin = 0.06 * (high - low) or 1.0
    x = alt.X(
        "t:Q",
        scale=alt.Scale(
            domain=[starts[0], starts[-1] + (starts[-1] - starts[0]) * (0.5 if paper.narrow else 0.24)], nice=False
        ),
        axis=alt.Axis(title=None, format="d", tickCount=5, domain=False, values=_years(starts)),
    )
    y = alt.Y(
        "v:Q",
        scale=alt.Scale(domain=[min(0.0, low) - margin, high + margin], nice=False),
        axis=alt.Axis(title=None, format=",.0f", tickCount=5, grid=True, minExtent=44),
    )
    layers: list[alt.Chart] = []
    if kink is not None:
        layers.append(
            alt.Chart(paper.rows(t=[kink])).mark_rule(color=ALERT, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
        )
    ends = apart([float(values[-1]) for _, values, _ in parts], (SIZE + 4) / height * (high - low + 2 * margin))
    for (name, values, hue), end in zip(parts, ends, strict=True):
        wide = 2.8 if hue == INK else 2.0
        line = alt.Chart(paper.rows(t=list(starts), v=values)).mark_line(color=hue, strokeWidth=wide)
        label = alt.Chart(paper.rows(t=[starts[-1]], v=[end], w=[name]))
        layers += [
            line.encode(x=x, y=y),
            label.mark_text(color=hue, align="left", dx=6, fontWeight="bold").encode(x=x, y=y, text=alt.Text("w:N")),
        ]
    return alt.layer(*layers).properties(width=paper.width, height=height, autosize=_fit())


def _years(starts: Sequence[float]) -> list[float]:
    return [float(year) for year in range(int(starts[0]) + (starts[0] % 1 > 0), int(starts[-1]) + 1)]


def stack_chart(
    paper: Paper,
    groups: Sequence[str],
    names: Sequence[str],
    parts: Sequence[tuple[str, Floats, str]],
    texts: Sequence[str],
) -> alt.ConcatChart:
    """Stacked bars: a small chart for each of ``groups``, a row for each of ``names``.

    ``parts`` are what the bars are made of: a name, values of shape (groups, names), none negative, and a colour.
    ``texts``, group by group, stand at the ends of the bars.
    """
    top = max(float(np.sum([values for _, values, _ in parts], axis=0).max()), 1.0)
    hues = {name: hue for name, _, hue in parts}
    side = 120 if paper.narrow else 180
    names = _wrapped(paper, names, 14 if paper.narrow else 22)
    charts = []
    for g, group in enumerate(groups):
        rows = [(n, p, float(values[g, i])) for i, n in enumerate(names) for p, values, _ in parts]
        ends = [float(sum(values[g, i] for _, values, _ in parts)) for i in range(len(names))]
        table = paper.rows(n=[r[0] for r in rows], p=[r[1] for r in rows], v=[r[2] for r in rows])
        y = _names(names)
        x = alt.X("v:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, top * 1.3]))
        colour = alt.Color("p:N", scale=alt.Scale(domain=list(hues), range=list(hues.values())), legend=None)
        bars = alt.Chart(table).mark_bar(height=14, opacity=0.85).encode(x=x, y=y, color=colour, order=alt.Order("o:Q"))
        words = (
            alt.Chart(paper.rows(n=list(names), v=ends, w=list(texts[g * len(names) : (g + 1) * len(names)])))
            .mark_text(align="left", dx=6, color=INK)
            .encode(x=alt.X("v:Q", scale=alt.Scale(domain=[0, top * 1.3]), axis=None), y=y, text=alt.Text("w:N"))
        )
        charts.append(
            alt.layer(bars, words).properties(width=paper.width - side, height=_row(paper) * len(names), title=group)
        )
    return alt.concat(*charts, columns=1)


@dataclass(frozen=True)
class Spot:
    """A plan in the chart: its name ("" for one without), what it costs, and how often it is short."""

    name: str
    cost: float
    short: Share


def trade_chart(paper: Paper, found: Sequence[Spot], ours: Sequence[Spot], unit: str) -> Drawing:
    """Plans by cost and by how often they are short, each with its interval; those ``found`` lie on a line."""
    most = 1.1 * max(one.cost for one in (*found, *ours)) or 1.0
    x = alt.X(
        "c:Q", scale=alt.Scale(domain=[0, most], nice=False), axis=alt.Axis(title=unit, format=",.0f", tickCount=4)
    )
    shares = alt.Axis(title=None, format=".0%", tickCount=5, grid=True)
    y, low = (alt.Y(f"{name}:Q", scale=alt.Scale(domain=[0, 1]), axis=shares) for name in "sa")
    layers: list[alt.Chart] = []
    for spots, hue in ((found, MAIN), (ours, INK)):
        table = paper.rows(
            c=[one.cost for one in spots],
            s=[one.short.share for one in spots],
            a=[one.short.low for one in spots],
            b=[one.short.high for one in spots],
        )
        base = alt.Chart(table)
        if spots is found:
            layers.append(base.mark_line(color=hue, strokeWidth=1.4, opacity=0.6).encode(x=x, y=y))
        layers += [
            base.mark_rule(color=hue, strokeWidth=4, opacity=0.25).encode(x=x, y=low, y2=alt.Y2("b")),
            base.mark_point(color=hue, filled=spots is found, size=60, opacity=1, strokeWidth=2).encode(x=x, y=y),
        ]
    for one in ours:
        above = one.short.share >= np.interp(one.cost, [s.cost for s in found], [s.short.share for s in found])
        label = alt.Chart(paper.rows(c=[one.cost], s=[one.short.high if above else one.short.low], n=[one.name]))
        side: Literal["left", "center", "right"] = "left" if one.cost < most / 3 else "center"
        side = "right" if one.cost > 2 * most / 3 else side
        layers.append(
            label.mark_text(color=INK, align=side, dy=-11 if above else 13, fontWeight="bold").encode(
                x=x, y=y, text=alt.Text("n:N")
            )
        )
    height = 240 if paper.narrow else 300
    return alt.layer(*layers).properties(width=paper.width, height=height, autosize=_fit())


def waterfall_chart(paper: Paper, names: Sequence[str], begin: Floats, end: Floats, texts: Sequence[str]) -> Drawing:
    """Steps from one number to another: each row goes from ``begin`` to ``end``; the first and last stand on zero."""
    names = _wrapped(paper, names)
    hues = [
        MUTED if i in (0, len(names) - 1) else (ALERT if e > b else CALM)
        for i, (b, e) in enumerate(zip(begin, end, strict=True))
    ]
    low, high = float(min(begin.min(), end.min(), 0.0)), float(max(begin.max(), end.max()))
    margin = 0.02 * (high - low) or 1.0
    x = alt.X(
        "a:Q",
        scale=alt.Scale(domain=[low - margin, high + 0.3 * (high - low)], nice=False),
        axis=alt.Axis(title=None, format=",.0f", tickCount=4, grid=True, domain=False),
    )
    y = _names(names)
    table = paper.rows(
        n=list(names), a=begin, b=end, c=hues, w=list(texts), e=[max(b, e) for b, e in zip(begin, end, strict=True)]
    )
    base = alt.Chart(table).encode(y=y)
    layers = [
        base.mark_bar(height=15, opacity=0.85).encode(
            x=x, x2=alt.X2("b"), color=alt.Color("c:N", scale=None, legend=None)
        ),
        base.mark_text(align="left", dx=6, color=INK).encode(x=alt.X("e:Q"), text=alt.Text("w:N")),
    ]
    return alt.layer(*layers).properties(width=paper.width, height=_row(paper) * len(names) + 10, autosize=_fit())
