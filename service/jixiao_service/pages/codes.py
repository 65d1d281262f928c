"""The labels of the code lists in the language of the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jixiao.vocab import CODES
from jixiao_service.pages.reader import PageReader


@dataclass(frozen=True, slots=True)
class CodeLabels:
    """Hold labels by IRI and language; a code without a label stands for itself."""

    labels: Mapping[str, Mapping[str, str]]
    lang: str

    def __call__(self, iri: str | None) -> str:
        """Return the label of a code."""
        if not iri:
            return ""
        known = self.labels.get(iri) or _fixed_labels()["terms"].get(iri, {})
        return known.get(self.lang) or known.get("zh") or iri.removeprefix(CODES).rpartition("#")[2]

    def table(self, kind: str | None) -> str:
        """Return what a kind of table or form is called."""
        base = (kind or "").removeprefix("final-")
        known = _fixed_labels()["tables"].get(base)
        if known is None:
            return self(f"{CODES}form-{base}").removeprefix("form-")
        name = known[self.lang]
        if base != kind:
            name += {"zh": "（决算）", "en": " (final accounts)"}[self.lang]
        return name


@cache
def _fixed_labels() -> dict[str, dict[str, dict[str, str]]]:
    with Path(__file__).with_name("labels.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def repairs() -> Mapping[str, Mapping[str, str]]:
    """Return what the codes of repairs mean, by code and language."""
    with Path(__file__).with_name("repairs.toml").open("rb") as file:
        return tomllib.load(file)


async def read_code_labels(reader: PageReader, lang: str) -> CodeLabels:
    """Read the labels of levels, kinds and what indicators measure."""
    labels: dict[str, dict[str, str]] = {}
    for row in await reader.rows("code-labels"):
        labels.setdefault(row["code"] or "", {})[row["lang"] or "zh"] = row["label"] or ""
    return CodeLabels(labels, lang)
