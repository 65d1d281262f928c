"""The vendored scripts are what the list says, and nothing the pages carry names another host to load from."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "service" / "jixiao_service" / "static"
TEMPLATES = ROOT / "service" / "jixiao_service" / "templates"


def test_vendored_files_have_their_checksums() -> None:
    listed = tomllib.loads((STATIC / "vendor.toml").read_text("utf-8"))
    for name, entry in listed.items():
        assert sha256((ROOT / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["version"] and entry["licence"] and entry["why"]
    scripts = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert scripts == {
        Path(entry["file"]).name for entry in listed.values() if entry["file"].startswith("service/jixiao_service/")
    }


def test_licences_of_all_vendored_packages_are_carried() -> None:
    listed = tomllib.loads((STATIC / "vendor.toml").read_text("utf-8"))
    licences = (STATIC / "vendor" / "LICENCES.txt").read_text("utf-8")
    for name, entry in listed.items():
        if entry["file"].startswith("service/jixiao_service/"):
            for package in {name, *entry.get("packages", {})} - {"esbuild"}:
                assert f"==== {package}: LICENSE" in licences, package


def test_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere() -> None:
    inline = re.compile(
        r"<script(?![^>]*(\bsrc=|application/json))|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    foreign = re.compile(r"(src|href|action)=[\"']?(https?:)?//", re.IGNORECASE)
    for path in sorted(TEMPLATES.glob("*.html")):
        text = path.read_text("utf-8")
        assert not inline.search(text), path.name
        assert not foreign.search(text), path.name
    for path in sorted((STATIC / "js").glob("*.js")):
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|https?://", path.read_text("utf-8")), path.name
