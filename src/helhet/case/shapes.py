"""Outlines of districts and town, from GeoJSON in longitude and latitude (WGS 84)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.files import BROKEN_DISK, MB, regular
from helhet.case.found import Found, listed

LARGEST = 20 * MB
FAR = 3.0
"""How far (degrees) a district's outline may lie from its point before it is taken for a mistake."""

Ring = np.ndarray[Any, np.dtype[np.float64]]
CURE_WGS84 = "Export it as longitude, latitude in degrees (WGS 84, EPSG:4326)"


@dataclass
class Shapes:
    """Outer rings by district (``""`` where no district is named), and whether the outline is schematic."""

    rings: dict[str, list[Ring]] = field(default_factory=dict)
    schematic: dict[str, bool] = field(default_factory=dict)
    sha256: str = ""


class _BadError(ValueError):
    """A shape that cannot be used; the message says why."""

    def __init__(self, wrong: str, cure: str, value: object = "") -> None:
        super().__init__(wrong)
        self.wrong, self.cure, self.value = wrong, cure, value


def read_shapes(path: Path, file: str, found: Found) -> Shapes | None:
    """Read the polygons of a GeoJSON file; each feature's property ``district`` names its district.

    ``None``, with faults, if the file cannot be read at all. The property ``schematic`` (true or false) says that the
    outline was drawn for the occasion.
    """
    if not regular(path, file, LARGEST, found):
        return None
    try:
        data = path.read_bytes()
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_constant)
    except OSError as error:
        found.add(file, 0, "", "", f"cannot be read: {error.strerror}", BROKEN_DISK)
        return None
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", 0)
        found.add(file, row, "", "", f"is not GeoJSON: {error}"[:200], "Export it again as GeoJSON in UTF-8")
        return None
    shapes = Shapes(sha256=hashlib.sha256(data).hexdigest())
    for number, feature in enumerate(_features(told), 1):
        place = f"feature {number}"
        try:
            name, schematic, rings = _feature(feature)
        except _BadError as bad:
            found.add(file, 0, place, bad.value, bad.wrong, bad.cure)
            continue
        shapes.rings.setdefault(name, []).extend(rings)
        shapes.schematic[name] = shapes.schematic.get(name, False) or schematic
    if not shapes.rings and not found.of(file):
        found.add(file, 0, "", "", "holds no polygons", "Export the districts as polygons in a FeatureCollection")
    return shapes


def _constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")


def _features(told: Any) -> Iterator[Any]:
    if isinstance(told, dict) and isinstance(told.get("features"), list):
        yield from told["features"]
    elif isinstance(told, dict) and told.get("type") in ("Feature", "Polygon", "MultiPolygon"):
        yield told


def _feature(feature: Any) -> tuple[str, bool, list[Ring]]:
    if not isinstance(feature, dict):
        raise _BadError("is not a feature", "Export it again as GeoJSON", repr(feature)[:60])
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    name = properties.get("district", feature.get("id", ""))
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind if isinstance(kind, str) else "")
    if not isinstance(polygons, list):
        raise _BadError("is not a polygon", "Draw it as a Polygon or MultiPolygon", kind)
    if not polygons:
        raise _BadError("has no polygon", "Draw its outline")
    return str(name), properties.get("schematic") is True, [_ring(polygon) for polygon in polygons]


def _ring(polygon: Any) -> Ring:
    outer = polygon[0] if isinstance(polygon, list) and polygon else None
    if not isinstance(outer, list) or len(outer) < 4:
        raise _BadError("has an outline of fewer than four points", "Draw it with at least three corners, closed")
    points = np.array([_point(point) for point in outer])
    if np.abs(points[:, 0]).max() > 180 or np.abs(points[:, 1]).max() > 90:
        far = points[np.argmax(np.abs(points).max(axis=1))]
        metres = np.abs(points).max() > 1000
        wrong = "has coordinates that are not degrees" + (", perhaps metres of SWEREF 99 TM" if metres else "")
        raise _BadError(wrong, CURE_WGS84, f"{far[0]:g}, {far[1]:g}")
    if not np.array_equal(points[0], points[-1]):
        shown = f"{points[0, 0]:g}, {points[0, 1]:g} and {points[-1, 0]:g}, {points[-1, 1]:g}"
        raise _BadError("has an outline that is not closed", "End it with the point it begins with", shown)
    x, y = (points - points[0]).T  # small numbers: the area of a large minus a large one is lost in rounding
    if abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) < 1e-14:
        raise _BadError("has an outline without area", "Draw it around the district")
    points.flags.writeable = False
    return points


def _point(point: Any) -> tuple[float, float]:
    numbers = isinstance(point, list) and len(point) >= 2
    if not numbers or not all(isinstance(c, int | float) and not isinstance(c, bool) for c in point[:2]):
        raise _BadError("has a point that is not two numbers", CURE_WGS84, repr(point)[:60])
    if any(abs(c) > 1e15 for c in point[:2]):
        raise _BadError("has coordinates that are not degrees", CURE_WGS84, repr(point[0])[:30])
    return float(point[0]), float(point[1])


def match_districts(shapes: Shapes, file: str, points: Mapping[str, tuple[float, float] | None], found: Found) -> None:
    """Check that every district has an outline near its point, and no outline a district that does not exist.

    ``points`` holds longitude and latitude by district, ``None`` where they are faulty.
    """
    for name in shapes.rings:
        if name not in points:
            hint = found.hint(file, name, points)
            cure = f"Give each feature the property 'district'.{hint} Districts: {listed(points)}"
            found.add(file, 0, "district", name, "is not a district of districts.csv", cure)
    if found.of(file):
        return
    for name, point in points.items():
        if name not in shapes.rings:
            found.add(file, 0, "district", name, "has no outline", "Draw one, or remove the district")
        elif point is not None:
            _near(shapes.rings[name], file, name, point, found)


def _near(rings: list[Ring], file: str, name: str, point: tuple[float, float], found: Found) -> None:
    every = np.concatenate(rings)

    def away(x: float, y: float) -> float:
        return float(np.abs(every - np.array([x, y])).max(axis=1).min())

    if away(*point) > FAR:
        swapped = away(point[1], point[0]) <= FAR
        cure = "Longitude and latitude have changed places: write longitude first" if swapped else CURE_WGS84
        shown = f"{every[0, 0]:g}, {every[0, 1]:g}"
        found.add(file, 0, name, shown, f"lies far from its point {point[0]:g}, {point[1]:g}", cure)
