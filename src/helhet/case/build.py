"""The case itself, made of tables in which no fault was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helhet.case.case import Case, District, Item, Source, Uncertain
from helhet.case.columns import Columns, arrays
from helhet.case.config import Config
from helhet.case.shapes import Ring, Shapes
from helhet.words.declare import Declarations, Text
from helhet.words.plan import Lead, Measure, Plan, Start


def build(
    config: Config,
    tables: dict[str, Columns],
    shapes: Shapes | None,
    outline: Shapes | None,
    digest: str,
    declarations: Declarations,
) -> Case:
    """The case, from tables without fault."""
    assert config.base_date is not None
    assert config.knowledge_date is not None
    base = 12 * config.base_date.year + config.base_date.month
    rows = {name: arrays(columns, base) for name, columns in tables.items()}
    return Case(
        id=config.id,
        name=config.name,
        language=config.language,
        base_date=config.base_date,
        knowledge_date=config.knowledge_date,
        prior=config.prior,
        years=config.years,
        digest=digest,
        districts=tuple(_districts(tables["districts"], shapes)),
        occupations=tuple(_items(tables["occupations"], "occupation")),
        employers=tuple(_items(tables["employers"], "employer", "sector")),
        tables=rows,
        settings=_settings(tables["settings"], declarations),
        measures={measure.id: measure for measure in _measures(tables["measures"])},
        plans={plan.id: plan for plan in _plans(tables, base)},
        sources={source.id: source for source in _sources(tables["sources"])},
        outline=_rings(outline),
        currency=config.currency,
        notes=config.notes,
    )


def _rings(outline: Shapes | None) -> tuple[Ring, ...]:
    return () if outline is None else tuple(ring for rings in outline.rings.values() for ring in rings)


def _records(columns: Columns) -> Iterator[dict[str, Any]]:
    for place in range(len(columns)):
        yield {name: cells[place] for name, cells in columns.cells.items()}


def _districts(columns: Columns, shapes: Shapes | None) -> Iterator[District]:
    for row in _records(columns):
        name = row["district"]
        rings = tuple(shapes.rings[name]) if shapes else ()
        schematic = shapes.schematic[name] if shapes else True
        yield District(name, row["name"], row["longitude"], row["latitude"], rings, schematic)


def _items(columns: Columns, key: str, sector: str = "") -> Iterator[Item]:
    for row in _records(columns):
        yield Item(row[key], Text(row["name_sv"], row["name_en"]), row[sector] if sector else "")


def _sources(columns: Columns) -> Iterator[Source]:
    for row in _records(columns):
        yield Source(row["source"], row["title"], row["publisher"], row["published"], row["url"] or "")


def _settings(columns: Columns, declarations: Declarations) -> dict[str, Uncertain]:
    """In the order of the declarations, whatever the order of the file."""
    told = {(row["piece"], row["name"]): row for row in _records(columns)}
    settings: dict[str, Uncertain] = {}
    for piece, setting in declarations.settings:
        row = told[piece, setting.name]
        value = row["value"]
        uncertain = Uncertain(
            piece,
            setting,
            value,
            value if row["low"] is None else row["low"],
            value if row["high"] is None else row["high"],
            row["distribution"],
            row["year"],
            row["source"],
            row["status"],
            row["note"] or "",
        )
        settings[uncertain.key] = uncertain
    return settings


def _measures(columns: Columns) -> Iterator[Measure]:
    for row in _records(columns):
        yield Measure(
            id=row["measure"],
            kind=row["kind"],
            name=Text(row["name_sv"], row["name_en"]),
            district=row["district"] or "",
            detail=row["detail"] or "",
            size=row["size"],
            unit=row["size_unit"],
            prepare=Lead(*(float(row[f"prepare_{end}"]) for end in ("low", "mode", "high"))),
            commit=Lead(*(float(row[f"commit_{end}"]) for end in ("low", "mode", "high"))),
            over_months=row["over_months"],
            lasts_months=row["lasts_months"],
            prepare_cost=row["prepare_cost"],
            commit_cost=row["commit_cost"],
            source=row["source"],
            status=row["status"],
        )


def _plans(tables: dict[str, Columns], base: int) -> Iterator[Plan]:
    sizes = {row["measure"]: row["size"] for row in _records(tables["measures"])}
    for named in _records(tables["plan_names"]):
        starts = tuple(
            Start(
                row["measure"],
                row["start"] - base,
                sizes[row["measure"]] if row["size"] is None else row["size"],
                None if row["commit"] is None else row["commit"] - base,
            )
            for row in _records(tables["plans"])
            if row["plan"] == named["plan"]
        )
        yield Plan(named["plan"], Text(named["name_sv"], named["name_en"]), starts)
