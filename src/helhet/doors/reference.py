"""The reference pages, written from the declarations: ``python -m helhet.doors.reference docs/reference``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import typer

from helhet.case.config import KEYS, OPTIONAL
from helhet.case.tables import COMMON, fields_of
from helhet.doors.command import app
from helhet.pieces.order import ORDER
from helhet.pieces.piece import Piece
from helhet.words.declare import Field, MeasureKind, Table

MADE = "<!-- Written by `make docs` from the declarations in the code. Change those, not this page. -->"

KINDS = {
    "id": "a short name: a–z, 0–9, - and _",
    "text": "text",
    "int": "a whole number",
    "number": "a number",
    "month": "a month, YYYY-MM",
}

FIGURES = (
    ("value", "a number", "the figure itself, in the table's unit and within its limits"),
    ("unit", "text", "the unit, written out: it must be the table's own"),
    ("year", "text", "the year or date that the figure is about"),
    ("source", "a short name", "who said so: a row of `sources.csv`"),
    ("status", "a word", "`measured`, `official`, `claim` (a company's or a town's) or `assumed` (by us)"),
    ("note", "text", "how it was made, if not simply copied (may be empty)"),
)
LISTED = FIGURES[3:]


def rows(heading: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table as lines."""
    lines = ["| " + " | ".join(heading) + " |", "|" + " --- |" * len(heading)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in body]
    return lines


def page(title: str, opening: str, body: Iterable[str]) -> str:
    """A whole page."""
    return "\n".join([MADE, "", f"# {title}", "", opening, "", *body]).rstrip() + "\n"


def first_paragraph(thing: object) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def limits(low: float | None, high: float | None) -> str:
    """The limits of a number in words."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"{low:g} or more"
    if low is None:
        return f"{high:g} or less"
    return f"{low:g} to {high:g}"


def holds(field: Field) -> str:
    """What a field holds, in words."""
    if field.kind == "choice":
        return "one of " + ", ".join(f"`{choice}`" for choice in field.choices)
    if field.refers:
        return f"{KINDS[field.kind].split(':')[0]} that stands in `{field.refers}`"
    return KINDS[field.kind]


def kinds_in_order() -> tuple[Piece, ...]:
    """The pieces in the order of the year."""
    return tuple(kind() for kind, _ in ORDER)


def _table(table: Table) -> list[str]:
    of_value = {"": "", "*": "the unit stands in each row"}.get(table.unit, f"`{table.unit}`")
    about = [
        f"### {table.name}.csv",
        "",
        f"{table.meaning.en} (*{table.meaning.sv}*). "
        + ("Required. " if table.required else "May be left out. ")
        + f"Unique: {', '.join(f'`{key}`' for key in table.key)}."
        + (f" Unit of `value`: {of_value}." if of_value else "")
        + (f" Limits of `value`: {limits(table.low, table.high)}." if limits(table.low, table.high) else ""),
        "",
    ]
    heading = ",".join(field.name for field in fields_of(table))
    about += ["```text", heading, "```", ""]
    return about + rows(
        ("field", "holds", "unit", "limits", "meaning", "betydelse"),
        (
            (
                f"`{field.name}`" + (" (may be empty)" if field.optional else ""),
                holds(field),
                "its row says" if field.unit == "*" else field.unit,
                limits(field.low, field.high),
                field.meaning.en,
                field.meaning.sv,
            )
            for field in table.fields
        ),
    )


def _keys() -> Iterable[tuple[str, str]]:
    for key, meaning in KEYS.items():
        yield f"`{key}`" + (" (may be left out)" if key in OPTIONAL else ""), meaning


def tables() -> str:
    """The page of the input tables."""
    body: list[str] = ["## case.toml", "", *rows(("key", "write"), _keys()), ""]
    body += ["## Fields that every table has", ""]
    body.append("A table of figures, after the fields of its own:")
    body += ["", *rows(("field", "holds", "meaning"), ((f"`{a}`", b, c) for a, b, c in FIGURES)), ""]
    body.append(
        "A list (a table without `value`) has only `source`, `status` and `note`, which may be empty where the list "
    )
    body[-1] += (
        "holds no number that must be given; `sources.csv` has only `note`. Several sources are separated by spaces."
    )
    body += ["", "## Tables of the case itself", ""]
    for table in COMMON:
        body += [*_table(table), ""]
    for piece in kinds_in_order():
        if piece.tables:
            body += [f"## Tables that {piece.name} reads", ""]
        for table in piece.tables:
            body += [*_table(table), ""]
    return page(
        "Tables of a case",
        "A case is a folder with `case.toml` and one CSV file for each table below. Figures carry their unit, source "
        "and status. Fields are separated by comma, semicolon or tab; with semicolons numbers may have decimal commas. "
        "Lines that begin with `#` above the heading are not read.",
        body,
    )


def settings() -> str:
    """The page of the settings."""
    body: list[str] = []
    for piece in kinds_in_order():
        if piece.settings:
            body += [f"## {piece.name}", ""]
            body += rows(
                ("setting", "unit", "limits", "meaning", "betydelse"),
                (
                    (f"`{piece.name}.{s.name}`", s.unit, limits(s.low, s.high), s.meaning.en, s.meaning.sv)
                    for s in piece.settings
                ),
            )
            body.append("")
    return page(
        "Settings",
        "Single numbers that the pieces need. A case gives each of them in `settings.csv`, with its distribution and "
        "where it comes from. The limits here are those of the possible, not of the likely.",
        body,
    )


def columns() -> str:
    """The page of the town's columns."""
    body: list[str] = []
    for piece in kinds_in_order():
        body += [f"## {piece.name}", ""]
        if piece.columns:
            body += rows(
                ("column", "type", "a new row gets", "meaning", "betydelse"),
                (
                    (f"`{c.table}.{c.name}`", f"`{c.dtype}`", f"`{c.new}`", c.meaning.en, c.meaning.sv)
                    for c in piece.columns
                ),
            )
            body.append("")
        reads = ", ".join(f"`{name}`" for name in piece.reads)
        body += [f"Looks at: {reads}." if reads else "Looks at no column of another piece.", ""]
    return page(
        "Columns of the town",
        "What the town is made of in one future: each column belongs to the piece under whose name it stands, and only "
        "that piece writes it. Types are NumPy's (`u1` is one unsigned byte).",
        body,
    )


def outcomes() -> str:
    """The page of the outcomes."""
    scopes = {"district": "year and district", "town": "year", "month": "month"}
    better = {"lower": "lower is better", "higher": "higher is better", "neither": ""}
    body: list[str] = []
    for piece in kinds_in_order():
        if piece.outcomes:
            body += [f"## {piece.name}", ""]
            body += rows(
                ("outcome", "unit", "counted by", "better", "meaning", "betydelse"),
                (
                    (
                        f"`{o.name}`" + (f" + `.{o.per}`" if o.per else ""),
                        o.unit,
                        scopes[o.scope] + (f" and {o.per}" if o.per else ""),
                        better[o.better],
                        o.meaning.en,
                        o.meaning.sv,
                    )
                    for o in piece.outcomes
                ),
            )
            body.append("")
    return page(
        "Outcomes",
        "What each piece reports, for every plan and future. An outcome counted by occupation or employer has one name "
        "for each row of that list: `work.vacant.` and the occupation's short name.",
        body,
    )


def _relieves(kind: MeasureKind) -> str:
    """The need that a kind of measure relieves, and how much of its size does."""
    if not kind.relieves:
        return "nothing"
    share = f", the share `{kind.yields}` of it" if kind.yields else ""
    return f"`{kind.relieves}`{share}" + (", adding up year by year" if kind.flow else "")


def _needs() -> list[str]:
    """What the town can run short of, by piece."""
    return rows(
        ("need", "declared by", "what is missing", "as a share of", "unit", "meaning", "betydelse"),
        (
            (
                f"`{need.name}`",
                piece.name,
                f"`{need.missing}`",
                f"`{need.against}`",
                need.unit,
                need.meaning.en,
                need.meaning.sv,
            )
            for piece in kinds_in_order()
            for need in piece.needs
        ),
    )


def measures() -> str:
    """The page of the kinds of measures, and of the needs that they are taken for."""
    body = rows(
        (
            *("kind", "carried out by", "unit of the size", "`detail` says", "`district`"),
            *("taken for", "meaning", "betydelse"),
        ),
        (
            (
                f"`{kind.name}`",
                piece.name,
                kind.unit,
                f"a `{kind.detail}`" if kind.detail else "nothing",
                "needed" if kind.district else "not used",
                _relieves(kind),
                kind.meaning.en,
                kind.meaning.sv,
            )
            for piece in kinds_in_order()
            for kind in piece.measures
        ),
    )
    body += [
        "",
        "## Needs",
        "",
        "How much may be missing, and what it costs, the case says in `needs.csv`.",
        "",
        *_needs(),
    ]
    return page(
        "Kinds of measures",
        "What a row of `measures.csv` can be. [Add a measure](../how-to/add-a-measure.md) shows how to write one.",
        body,
    )


def year() -> str:
    """The page of the order of the year."""
    body = rows(
        ("", "piece", "what it is", "why here"),
        (
            (str(place), f"`{kind.name}`", first_paragraph(kind), reason)
            for place, (kind, reason) in enumerate(ORDER, 1)
        ),
    )
    return page(
        "The order of the year",
        "Each year every piece takes its `step` in this order; then, in the same order, rows come and go (`settle`) "
        "and outcomes are reported (`measure`). The list is `ORDER` in `src/helhet/pieces/order.py`.",
        body,
    )


def _option(option: Any) -> tuple[str, str, str]:
    names = option.opts if option.param_type_name == "option" else [option.metavar or option.name.upper()]
    default = "" if option.default in (None, False) or callable(option.default) else f"`{option.default}`"
    return ", ".join(f"`{name}`" for name in names), option.help or "", default


def commands() -> str:
    """The page of the commands."""
    body: list[str] = []
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        context = typer.Context(command, info_name=f"helhet {name}", terminal_width=100)
        body += [f"## helhet {name}", "", inspect.cleandoc(command.help or ""), ""]
        body += ["```text", " ".join(command.get_usage(context).split()[1:]), "```", ""]
        body += [*rows(("", "meaning", "default"), (_option(option) for option in command.params)), ""]
    return page(
        "Commands",
        "What `helhet` can be told. Exit codes: 0 done; 2 something in the case or the command is wrong (every fault "
        "is said); 130 interrupted (what was finished is kept).",
        body,
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "tables.md": tables,
    "settings.md": settings,
    "measures.md": measures,
    "outcomes.md": outcomes,
    "columns.md": columns,
    "year.md": year,
}


def write(folder: Path) -> None:
    """Write every reference page into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (folder / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
