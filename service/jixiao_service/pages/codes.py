"""The labels of the code lists in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.exporting.columns import code_words
from jixiao.vocab import CODES
from jixiao_service.pages.reader import PageReader

_SCHEMES = {
    "tableKind": "table",
    "sideText": "side",
    "fundText": "fund",
    "expenditureText": "expenditure",
    "itemScheme": "classification",
    "phase": "phase",
    "status": "status",
    "issueLevel": "severity",
    "doubt": "doubt",
    "regionKind": "division",
}


@dataclass(frozen=True, slots=True)
class CodeLabels:
    """Hold labels by IRI and language; a code without a label stands for itself."""

    labels: Mapping[str, Mapping[str, str]]
    lang: str

    def __call__(self, iri: str | None) -> str:
        """Return the label of a code."""
        if not iri:
            return ""
        known = self.labels.get(iri, {})
        fixed = code_words(self.lang).get(("term", iri))
        return known.get(self.lang) or known.get("zh") or fixed or iri.removeprefix(CODES).rpartition("#")[2]

    def word(self, scheme: str, code: str | None) -> str:
        """Return what a code of a scheme is called: a repair, a kind of table."""
        return code_words(self.lang).get((scheme, code or ""), code or "")

    def literal(self, name: str, value: str) -> str:
        """Return what people call a value of a property whose codes are plain texts."""
        return self.word(_SCHEMES.get(name, ""), value)

    def table(self, kind: str | None) -> str:
        """Return what a kind of table or form is called."""
        return code_words(self.lang).get(("table", kind or "")) or self.word("form", kind)


async def read_code_labels(reader: PageReader, lang: str) -> CodeLabels:
    """Read the labels of levels, kinds and what indicators measure."""
    labels: dict[str, dict[str, str]] = {}
    for row in await reader.rows("code-labels"):
        labels.setdefault(row["code"] or "", {})[row["lang"] or "zh"] = row["label"] or ""
    return CodeLabels(labels, lang)
