"""Fetch the third-party scripts of ``vendor.toml`` with npm: ``python tools/vendor.py [--update]``.

Each file must have the checksum that stands there; ``--update`` writes the new ones after a version was changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "service" / "jixiao_service" / "static" / "vendor.toml"
LICENCES = ROOT / "service" / "jixiao_service" / "static" / "vendor" / "LICENCES.txt"


def install(folder: Path, packages: dict[str, str]) -> None:
    """Install packages at exactly these versions; none of their scripts run."""
    wanted = [f"{name}@{version}" for name, version in packages.items()]
    options = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "install", *options, *wanted], cwd=folder, check=True)


def content(name: str, entry: dict[str, Any], folder: Path) -> bytes:
    """Return the file a package gives, bundled where the list says so."""
    if "entry" not in entry:
        return (folder / "node_modules" / name / entry["source"]).read_bytes()
    copy = folder / "entry.js"
    copy.write_bytes((ROOT / entry["entry"]).read_bytes())
    bundler = folder / "node_modules" / ".bin" / "esbuild"
    options = ["--bundle", "--minify", "--format=iife", "--target=es2020", "--legal-comments=none"]
    bundled = subprocess.run(
        [bundler, copy.name, *options, f"--global-name={entry['global']}"], cwd=folder, check=True, capture_output=True
    )
    return bundled.stdout


def licences(names: list[str], folder: Path) -> str:
    """Return the licence texts of packages."""
    parts = []
    for name in names:
        for path in sorted((folder / "node_modules" / name).glob("[LN][IO][CT]*")):
            parts.append(f"==== {name}: {path.name}\n\n{path.read_text('utf-8').strip()}\n")
    return "\n".join(parts)


def main() -> int:
    """Fetch, compare and write."""
    update = "--update" in sys.argv[1:]
    text = LIST.read_text("utf-8")
    wrong, texts = [], []
    for name, entry in tomllib.loads(text).items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            packages = {name: entry["version"], **entry.get("packages", {})}
            install(folder, packages)
            data = content(name, entry, folder)
            if entry["file"].startswith("service/jixiao_service/"):
                texts.append(licences([each for each in packages if each != "esbuild"], folder))
        found = sha256(data).hexdigest()
        if found != entry["sha256"]:
            if not update:
                wrong.append(f"{name}: {found}, not {entry['sha256']}")
                continue
            text = re.sub(rf'(^\[{name}\]$.*?^sha256 = )"[0-9a-f]*"', rf'\1"{found}"', text, flags=re.M | re.S)
        target = ROOT / entry["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    LICENCES.write_text("\n".join(texts), "utf-8")
    LIST.write_text(text, "utf-8")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
