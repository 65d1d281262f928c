"""The reference leaves nothing out: what the code offers is found in other ways than the pages are made."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import tomllib
from collections.abc import Callable
from functools import cache
from types import ModuleType

import pytest
import typer

import jixiao
from jixiao.audit.registry import rules
from jixiao.cli import app
from jixiao.exporting import Selection
from jixiao.tables.schemas import COLUMNS
from jixiao_service.door import DoorLimits
from jixiao_service.settings import Limits
from tests.conftest import ROOT

LANGUAGES = ("zh", "en")
VARIABLE = re.compile(r"JIXIAO_[A-Z]+(?:_[A-Z]+)*")
PREFIXES = {"JIXIAO_LIMIT", "JIXIAO_DOOR"}


@cache
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def page(name: str, language: str) -> str:
    text: str = reference().PAGES[name](language == "zh")
    return text


def registered(kind: typer.Typer, name: str) -> list[str]:
    """Return the commands by what was registered, not by what typer makes of it."""
    own = [
        command.name or (command.callback.__name__ if command.callback else "") for command in kind.registered_commands
    ]
    found = [f"{name} {word.replace('_', '-')}" for word in own]
    for group in kind.registered_groups:
        below = f"{name} {group.name}" if group.name else name
        found += registered(group.typer_instance, below) if group.typer_instance else []
    return found


def variables() -> set[str]:
    """Return every variable that the code names, and the fields of limits that have one each."""
    found = set()
    for folder in ("kg", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(VARIABLE.findall(path.read_text("utf-8")))
    for prefix, kind in (("JIXIAO_LIMIT", Limits), ("JIXIAO_DOOR", DoorLimits)):
        for field in dataclasses.fields(kind):
            if str(field.type) in ("int", "float"):
                found.add(f"{prefix}_{field.name.upper()}")
    return found - PREFIXES


def paths() -> set[str]:
    """Return the paths of all routes but the files beside tables and REST's catch-all."""
    found = set(reference().routes(reference().application()))
    files = {path for path in found if re.search(r"\.(json|csv|xlsx)$", path) and re.sub(r"\.\w+$", "", path) in found}
    return {path.replace("{key:path}", "{key}") if path.startswith("/api/v1") else path for path in found - files}


def missing(wanted: set[str], text: str, shown: Callable[[str], str]) -> set[str]:
    return {each for each in wanted if shown(each) not in text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_is_there(language: str) -> None:
    text = page("cli", language)
    commands = set(registered(app, "jixiao"))
    assert len(commands) > 20
    assert missing(commands, text, "## {}\n".format) == set()
    options = {word for _, command in reference().commands() for option in command.params for word in option.opts}
    assert missing({word for word in options if word.startswith("--")}, text, "`{}`".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_there_and_none_that_nobody_reads(language: str) -> None:
    told = set(VARIABLE.findall(page("settings", language))) - PREFIXES
    assert told == variables()
    assert not any(not words.get(language) for words in reference().settings().values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_is_there(language: str) -> None:
    limits = {name for name in variables() if name.startswith(tuple(PREFIXES))}
    assert missing(limits, page("limits", language), "`{}`".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_route_is_there_and_no_other(language: str) -> None:
    text = page("rest", language)
    told = set(re.findall(r"^## [A-Z]+ (\S+)$", text, re.MULTILINE)) | set(
        re.findall(r"^\| `(/\S*)` \|", text, re.MULTILINE)
    )
    routes = {path.rstrip("/") or "/" for path in paths()} | {"/sparql", "/update", "/queries"}
    assert {path.rstrip("/") or "/" for path in told} == routes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_is_there(language: str) -> None:
    catalogue = set(rules())
    assert len(catalogue) > 50
    assert missing(catalogue, page("rules", language), "### {} ".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_and_column_is_there(language: str) -> None:
    sections = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", page("tables", language), re.MULTILINE | re.DOTALL))
    assert sections.keys() == COLUMNS.keys()
    for name, columns in COLUMNS.items():
        assert missing(set(columns), sections[name], "| `{}` |".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_name_is_there(language: str) -> None:
    text = page("python", language)
    public = {f"jixiao.{name}" for name in jixiao.__all__ if not name.startswith("__")}
    assert missing(public, text, "## {}\n".format) == set()
    methods = {name for name in vars(jixiao.open) if not name.startswith("_")}
    assert missing(methods, text, "**`{}".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_and_filter_of_exports_is_there(language: str) -> None:
    text = page("exports", language)
    assert missing({row["name"] for row in reference().formats()}, text, "| `{}` |".format) == set()
    assert missing({field.name for field in dataclasses.fields(Selection)}, text, "`{}`".format) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_of_the_vocabulary_is_there(language: str) -> None:
    names = set(re.findall(r"^jx:(\w+) a ", (ROOT / "ontology/core.ttl").read_text("utf-8"), re.MULTILINE))
    assert len(names) > 50
    assert missing(names, page("vocabulary", language), "`jx:{}`".format) == set()


def test_addresses_and_settings_say_both_languages() -> None:
    for name in ("addresses", "settings"):
        entries = tomllib.loads((ROOT / "docs" / f"{name}.toml").read_text("utf-8"))
        assert [key for key, words in entries.items() if not (words["zh"] and words["en"])] == []


def test_sources_lead_to_nothing_that_is_only_built() -> None:
    """The reference is not in the repository: pages name its pages, and building makes links of the names."""
    for language, nav in (("zh", "mkdocs.yml"), ("en", "mkdocs.en.yml")):
        titles = dict(re.findall(r"- (.+): reference/(\w+)\.md", (ROOT / nav).read_text("utf-8")))
        named = []
        for page in (ROOT / "docs" / language).rglob("*.md"):
            text = page.read_text("utf-8")
            assert "](reference/" not in text and "/reference/" not in text, page
            for link in re.findall(r"\]\(([^)#:]+\.md)", text):
                assert (page.parent / link).is_file(), f"{page}: {link}"
            named += [one or other for one, other in reference().NAMED.findall(text)]
        assert named and set(named) <= set(titles)
