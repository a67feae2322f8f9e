"""Which sentences the code and the templates say: read from their text, not from a run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import helhet_door.centre

HOME = Path(helhet_door.centre.__file__).parent
_STRING = r'("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
_SAY = re.compile(rf"\bsay\(\s*{_STRING}")
_COUNT = re.compile(rf"\bcount\(\s*{_STRING}\s*,\s*{_STRING}")


def said() -> dict[str, str]:
    """Every single sentence, with the file where it first stands."""
    found: dict[str, str] = {}
    for path in sorted(HOME.rglob("*.py")):
        for name, texts in _calls(path):
            if name in {"say", "mark"}:
                found.setdefault(texts[0], str(path.relative_to(HOME)))
    for path in sorted((HOME / "templates").glob("*.html")):
        for text in _SAY.findall(path.read_text("utf-8")):
            found.setdefault(ast.literal_eval(text), f"templates/{path.name}")
    return found


def counted() -> dict[tuple[str, str], str]:
    """Every sentence with a plural."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(HOME.rglob("*.py")):
        for name, texts in _calls(path):
            if name == "count" and len(texts) > 1:
                found.setdefault((texts[0], texts[1]), str(path.relative_to(HOME)))
    for path in sorted((HOME / "templates").glob("*.html")):
        for one, many in _COUNT.findall(path.read_text("utf-8")):
            found.setdefault((ast.literal_eval(one), ast.literal_eval(many)), f"templates/{path.name}")
    return found


def _calls(path: Path) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if texts and isinstance(node.args[0], ast.Constant):
                yield name, texts
