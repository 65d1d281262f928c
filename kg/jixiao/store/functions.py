"""Functions that queries may call beyond SPARQL's own.

``jx:search(?text, "words")`` is true when the text holds every word of the second argument, which is segmented by jieba
first: ``"停车场管理"`` finds 「停车场日常管理」. Width, case and blanks do not matter.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.vocab import JX

Term = NamedNode | BlankNode | Literal | Triple

SEARCH = JX.iri + "search"
_TRUE, _FALSE = Literal(True), Literal(False)


def fold(text: str) -> str:
    """Return the text without differences of width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(maxsize=256)
def segment(words: str) -> tuple[str, ...]:
    """Return the words of a search, folded; particles and punctuation are left out."""
    import jieba

    pieces = (fold(piece) for part in words.split() for piece in jieba.lcut(part))  # type: ignore[no-untyped-call]
    return tuple(sorted({piece for piece in pieces if any(c.isalnum() for c in piece)} - {"的", "和", "与", "及"}))


def search(text: Term, words: Term) -> Literal | None:
    """Say whether a text holds all words; no answer for what is not text."""
    if not isinstance(text, Literal) or not isinstance(words, Literal):
        return None
    folded = fold(text.value)
    return _TRUE if all(word in folded for word in segment(words.value)) else _FALSE


FUNCTIONS: Mapping[NamedNode, Callable[..., Term | None]] = {NamedNode(SEARCH): search}


def prepare() -> None:
    """Load the dictionary of words, which a worker cannot do any more."""
    import jieba

    jieba.setLogLevel(logging.WARNING)  # type: ignore[no-untyped-call]
    jieba.initialize()  # type: ignore[no-untyped-call]
