"""Install each extra alone in a clean environment and run what it is for: ``make extras`` (minutes).

Before it is installed the same command has to name the extra and fail; afterwards it has to give what it promises.
Arguments name the extras to try; without any all are.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.makers.examples import APPLICATION  # noqa: E402
from tests.makers.files import make_xlsx  # noqa: E402
from tests.makers.pdf import make_pdf  # noqa: E402
from tests.smoke import build, run  # noqa: E402

GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "trial", "version": "1"}},
}


@dataclass(frozen=True)
class Trial:
    """Hold a command that needs an extra, and what it has to give: a file that begins so, or words it prints."""

    command: tuple[str, ...]
    made: str = ""
    begins: bytes = b""
    said: str = ""
    asked: str = ""


TRIALS: Mapping[str, Trial] = {
    "parquet": Trial(("table", "indicators", "-f", "parquet", "-o", "rows.parquet"), "rows.parquet", b"PAR1"),
    "figures": Trial(("figure", "heatmap", "-o", "heatmap.png"), "heatmap.png", b"\x89PNG"),
    "annotate": Trial(("check", "draft.xlsx", "--annotate", "marked"), "marked/draft（批注）.xlsx", b"PK"),
    "ocr": Trial(("inspect", "scan.png"), said="沿岸群众满意度"),
    "dask": Trial(("lift", "file://draft.xlsx"), said="draft.xlsx"),
    "mcp": Trial(("mcp",), said='"serverInfo"', asked=json.dumps(GREETING) + "\n"),
}


def prepare(place: Path) -> None:
    """Put a workbook and a picture there."""
    (place / "draft.xlsx").write_bytes(make_xlsx([APPLICATION]))
    page = pypdfium2.PdfDocument(make_pdf([APPLICATION]))[0]
    page.render(scale=200 / 72).to_pil().convert("RGB").save(place / "scan.png", dpi=(200, 200))


def attempt(jixiao: str, trial: Trial, place: Path) -> tuple[bool, str]:
    """Run a command as it would be in a shell of its own; return whether it gave what it promises, and what it said."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(place), "LANG": "C.UTF-8", "JIXIAO_STORE": str(place / "store")}
    done = subprocess.run(
        [jixiao, *trial.command],
        cwd=place,
        env=environment,
        input=trial.asked,
        capture_output=True,
        text=True,
        check=False,
    )
    made = place / trial.made
    whole = not trial.made or (made.is_file() and made.read_bytes().startswith(trial.begins))
    return whole and trial.said in done.stdout, done.stdout + done.stderr


def main() -> None:
    """Build, and try each extra."""
    wanted = sys.argv[1:] or list(TRIALS)
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "dist").mkdir()
        wheel = build(ROOT, "wheel", place / "dist")
        prepare(place)
        for extra in wanted:
            venv.create(place / extra, with_pip=True)
            python, jixiao = str(place / extra / "bin/python"), str(place / extra / "bin/jixiao")
            pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            run(*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel), cwd=place)
            if not (place / "store").exists():
                run(jixiao, "lift", str(ROOT / "data"), "--store", "store", "--quiet", cwd=place)
            early, said = attempt(jixiao, TRIALS[extra], place)
            named = not early and f"[{extra}]" in said
            run(*pip, "--constraint", str(ROOT / "constraints.txt"), f"{wheel}[{extra}]", cwd=place)
            works, said = attempt(jixiao, TRIALS[extra], place)
            print(f"{extra}: missing it is named: {named}; installed it works: {works}", flush=True)
            if not (named and works):
                print(said, file=sys.stderr)
                failed.append(extra)
    if failed:
        raise SystemExit(f"not as promised: {' '.join(failed)}")


if __name__ == "__main__":
    main()
