"""Other people's packages and files called ``kg`` or ``service`` do not touch ours, nor does their removal."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.pipeline.test_lifting import FORM

pytestmark = pytest.mark.long

STRANGER = "raise ImportError('a stranger')\n"
METADATA = "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def make_stranger(folder: Path) -> Path:
    """Make a wheel that holds ``kg`` as a package and ``service`` as a module."""
    parts = {"kg/__init__.py": STRANGER, "kg/cli.py": STRANGER, "service.py": STRANGER}
    parts |= {"stranger-1.0.dist-info/METADATA": METADATA, "stranger-1.0.dist-info/WHEEL": WHEEL}
    record = "stranger-1.0.dist-info/RECORD"
    path = folder / "stranger-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr(record, "".join(f"{name},,\n" for name in (*parts, record)))
    return path


@dataclass(frozen=True)
class Environment:
    """Hold an environment of its own with our wheel in it; what we depend on it borrows from the one that tests."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def pip(self, *arguments: str) -> None:
        run(sys.executable, "-m", "pip", "--python", self.python, *arguments, cwd=self.folder)

    @property
    def site(self) -> Path:
        (site,) = self.folder.glob("lib/python3*/site-packages")
        return site

    def borrow(self) -> None:
        (self.site / "borrowed.pth").write_text("".join(f"{each}\n" for each in sys.path if "site-packages" in each))

    def works(self, folder: Path) -> None:
        """Hold that a document is lifted and shown, and that everything imported is the wheel's."""
        (folder / "form.txt").write_text(FORM, "utf-8")
        store = ("--store", str(folder / "store"))
        run(self.python, "-m", "jixiao", "lift", "form.txt", *store, cwd=folder)
        rows = run(str(self.folder / "bin" / "jixiao"), "table", "indicators", *store, cwd=folder).splitlines()
        assert [json.loads(row)["level3"] for row in rows] == ["举办展览", "观众满意度"]
        told = run(
            self.python, "-c", "import jixiao, jixiao_service.app as a; print(jixiao.__file__, a.__file__)", cwd=folder
        )
        assert [Path(each).is_relative_to(self.folder) for each in told.split()] == [True, True]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    pytest.importorskip("hatchling", reason="make test-long installs hatchling, which builds the wheel")
    place = tmp_path_factory.mktemp("collision")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place), cwd=ROOT)
    (wheel,) = place.glob("jixiao_kg-*.whl")
    venv.create(place / "env", with_pip=False)
    made = Environment(place / "env")
    made.pip("install", "--quiet", "--no-deps", str(wheel), str(make_stranger(place)))
    made.borrow()
    return made


def test_a_strangers_kg_and_service_come_and_go(environment: Environment, tmp_path: Path) -> None:
    for state in ("beside", "without"):
        folder = tmp_path / state
        folder.mkdir()
        environment.works(folder)
        if state == "beside":
            assert (environment.site / "kg").exists() and (environment.site / "service.py").exists()
            environment.pip("uninstall", "--quiet", "--yes", "stranger")
    assert not [name for name in ("kg", "service.py") if (environment.site / name).exists()]


def test_files_called_kg_and_service_in_the_working_folder_shadow_nothing(
    environment: Environment, tmp_path: Path
) -> None:
    for name in ("kg.py", "service.py"):
        (tmp_path / name).write_text(STRANGER)
    environment.works(tmp_path)


def test_the_wheel_takes_no_name_but_its_own(environment: Environment) -> None:
    (wheel,) = environment.folder.parent.glob("jixiao_kg-*.whl")
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"jixiao", "jixiao_service"}
