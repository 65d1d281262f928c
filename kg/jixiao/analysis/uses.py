"""Read the uses of indicators: who measures what with which target. All analyses start from them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jixiao.exporting.documents import Code, find_documents, read_code_lists
from jixiao.exporting.filters import NodeFilters, resolve_filters
from jixiao.exporting.text import one_line
from jixiao.text.folding import fold_name
from jixiao.vocab import JX, RDFS

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

_QUERY = f"""
SELECT ?i ?document ?name ?concept ?level1 ?level2 ?target ?year ?project ?project_name ?department ?department_name {{
  ?i a <{JX.Indicator}> ; <{RDFS.label}> ?name ; <{JX.document}> ?document .
  OPTIONAL {{ ?i <{JX.concept}> ?concept }} OPTIONAL {{ ?i <{JX.level1}> ?level1 }}
  OPTIONAL {{ ?i <{JX.level2}> ?level2 }} OPTIONAL {{ ?i <{JX.targetText}> ?target }}
  OPTIONAL {{ ?i <{JX.year}> ?year }}
  OPTIONAL {{ ?i <{JX.project}> ?project . ?project <{RDFS.label}> ?project_name }}
  OPTIONAL {{ ?i <{JX.department}> ?department . ?department <{RDFS.label}> ?department_name }}
}}"""
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Use:
    """Hold one printed indicator: its name and concept, its target, and the project and department that use it."""

    iri: str
    name: str
    key: str
    concept: str | None
    concept_name: str | None
    level1_name: str | None
    target: str | None
    year: str | None
    project: str | None
    project_name: str
    department: str | None
    department_name: str


def name_key(name: str) -> str:
    """Return what equal names have in common: width, blanks and punctuation do not count."""
    return _PUNCTUATION.sub("", fold_name(name)).lower()


def read_uses(store: SupportsQuery, selection: Selection) -> list[Use]:
    """Return the indicators of a selection as uses, by IRI; one printed row counts once."""
    codes = read_code_lists(store)
    filters = resolve_filters(store, selection, codes)
    documents: set[str] | None = None
    if selection.document is not None:
        documents = {each.iri for each in find_documents(store, selection)}
    uses: dict[str, Use] = {}
    for row in store.query(_QUERY):
        values = {name: getattr(row[name], "value", None) for name in _NAMES}
        if not _passes(values, filters, documents):
            continue
        use = _use(values, codes)
        # A project that documents spell differently has one label in each: the smallest speaks for it.
        known = uses.get(use.iri)
        if known is None or (use.project_name, use.department_name) < (known.project_name, known.department_name):
            uses[use.iri] = use
    return [uses[iri] for iri in sorted(uses)]


_NAMES = tuple(re.findall(r"\?(\w+)", _QUERY.partition("{")[0]))


def _use(values: Mapping[str, str | None], codes: Mapping[str, Code]) -> Use:
    """Return one printed indicator."""
    name = one_line(values["name"] or "")
    return Use(
        iri=values["i"] or "",
        name=name,
        key=name_key(name) or name,
        concept=values["concept"],
        concept_name=_label(codes, values["concept"]),
        level1_name=_label(codes, values["level1"]),
        target=values["target"],
        year=values["year"],
        project=values["project"],
        project_name=one_line(values["project_name"] or ""),
        department=values["department"],
        department_name=one_line(values["department_name"] or ""),
    )


def _label(codes: Mapping[str, Code], iri: str | None) -> str | None:
    """Return the label of a code, the IRI itself for one that is not known."""
    if iri is None or iri not in codes:
        return iri
    return codes[iri].label


def _passes(values: Mapping[str, str | None], filters: NodeFilters, documents: Container[str | None] | None) -> bool:
    """Tell whether a printed indicator is one of the selection."""
    if documents is not None and values["document"] not in documents:
        return False
    if filters.departments is not None and values["department"] not in filters.departments:
        return False
    if filters.year is not None and values["year"] != filters.year:
        return False
    if filters.levels is not None and filters.levels.isdisjoint((values["level1"], values["level2"])):
        return False
    return filters.concepts is None or values["concept"] in filters.concepts
