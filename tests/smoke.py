"""Build the wheel, install it alone in a clean environment, and run each entry point as a newcomer would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANSWER_WITHIN = 60.0  # seconds for the service to come up


def run(*command: str, cwd: Path) -> str:
    """Run a command and return what it printed; a failure shows all of it."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def serve_once(jixiao: str, store: Path, cwd: Path) -> None:
    """Start the service, ask the readiness and one query, and stop it."""
    process = subprocess.Popen([jixiao, "serve", "--store", str(store), "--port", "8765"], cwd=cwd)
    try:
        deadline = time.monotonic() + ANSWER_WITHIN
        while True:
            try:
                with urllib.request.urlopen("http://127.0.0.1:8765/readyz", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the service did not come up") from None
                time.sleep(0.1)
        query = "SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fi%20a%20jx%3AIndicator%20%7D"
        request = urllib.request.Request(
            f"http://127.0.0.1:8765/sparql?query={query}", headers={"Accept": "application/sparql-results+json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            count = json.load(answer)["results"]["bindings"][0]["n"]["value"]
        assert int(count) > 0, count
    finally:
        process.terminate()
        process.wait(timeout=30)


def main() -> None:
    """Build, install, run."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(place), str(ROOT), cwd=place)
        wheel = next(place.glob("*.whl"))
        venv.create(place / "env", with_pip=True)
        python = str(place / "env" / "bin" / "python")
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel), cwd=place)
        jixiao = str(place / "env" / "bin" / "jixiao")
        store = place / "store"
        os.environ.pop("JIXIAO_STORE", None)
        print(run(jixiao, "--version", cwd=place).strip())
        run(jixiao, "--help", cwd=place)
        run(jixiao, "lift", str(ROOT / "data"), "--store", str(store), "--quiet", cwd=place)
        rows = run(jixiao, "table", "indicators", "--store", str(store), cwd=place).splitlines()
        assert rows, "no indicators"
        run(jixiao, "query", "ASK { ?i a jx:Indicator }", "--store", str(store), cwd=place)
        run(jixiao, "value", "≥95%", cwd=place)
        run(jixiao, "store", "check", "--store", str(store), cwd=place)
        serve_once(jixiao, store, place)
        print(f"smoke: {wheel.name} installed alone, {len(rows)} indicators lifted, queried and served")


if __name__ == "__main__":
    main()
