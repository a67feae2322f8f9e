"""The map of districts: their outlines, darker where there is more of what the map shows.

Projection: equirectangular around the middle of the case (x = longitude · cos(mean latitude), y = latitude), which at
the size of a municipality differs from any official one by less than the width of a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from helhet.case.case import Case, District
from helhet.show.ink import ALERT, INK, MUTED, PAPER, SIZE, Drawing, Paper
from helhet.words.arrays import Floats

TALLEST, FLATTEST = 1.15, 0.5
"""Height of a map against its width: no more, and no less."""

DENSITY = (0.0, 0.14, 0.32, 0.52, 0.74, 0.95)
"""How dense the classes of the map are drawn, from least to most."""

SMALL = 14
"""A district less than this part of the whole in size is too small to be seen on the map of the whole."""


def classes(values: Floats) -> tuple[list[float], list[int]]:
    """Limits of five classes, on round numbers from zero to the largest value, and the class of each value.

    Class 0 is for values of zero and below.
    """
    top = float(max(values.max(), 0.0))
    if top <= 0:
        return [], [0] * len(values)
    raw = top / (len(DENSITY) - 1)
    scale = 10.0 ** np.floor(np.log10(raw))
    step = float(next(scale * s for s in (1, 2, 3, 4, 5, 6, 8, 10) if scale * s >= raw * 0.999))
    found = [0 if value <= 0 else min(len(DENSITY) - 1, 1 + int(value / step)) for value in values]
    return [step * i for i in range(1, len(DENSITY) - 1)], found


def short(name: str) -> str:
    """A name that has room on a map: a long one is cut where its parts are joined (Ursviken–Örviken stays)."""
    return name if len(name) <= 18 else name.split("–", maxsplit=1)[0]


@dataclass(frozen=True)
class Sheet:
    """A piece of the map on paper: its corners in degrees and its size in pixels."""

    low: Floats
    high: Floats
    squeeze: float
    width: float

    @property
    def scale(self) -> float:
        """Pixels in a degree of latitude."""
        return self.width / float((self.high[0] - self.low[0]) * self.squeeze)

    @property
    def height(self) -> float:
        """Height in pixels."""
        return float((self.high[1] - self.low[1]) * self.scale)

    def place(self, ring: Floats) -> Floats:
        """Degrees, shape (points, 2), in pixels from the lower left corner."""
        return np.column_stack(
            [(ring[:, 0] - self.low[0]) * self.squeeze * self.scale, (ring[:, 1] - self.low[1]) * self.scale]
        )


def sheets(case: Case, paper: Paper) -> list[Sheet]:
    """The whole case, and beside it (on a phone: below) its dense middle, where three or more districts are small."""
    rings = [ring for district in case.districts for ring in district.rings]
    middles = np.array([[district.longitude, district.latitude] for district in case.districts])
    corners = np.vstack([*rings, *case.outline, middles])
    low, high = corners.min(axis=0), corners.max(axis=0)
    squeeze = float(np.cos(np.radians((low[1] + high[1]) / 2)))
    small = [
        i
        for i, district in enumerate(case.districts)
        if district.rings and max(np.ptp(ring, axis=0).max() for ring in district.rings) < (high - low).max() / SMALL
    ]
    low, high = _in_proportion(low, high, squeeze)
    margin = 0.015 * (high - low)
    if len(small) < 3:
        return [Sheet(low - margin, high + margin, squeeze, float(paper.width - 8))]
    # The whole circle of small districts, made as tall for its width as the whole case so that the two stand level.
    near, far = middles[small].min(axis=0), middles[small].max(axis=0)
    ratio = float((high[1] - low[1]) / (high[0] - low[0]))
    half = max((far[0] - near[0]) / 2, (far[1] - near[1]) / 2 / ratio) * 1.3
    middle, reach = (near + far) / 2, np.array([half, half * ratio])
    width = float(paper.width - 8) if paper.narrow else (paper.width - 26) / 2
    return [
        Sheet(low - margin, high + margin, squeeze, width),
        Sheet(middle - reach, middle + reach, squeeze, width),
    ]


def _in_proportion(low: Floats, high: Floats, squeeze: float) -> tuple[Floats, Floats]:
    """The corners moved apart so that the map is neither a tower nor a ribbon."""
    wide, tall = float(high[0] - low[0]) * squeeze, float(high[1] - low[1])
    more = np.array([max(0.0, tall / TALLEST - wide) / squeeze, max(0.0, wide * FLATTEST - tall)]) / 2
    return low - more, high + more


def map_chart(paper: Paper, case: Case, values: Floats, titles: tuple[str, str], hue: str = ALERT) -> alt.ConcatChart:
    """The districts shaded by ``values`` (one per district), the whole case and its dense middle, with ``titles``.

    Names are written from the largest value down, as long as there is room. Districts without an outline are dots.
    """
    _, found = classes(values)
    order = [int(i) for i in np.argsort(-np.abs(values), kind="stable")]
    drawn = sheets(case, paper)
    charts = []
    for sheet, title in zip(drawn, titles, strict=False):
        other = drawn[1] if len(drawn) > 1 and sheet is drawn[0] else None
        charts.append(_sheet(paper, case, sheet, found, order, hue, other).properties(title=title))
    return alt.concat(*charts, columns=1 if paper.narrow else 2)


def _sheet(
    paper: Paper, case: Case, sheet: Sheet, found: Sequence[int], order: Sequence[int], hue: str, other: Sheet | None
) -> Drawing:
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, sheet.width], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, sheet.height], nice=False), axis=None)
    rings = [(ring, level) for district, level in zip(case.districts, found, strict=True) for ring in district.rings]
    layers = []
    if rings:
        areas = _lines(paper, [sheet.place(ring) for ring, _ in rings], [DENSITY[level] for _, level in rings])
        mark = areas.mark_line(fill=hue, stroke=MUTED, strokeWidth=0.7, clip=True)
        layers.append(
            mark.encode(
                x=x,
                y=y,
                order=alt.Order("o:Q"),
                detail=alt.Detail("k:N"),
                fillOpacity=alt.FillOpacity("v:Q", scale=None),
            )
        )
    if case.outline:
        edge = _lines(paper, [sheet.place(ring) for ring in case.outline], [0.0] * len(case.outline))
        mark = edge.mark_line(stroke=MUTED, strokeWidth=1.3, clip=True)
        layers.append(mark.encode(x=x, y=y, order=alt.Order("o:Q"), detail=alt.Detail("k:N")))
    spots = sheet.place(np.array([[district.longitude, district.latitude] for district in case.districts]))
    for i, district in enumerate(case.districts):
        if not district.rings:
            dot = alt.Chart(paper.rows(x=[spots[i, 0]], y=[spots[i, 1]]))
            layers.append(dot.mark_circle(color=hue, opacity=max(DENSITY[found[i]], 0.1), size=160).encode(x=x, y=y))
    inside = [i for i in order if 0 < spots[i, 0] < sheet.width and 0 < spots[i, 1] < sheet.height]
    if other is not None:
        box = sheet.place(
            np.array([other.low, [other.high[0], other.low[1]], other.high, [other.low[0], other.high[1]]])
        )
        frame = _lines(paper, [box], [0.0]).mark_line(stroke=INK, strokeWidth=1.6)
        layers.append(frame.encode(x=x, y=y, order=alt.Order("o:Q")))
        inside = [i for i in inside if not (box[0] < spots[i]).all() or not (spots[i] < box[2]).all()]
    layers += _names(paper, case.districts, spots, inside, sheet.width, x, y)
    return alt.layer(*layers).properties(width=sheet.width, height=sheet.height)


def _lines(paper: Paper, rings: Sequence[Floats], values: Sequence[float]) -> alt.Chart:
    """All rings as one set of closed lines: k tells them apart, o orders their points and v is each ring's value."""
    closed = [np.vstack([ring, ring[:1]]) for ring in rings]
    points = np.vstack(closed)
    counts = [len(ring) for ring in closed]
    return alt.Chart(
        paper.rows(
            x=points[:, 0],
            y=points[:, 1],
            o=np.concatenate([np.arange(count) for count in counts]),
            k=[f"r{i}" for i, count in enumerate(counts) for _ in range(count)],
            v=np.repeat(values, counts),
        )
    )


def _names(
    paper: Paper,
    districts: Sequence[District],
    spots: Floats,
    labelled: Sequence[int],
    width: float,
    x: alt.X,
    y: alt.Y,
) -> list[alt.Chart]:
    """Names beside their districts, left out where they would cover one that came before."""
    taken: list[tuple[float, float, float, float]] = []
    placed: list[tuple[float, float, str]] = []
    for i in labelled:
        name = short(districts[i].name)
        wide, tall = 0.58 * SIZE * len(name), SIZE + 2
        start = min(max(spots[i, 0] - wide / 2, 2.0), width - wide - 2.0)
        box = (start, start + wide, spots[i, 1] - tall / 2, spots[i, 1] + tall / 2)
        if any(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in taken):
            continue
        taken.append(box)
        placed.append((start, float(spots[i, 1]), name))
    if not placed:
        return []
    left, up, names = zip(*placed, strict=True)
    mark = alt.Chart(paper.rows(x=left, y=up, w=names)).encode(x=x, y=y, text=alt.Text("w:N"))
    look: dict[str, Any] = {"align": "left", "baseline": "middle"}
    rim = mark.mark_text(color=PAPER, stroke=PAPER, strokeWidth=3.5, strokeJoin="round", **look)
    return [rim, mark.mark_text(color=INK, **look)]
