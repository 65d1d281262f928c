"""What is imported is declared, and what is declared is fixed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from runpy import run_path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"jixiao", "jixiao_service", "tests", "tools"}


@cache
def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, object] = tomllib.load(file)["project"]
        return found


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[]", name)[0]).lower()


def declared(*extras: str) -> set[str]:
    optional = project()["optional-dependencies"]
    assert isinstance(optional, dict)
    groups = [project()["dependencies"], *(optional[extra] for extra in extras)]
    return {plain(each) for group in groups for each in group}


def imported(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield the modules of others that are imported anywhere in folders, with the file."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" in path.parts:  # what others bring along for the browser
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [each.name for each in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [node.module]
                for name in {each.partition(".")[0] for each in names}:
                    if name not in sys.stdlib_module_names and name not in OURS:
                        yield name, str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (("kg", "service"), ("parquet", "figures", "ocr", "mcp", "annotate", "dask")),
        (
            ("tests", "tools", "ontology"),
            ("parquet", "figures", "mcp", "annotate", "dask", "dev", "bench", "docs", "notebook"),
        ),
    ],
)
def test_every_import_is_declared(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    known = packages_distributions()
    wanted = {
        "cv2": "rapidocr",
        "numpy": "rapidocr",
        "PIL": "reportlab",
        "mkdocs": "mkdocs",
    }  # their own dependencies, used where they are
    missing = set()
    for module, file in imported(*folders):
        named = {plain(each) for each in known.get(module, [wanted.get(module, module)])}
        if not named & declared(*extras) and wanted.get(module) not in declared(*extras):
            missing.add((module, file))
    assert missing == set()


def test_the_lock_holds_every_dependency_with_hashes() -> None:
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9][\w.-]*)==\S+((?: \\\n +--hash=sha256:[0-9a-f]{64})+)", text, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.M))
    assert declared("dev", "annotate") <= {plain(name) for name, _ in pinned}


def test_the_constraints_hold_every_dependency_of_users() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = {plain(line) for line in text.splitlines() if line and not line.startswith("#")}
    assert declared("parquet", "figures", "ocr", "mcp", "annotate", "dask") <= pinned
    assert all("==" in line for line in text.splitlines() if line and not line.startswith("#"))


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', []),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}]}', ["a 1: CVE-1"]),
        ("", None),
        ("ERROR: Could not connect to the vulnerability service", None),
        ("[]", None),
    ],
)
def test_an_audit_without_a_database_is_no_clean_bill(report: str, told: list[str] | None) -> None:
    found = run_path(str(ROOT / "tools" / "supply.py"))["advisories"](report)
    assert found == told or (found and told and found[0].endswith(told[0]))
