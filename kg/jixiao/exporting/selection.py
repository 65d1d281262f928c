"""What to export: filters, depth and parts of the graph, and the classes and relations that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.errors import UsageError
from jixiao.resources import table
from jixiao.vocab import JX, SKOS

DEEPEST = 5
_FILTERS = {
    "document": "文件",
    "department": "部门",
    "year": "年度",
    "region": "地区",
    "level": "指标",
    "concept": "所测内容",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Hold what is asked for; None is no filter, and for depth and parts what suits the format.

    ``department``, ``region``, ``level`` and ``concept`` are a name, a code or an IRI; ``document`` a file name, the
    IRI of a document or of its graph. ``level`` takes in the levels below, ``concept`` the narrower concepts,
    ``region`` the divisions within it. ``without_copies`` leaves out of tables what copies say; graphs never have it.
    """

    document: str | None = None
    department: str | None = None
    year: int | None = None
    region: str | None = None
    level: str | None = None
    concept: str | None = None
    depth: int | None = None
    targets: bool | None = None
    sources: bool | None = None
    findings: bool | None = None
    figures: bool | None = None
    without_copies: bool = False

    def __post_init__(self) -> None:
        if self.depth is not None and not 1 <= self.depth <= DEEPEST:
            raise UsageError(f"深度为 1 至 {DEEPEST} (depth must be 1 to {DEEPEST})", "bad-depth", str(self.depth))

    def suited(self, depth: int, *, whole: bool = False) -> Selection:
        """Return the selection with what was left open filled: ``depth``, and all parts or the targets alone."""
        parts = {}
        for part in ("targets", "sources", "findings", "figures"):
            parts[part] = getattr(self, part)
            if parts[part] is None:
                parts[part] = whole or part == "targets"
        return replace(self, depth=self.depth or depth, **parts)

    def told(self) -> list[str]:
        """Return in words what the rows are narrowed to, for notes."""
        told = []
        for name, title in _FILTERS.items():
            chosen = getattr(self, name)
            if chosen is not None:
                told.append(f"只含{title}：{chosen}")
        return told

    @property
    def filtered(self) -> bool:
        """Say whether any filter is set."""
        return any((self.department, self.year, self.region, self.level, self.concept))


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Describe one class of nodes: where it stands, when it is shown, its colour and what names it."""

    name: str
    iri: str
    rank: int
    depth: int
    color: str
    part: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Relations:
    """Hold the local names of the relations that are treated in a way of their own (see ``parts.toml``)."""

    shortcuts: frozenset[str]
    anchored: frozenset[str]
    codes: frozenset[str]
    chain: frozenset[str]
    attached: frozenset[str]


@cache
def node_classes() -> Mapping[str, NodeClass]:
    """Return the classes by IRI, in order."""
    classes = {}
    for rank, row in enumerate(_parts()["classes"]):
        namespace = SKOS if row["name"] == "Concept" else JX
        iri = namespace[row["name"]]
        classes[iri] = NodeClass(iri=iri, rank=rank, **row)
    return classes


@cache
def relations() -> Relations:
    """Return the relations treated in a way of their own."""
    return Relations(**{name: frozenset(terms) for name, terms in _parts()["relations"].items()})


def shown_classes(selection: Selection) -> frozenset[str]:
    """Return the IRIs of the classes a suited selection shows."""
    shown = set()
    for each in node_classes().values():
        deep_enough = each.depth <= (selection.depth or DEEPEST)
        if deep_enough and (each.part is None or getattr(selection, each.part)):
            shown.add(each.iri)
    return frozenset(shown)


def _parts() -> dict[str, Any]:
    return table("jixiao/exporting/parts.toml")
