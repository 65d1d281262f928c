"""Run every command printed in the READMEs and the pages in a clean environment: ``make commands`` (minutes).

The wheel is built and installed alone; the commands run in the order they are printed, each page in a folder of its
own with ``data/``, ``docs/`` and ``service/`` as in the source and what ``jixiao lift data`` makes. What changes the
system or needs other programs is told as not run, with its reason; a service is started where it is printed, asked
whether it is ready, and ended.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.docs.blocks import PAGES, blocks  # noqa: E402
from tests.smoke import build, served  # noqa: E402

EXTRAS = "figures,parquet,mcp,annotate"
_FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ELSEWHERE = ("make ", "python -m venv", "env/bin/pip", "pip install")  # what is done here itself, or by make smoke


@dataclass(frozen=True)
class Printed:
    """Hold a command as it is printed, where, and why it is not run, if it is not."""

    page: str
    command: str
    reason: str = ""


def of_readme(name: str) -> Iterator[Printed]:
    """Yield the commands of a README."""
    for block in _FENCE.findall((ROOT / name).read_text("utf-8")):
        for line in block.splitlines():
            command = re.sub(r"\s{2,}#.*", "", line).replace("env/bin/jixiao", "jixiao").strip()
            command = command.replace("项目绩效目标表.xlsx", "docs/examples/draft.txt")
            if command:
                yield Printed(name, command, "done by this script" if command.startswith(_ELSEWHERE) else "")


def of_page(language: str, page: str) -> Iterator[Printed]:
    """Yield the commands of a page."""
    for block in blocks(ROOT / "docs" / language / page):
        if block.language == "console":
            for command, _ in block.commands():
                runs_ever = command in ("jixiao serve", "JIXIAO_MCP=1 jixiao serve")
                yield Printed(f"{language}/{page}", command, block.run if block.never and not runs_ever else "")


def everything() -> Iterator[Printed]:
    """Yield every command printed."""
    for name in ("README.md", "README.en.md"):
        yield from of_readme(name)
    for language in ("zh", "en"):
        for page in PAGES:
            yield from of_page(language, page)


def workplace(place: Path, store: Path) -> Path:
    """Make a folder as the pages suppose it."""
    place.mkdir()
    shutil.copytree(ROOT / "data", place / "data", ignore=shutil.ignore_patterns("out"))
    shutil.copytree(store, place / "data" / "out" / "store")
    for name in ("docs", "service"):
        (place / name).symlink_to(ROOT / name)
    return place


def run(printed: Printed, place: Path, programs: Path) -> str:
    """Run one command; return what is wrong, nothing when all is well."""
    if printed.command.endswith("jixiao serve"):
        with served(str(programs / "jixiao"), place / "data/out/store", place):
            return ""
    environment = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(place), "LANG": "C.UTF-8"}
    if "$URL" in printed.command:
        with served(str(programs / "jixiao"), place / "data/out/store", place) as url:
            return outcome(printed.command, place, environment | {"URL": url})
    return outcome(printed.command, place, environment)


def outcome(command: str, place: Path, environment: dict[str, str]) -> str:
    """Return how a command failed; findings (1) and a declined question (2) are answers where one asks for them."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    allowed = {0}
    if re.search(r"jixiao (check|validate)", command):
        allowed.add(1)
    if "jixiao ask" in command and "可以这样问" in done.stdout + done.stderr:
        allowed.add(2)
    return "" if done.returncode in allowed else f"exit {done.returncode}: {done.stderr[-300:]}"


def main() -> int:
    """Build, install, lift, run; return 1 where a command fails."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "dist").mkdir()
        wheel = build(ROOT, "wheel", place / "dist")
        venv.create(place / "env", with_pip=True)
        programs = place / "env" / "bin"
        install: list[str | Path] = [
            programs / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*install, f"{wheel}[{EXTRAS}]"], check=True)
        store = place / "store"
        lift: list[str | Path] = [programs / "jixiao", "lift", ROOT / "data", "--store", store, "--quiet"]
        subprocess.run(lift, check=True, capture_output=True)
        failed = ran = 0
        pages: dict[str, Path] = {}
        for printed in everything():
            if printed.reason:
                print(f"not run  {printed.page}  {printed.command}  ({printed.reason})")
                continue
            if printed.page not in pages:
                pages[printed.page] = workplace(place / f"page{len(pages)}", store)
            wrong = run(printed, pages[printed.page], programs)
            ran += 1
            failed += bool(wrong)
            print(f"{'FAILED' if wrong else 'ok'}  {printed.page}  {printed.command}  {wrong}", flush=True)
        print(f"{ran} commands run, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
