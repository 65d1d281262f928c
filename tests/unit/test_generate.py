"""Documents made in any number read as they were printed, and the same seed gives the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.reading import read

ROOT = Path(__file__).resolve().parents[2]


def generate(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, str(ROOT / "tools" / "generate.py"), "--documents", "8", "--out", str(out), *options]
    return subprocess.run(call, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    done = generate(folder / "once")
    assert done.returncode == 0, done.stderr
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(made: Path) -> None:
    generate(made / "again")
    generate(made / "other", "--seed", "2")
    once = files(made / "once")
    assert len(once) == 8
    assert once == files(made / "again")
    assert not once.keys() & files(made / "other").keys()


def test_what_is_printed_is_read(made: Path) -> None:
    (text,) = (made / "once").glob("*/2022/*.txt")
    (book,) = (made / "once").glob("*/2022/*.xlsx")
    for path in (text, book):
        records = read(path).records
        kinds = [form.kind.value for form in records.forms]
        assert kinds == ["department-target", "project-target-summary"]
        assert records.fiscal_year == 2022
        assert path.name.startswith(str(records.department))
        assert 90 <= sum(len(plan.indicators) for form in records.forms for plan in form.plans) <= 110
        assert records.issues == ()


def test_an_office_publishes_twice_under_one_name_and_under_another(made: Path) -> None:
    names = [Path(name).name for name in files(made / "once")]
    assert len(names) - len(set(names)) == 1
    assert sum("更正" in name for name in names) == 1


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    done = generate(tmp_path, "--formats", "txt,odt")
    assert done.returncode != 0
    assert "odt" in done.stderr
