"""The wheel and the sdist are the same bytes whenever they are built from the same tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import ROOT

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "__pycache__", ".*_cache", "out", "build", "dist", "tests", "site"
)


def built(source: Path, kind: str, place: Path) -> tuple[str, str]:
    """Return the name and the digest of a distribution built from a tree."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(place)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    (made,) = place.iterdir()
    return made.name, sha256(made.read_bytes()).hexdigest()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_two_builds_are_the_same_bytes(kind: str, tmp_path: Path) -> None:
    made: list[tuple[str, str]] = []
    for name in ("one", "other"):
        source, place = tmp_path / name / "source", tmp_path / name / "dist"
        shutil.copytree(ROOT, source, ignore=LEFT_OUT)
        for path in source.rglob("*"):
            os.utime(path, (1_600_000_000 + len(made) * 1_000_000,) * 2)  # times of files must not matter
        place.mkdir()
        made.append(built(source, kind, place))
    assert made[0] == made[1]
