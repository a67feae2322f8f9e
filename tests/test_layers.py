"""Imports go one way, and what says so covers everything."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helhet.pieces.order import ORDER

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "helhet"
MODULES = sorted(PACKAGE.rglob("*.py"))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of pyproject.toml against the package in ``folder``/src."""
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as c; c()"]
    command += ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def contracts() -> list[dict[str, object]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(read["tool"]["importlinter"]["contracts"])


def test_every_import_goes_the_one_way() -> None:
    checked = lint(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


def test_a_piece_that_imports_a_door_is_caught(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src" / "helhet", ignore=shutil.ignore_patterns("*.pyc", "*.csv"))
    with (tmp_path / "src" / "helhet" / "pieces" / "beds.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom helhet.doors import telling\n")
    checked = lint(tmp_path)
    assert checked.returncode == 1
    assert "helhet.pieces.beds -> helhet.doors.telling" in checked.stdout


def test_every_part_of_the_package_has_its_place_among_the_layers() -> None:
    parts = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    parts |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    (layers,) = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    assert isinstance(layers, list)
    assert sorted(layers) == sorted(f"helhet.{part}" for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_the_package_root(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert "helhet" not in [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.module != "helhet"
            assert node.level == 0, "write the whole name of the module"


def test_every_piece_is_among_those_that_may_not_import_each_other() -> None:
    (pieces,) = [contract["modules"] for contract in contracts() if contract["type"] == "independence"]
    assert isinstance(pieces, list)
    assert sorted(pieces) == sorted(kind.__module__ for kind, _ in ORDER)
