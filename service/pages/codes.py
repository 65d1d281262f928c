"""The labels of the code lists in the language of the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.vocab import CODES
from service.pages.reader import Reader


@dataclass(frozen=True, slots=True)
class Codes:
    """Hold labels by IRI and language; a code without a label stands for itself."""

    labels: Mapping[str, Mapping[str, str]]
    lang: str

    def __call__(self, iri: str | None) -> str:
        """Return the label of a code."""
        if not iri:
            return ""
        known = self.labels.get(iri, {})
        return known.get(self.lang) or known.get("zh") or iri.removeprefix(CODES)


@cache
def repairs() -> Mapping[str, Mapping[str, str]]:
    """Return what the codes of repairs mean, by code and language."""
    with Path(__file__).with_name("repairs.toml").open("rb") as file:
        return tomllib.load(file)


async def read_codes(reader: Reader, lang: str) -> Codes:
    """Read the labels of levels, kinds and what indicators measure."""
    labels: dict[str, dict[str, str]] = {}
    for row in await reader.select(_LABELS, "", ""):
        labels.setdefault(row["code"] or "", {})[row["lang"] or "zh"] = row["label"] or ""
    return Codes(labels, lang)


_LABELS = """SELECT ?code ?label (LANG(?label) AS ?lang) {
  VALUES ?scheme { jxc:level-scheme jxc:kind-scheme jxc:form-scheme jxc:period-scheme jxc:document-scheme
    jxc:fund-scheme jxc:measures }
  ?code skos:inScheme ?scheme ; skos:prefLabel ?label }"""
