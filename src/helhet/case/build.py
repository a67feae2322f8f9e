"""The case itself, made of tables in which no fault was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helhet.case import build_deciding
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
        measures={measure.id: measure for measure in _measures(tables)},
        plans={plan.id: plan for plan in _plans(tables, base)},
        sources={source.id: source for source in _sources(tables["sources"])},
        outline=_rings(outline),
        currency=config.currency,
        notes=config.notes,
        needs=build_deciding.tolerances(tables["needs"], declarations),
        bodies=build_deciding.bodies(tables["bodies"], tables["meetings"]),
        signals=build_deciding.signals(tables["signals"], base),
        choices=build_deciding.choices(tables["choices"]),
    )


def _rings(outline: Shapes | None) -> tuple[Ring, ...]:
    return () if outline is None else tuple(ring for rings in outline.rings.values() for ring in rings)


def _districts(columns: Columns, shapes: Shapes | None) -> Iterator[District]:
    for row in columns.records():
        name = row["district"]
        rings = tuple(shapes.rings[name]) if shapes else ()
        schematic = shapes.schematic[name] if shapes else True
        yield District(name, row["name"], row["longitude"], row["latitude"], rings, schematic)


def _items(columns: Columns, key: str, sector: str = "") -> Iterator[Item]:
    for row in columns.records():
        yield Item(row[key], Text(row["name_sv"], row["name_en"]), row[sector] if sector else "")


def _sources(columns: Columns) -> Iterator[Source]:
    for row in columns.records():
        yield Source(row["source"], row["title"], row["publisher"], row["published"], row["url"] or "")


def _settings(columns: Columns, declarations: Declarations) -> dict[str, Uncertain]:
    """In the order of the declarations, whatever the order of the file."""
    told = {(row["piece"], row["name"]): row for row in columns.records()}
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


def _lead(row: dict[str, Any], phase: str) -> Lead | None:
    """A measure's own lead time; None where its chain of steps has it."""
    months = [row[f"{phase}_{end}"] for end in ("low", "mode", "high")]
    return None if None in months else Lead(*map(float, months))


def _measures(tables: dict[str, Columns]) -> Iterator[Measure]:
    chains = build_deciding.chains(tables["steps"])
    for row in tables["measures"].records():
        yield Measure(
            id=row["measure"],
            kind=row["kind"],
            name=Text(row["name_sv"], row["name_en"]),
            district=row["district"] or "",
            detail=row["detail"] or "",
            size=row["size"],
            unit=row["size_unit"],
            prepare=_lead(row, "prepare"),
            commit=_lead(row, "commit"),
            over_months=row["over_months"],
            lasts_months=row["lasts_months"],
            prepare_cost=row["prepare_cost"],
            commit_cost=row["commit_cost"],
            source=row["source"],
            status=row["status"],
            owner=Text(row["owner_sv"] or "", row["owner_en"] or ""),
            prepare_body=row["prepare_body"] or "",
            commit_body=row["commit_body"] or "",
            salvage=row["salvage"] or 0.0,
            repaid=row["repaid"] or 0.0,
            steps=chains[row["chain"]] if row["chain"] else (),
        )


def _plans(tables: dict[str, Columns], base: int) -> Iterator[Plan]:
    sizes = {row["measure"]: row["size"] for row in tables["measures"].records()}
    for named in tables["plan_names"].records():
        starts = tuple(
            Start(
                row["measure"],
                row["start"] - base,
                sizes[row["measure"]] if row["size"] is None else row["size"],
                None if row["commit"] is None else row["commit"] - base,
            )
            for row in tables["plans"].records()
            if row["plan"] == named["plan"]
        )
        yield Plan(named["plan"], Text(named["name_sv"], named["name_en"]), starts)
