"""The rules of the house that no linter knows: names taken once, what is importable, and what a start may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = (ROOT / "kg" / "jixiao", ROOT / "service" / "jixiao_service")
LATER = ("forms", "accounts")  # rooms whose names are settled when they are rewritten
HEAVY = ("jieba", "rdflib", "pyshacl", "opencc", "pyoxigraph", "fastapi", "lxml")
LOADED = f"print(*({{*{HEAVY}}} & {{name.partition('.')[0] for name in sys.modules}}))"


def classes() -> Iterator[tuple[str, str]]:
    """Yield the top-level classes of our packages, without a leading underscore, and the files they stand in."""
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            place = path.relative_to(source)
            if place.parts[0] in LATER:
                continue
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    yield node.name.lstrip("_"), f"{source.name}/{place}"


def python(code: str, folder: Path) -> str:
    """Run code in a process that sees nothing but what is installed, and return what it printed."""
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.xfail(reason="the rooms are still settling their doubled names", strict=False)
def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for name, place in classes():
        places[name].append(place)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_nothing_of_ours_has_a_name_that_others_take(tmp_path: Path) -> None:
    code = """
from importlib.util import find_spec
for name in ("kg", "service", "kg.jixiao", "service.jixiao_service"):
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        continue
    if spec and (spec.origin or "." in name):  # an uninstalled package may leave empty folders, which are no module
        print(name, spec.origin)
"""
    assert python(code, tmp_path) == ""


def test_the_package_is_imported_without_its_engines(tmp_path: Path) -> None:
    assert python(f"import sys, jixiao; {LOADED}", tmp_path).strip() == ""


def test_help_is_shown_without_the_engines(tmp_path: Path) -> None:
    code = f"""
import contextlib, io, sys
from jixiao.cli import main
sys.argv = ["jixiao", "--help"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
{LOADED}
"""
    assert python(code, tmp_path).strip() == ""
