"""Ask by what evidence a thing is one, or is told from others; the questions are those of ``explaining.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jixiao.text.vocabulary import word_lists
from jixiao.vocab import PREFIXES

_MOST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question: its heading in Chinese and English, and the pattern that answers it."""

    zh: str
    en: str
    where: str

    def about(self, iri: str) -> str:
        """Return the query for one IRI: ?value is what to show, ?target where it leads (may be unbound)."""
        prefixes = "".join(f"PREFIX {name}: <{start}>\n" for name, start in PREFIXES.items())
        pattern = self.where.replace("{iri}", iri)
        return f"{prefixes}SELECT DISTINCT ?value ?target WHERE {{ {pattern} }} ORDER BY ?value ?target LIMIT {_MOST}"


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions in the order of their answers."""
    return tuple(Question(**each) for each in word_lists("explaining.toml")["questions"])
