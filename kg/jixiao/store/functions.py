"""Functions that queries may call beyond SPARQL's own.

``jx:search(?text, "words")`` is true when the text holds every word of the second argument, which is segmented by jieba
first: ``"停车场管理"`` finds 「停车场日常管理」. Width, case and blanks do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import plain_tokenizer
from jixiao.vocab import JX

Term = NamedNode | BlankNode | Literal | Triple

SEARCH = JX.iri + "search"
_PARTICLES = {"的", "和", "与", "及"}


@lru_cache(maxsize=256)
def segment(words: str) -> tuple[str, ...]:
    """Return the words of a search, folded; particles and punctuation are left out."""
    cut = plain_tokenizer().lcut
    pieces = {squeeze(piece).lower() for part in words.split() for piece in cut(part)}
    return tuple(sorted(piece for piece in pieces - _PARTICLES if any(map(str.isalnum, piece))))


def search(text: Term, words: Term) -> Literal | None:
    """Say whether a text holds all words; no answer for what is not text."""
    if not isinstance(text, Literal) or not isinstance(words, Literal):
        return None
    folded = squeeze(text.value).lower()
    return Literal(all(word in folded for word in segment(words.value)))


FUNCTIONS: Mapping[NamedNode, Callable[..., Term | None]] = {NamedNode(SEARCH): search}
