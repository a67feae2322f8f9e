"""What every chart has in common: colours, letters, sizes, and the way from a specification to SVG in the page.

Each chart is drawn twice, once for a screen or paper and once for a phone, so that its letters are never scaled
down; the style sheet shows the one that fits. Colours are written into the SVG as the page's own (CSS variables), so
charts follow the page into dark mode. The three hues keep apart for the colour-blind, and nothing is said by colour
alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from helhet.show.figure import DataTable, Figure

WIDE, NARROW = 700, 336
"""Widths of the two drawings, pixels: the column of text, and a phone 360 pixels wide within its margins."""

INK, MUTED, RULE, PAPER = "#1c2430", "#55616f", "#d5dae1", "#fefefd"
MAIN, ALERT, CALM = "#1a5276", "#b3461b", "#1c7a6f"
_ROLES = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    PAPER: "--paper",
    MAIN: "--main",
    ALERT: "--alert",
    CALM: "--calm",
}
LETTERS = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
SIZE = 12.5

_SWEDISH = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0kr"], "minus": "−"}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""], "minus": "−"}


@dataclass(frozen=True)
class Paper:
    """The sheet a chart is drawn on: ``width`` in pixels, the language of its numbers, and the data drawn on it.

    Charts refer to their data by name: Altair copies a chart many times while it is put together, and would copy
    the numbers each time.
    """

    width: int
    language: str
    data: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for a phone."""
        return self.width < 500

    def rows(self, **columns: Sequence[Any] | Any) -> alt.NamedData:
        """Columns of equal length as data of this sheet; numbers become plain floats."""
        length = max(len(column) for column in columns.values())
        lists = {name: [_plain(value) for value in column] for name, column in columns.items()}
        name = f"d{len(self.data)}"
        self.data[name] = [{key: column[i] for key, column in lists.items()} for i in range(length)]
        return alt.NamedData(name=name)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else float(value)


Drawing = alt.LayerChart | alt.FacetChart
"""What Altair calls a chart with several marks in one frame."""

Draw = Callable[[Paper], alt.TopLevelMixin]


def figure(
    identity: str,
    language: str,
    message: str,
    draw: Draw,
    table: DataTable,
    key: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> Figure:
    """Draw both sizes of a chart. ``draw`` makes the chart for the paper it is given."""
    wide, narrow = (
        svg(draw, Paper(width, language), f"{identity}-{size}", message) for width, size in ((WIDE, "w"), (NARROW, "n"))
    )
    return Figure(identity, message, tuple(key), note, wide, narrow, table)


def config(paper: Paper) -> dict[str, Any]:
    """The look of all charts: few lines, no frames, labels in the size of captions."""
    label = {"labelFont": LETTERS, "labelFontSize": SIZE, "labelColor": MUTED}
    title = {"titleFont": LETTERS, "titleFontSize": SIZE, "titleColor": MUTED, "titleFontWeight": "normal"}
    return {
        "background": None,
        "padding": {"left": 1, "right": 1, "top": 3, "bottom": 1},
        "font": LETTERS,
        "view": {"stroke": None},
        "axis": {**label, **title, "domain": False, "ticks": False, "gridColor": RULE, "labelPadding": 5},
        "axisX": {"grid": False, "domain": True, "domainColor": MUTED, "ticks": True, "tickColor": MUTED},
        "text": {"font": LETTERS, "fontSize": SIZE, "color": INK},
        "title": {"font": LETTERS, "fontSize": 14, "color": INK, "anchor": "start", "fontWeight": "bold"},
        "concat": {"spacing": 22 if paper.narrow else 26},
    }


def svg(draw: Draw, paper: Paper, identity: str, label: str) -> str:
    """The chart as an inline SVG element that a screen reader takes for one image with the text ``label``."""
    # Checking each chart against the whole Vega-Lite grammar would take longer than drawing it.
    with debug_mode(False):
        specification = draw(paper).to_dict(validate=False)
    specification |= {"config": config(paper), "datasets": paper.data}
    drawn = vl_convert.vegalite_to_svg(
        specification, format_locale=_SWEDISH if paper.language == "sv" else _ENGLISH, show_warnings=False
    )
    return _settle(drawn, identity, label)


def _settle(drawn: str, identity: str, label: str) -> str:
    """Make the drawing part of the page: one accessible image, ids of its own, the page's colours, room to shrink."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    if size is None:
        raise ValueError(f"chart {identity} has no viewBox")
    inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    inner = re.sub(r' (?:aria-[a-z]+|role|class|xlink:href|pointer-events|cursor)="[^"]*"', "", inner)
    # The drawing library numbers its ids through all drawings of a process; ours start anew in each.
    for number, old in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]*)"', inner))):
        inner = inner.replace(f'id="{old}"', f'id="{identity}-{number}"').replace(
            f"url(#{old})", f"url(#{identity}-{number})"
        )
    for colour, role in _ROLES.items():
        inner = inner.replace(f'"{colour}"', f'"var({role})"')
    inner = re.sub(r"(\d\.\d{2})\d+", r"\1", inner)  # hundredths of a pixel are enough
    width, height = size.groups()
    return (
        f'<svg role="img" aria-label="{_attribute(label)}" viewBox="0 0 {width} {height}" '
        f'style="max-width:{width}px" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def apart(places: Sequence[float], least: float) -> list[float]:
    """``places`` moved as little as needed so that neighbours are at least ``least`` apart, in the same order."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for _ in range(50):
        tight = False
        for i in range(len(moved) - 1):
            lack = least - (moved[i + 1] - moved[i])
            if lack > 1e-9 * max(1.0, abs(least)):
                moved[i] -= lack / 2
                moved[i + 1] += lack / 2
                tight = True
        if not tight:
            break
    result = [0.0] * len(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result
