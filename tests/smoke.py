"""Build the distributions, install the wheel alone in a clean environment, and run each entry point as newcomers do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANSWER_WITHIN = 60.0  # seconds for the service to come up
MANUAL = 5_000_000  # bytes of the built documentation in the wheel
COUNT = "SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fi%20a%20jx%3AIndicator%20%7D"
NEEDED = (
    "Makefile",
    ".ci/run",
    "data/sources.csv",
    "tests/smoke.py",
    "tests/programs.sh",
    "ontology/build.py",
    "tools/vendor.py",
)


def run(*command: str, cwd: Path) -> str:
    """Run a command and return what it printed; a failure shows all of it."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(source: Path, kind: str, place: Path) -> Path:
    """Build a distribution (wheel or sdist) of a source tree into a folder and return its file."""
    before = set(place.glob("*"))
    run(sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(place), cwd=source)
    (built,) = set(place.glob("*")) - before
    return built


def check_sdist(sdist: Path, wheel: Path, place: Path) -> None:
    """Hold that a source distribution has what its Makefile runs, and gives the same wheel as the checkout."""
    with tarfile.open(sdist) as archive:
        archive.extractall(place / "source", filter="data")
    (source,) = (place / "source").iterdir()
    missing = [name for name in NEEDED if not (source / name).exists()]
    assert not missing, f"not in the sdist: {missing}"
    (place / "again").mkdir()
    rebuilt = build(source, "wheel", place / "again")
    assert names(rebuilt) == names(wheel), names(rebuilt) ^ names(wheel)


def names(wheel: Path) -> set[str]:
    """Return the names of the files in a wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


@contextmanager
def served(jixiao: str, store: Path, cwd: Path) -> Iterator[str]:
    """Serve a store on a free port; give the address once it is ready."""
    log = cwd / "service.log"
    with log.open("w") as output:
        command = [jixiao, "serve", "--store", str(store), "--port", "0"]
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=output)
    try:
        yield wait_until_ready(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address a service tells, once it answers there that it is ready."""
    deadline = time.monotonic() + ANSWER_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        told = re.search(r"http://[\w.:]+", log.read_text("utf-8"))
        try:
            if told:
                with urllib.request.urlopen(f"{told[0]}/readyz", timeout=5):
                    return told[0]
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"the service did not come up: {log.read_text('utf-8')}")


def ask(url: str) -> int:
    """Return how many indicators a service has."""
    request = urllib.request.Request(
        f"{url}/sparql?query={COUNT}", headers={"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(json.load(answer)["results"]["bindings"][0]["n"]["value"])


def check_manual(wheel: Path, url: str) -> None:
    """Hold that the documentation is in the wheel, no larger than is fair, and served in both languages."""
    with zipfile.ZipFile(wheel) as archive:
        pages = [each for each in archive.infolist() if "/site/" in each.filename]
    assert 0 < sum(each.compress_size for each in pages) < MANUAL
    for address in ("/docs/", "/docs/en/"):
        with urllib.request.urlopen(url + address, timeout=30) as answer:
            assert b"<main" in answer.read(), address


def main() -> None:
    """Build, install, run."""
    os.environ.pop("JIXIAO_STORE", None)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "dist").mkdir()
        wheel = build(ROOT, "wheel", place / "dist")
        check_sdist(build(ROOT, "sdist", place / "dist"), wheel, place)
        venv.create(place / "env", with_pip=True)
        programs = place / "env" / "bin"
        python, jixiao = str(programs / "python"), str(programs / "jixiao")
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel), cwd=place)
        for command in ((jixiao,), (python, "-m", "jixiao")):
            print(run(*command, "--version", cwd=place).strip())
            run(*command, "--help", cwd=place)
        run(python, "-c", "import jixiao, jixiao_service", cwd=place)
        store = place / "store"
        run(jixiao, "lift", str(ROOT / "data"), "--store", str(store), "--quiet", cwd=place)
        rows = run(jixiao, "table", "indicators", "--store", str(store), cwd=place).splitlines()
        assert rows, "no indicators"
        run(jixiao, "query", "ASK { ?i a jx:Indicator }", "--store", str(store), cwd=place)
        run(jixiao, "value", "≥95%", cwd=place)
        run(jixiao, "store", "check", "--store", str(store), cwd=place)
        with served(jixiao, store, place) as url:
            assert ask(url) > 0
            check_manual(wheel, url)
        print(f"smoke: {wheel.name} installed alone, {len(rows)} indicators lifted, queried and served")


if __name__ == "__main__":
    main()
