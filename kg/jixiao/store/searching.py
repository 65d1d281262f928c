"""Spell ``jx:search`` out in SPARQL's own words, for servers that do not know it.

``jx:search(?text, "停车")`` becomes ``(ISLITERAL(?text) && CONTAINS(…, "停车"))``, with blanks, width and case taken
out of the text. The words must stand in the query, as a text or in a VALUES clause. Patterns would be shorter, but
Virtuoso finds nothing with them behind a Chinese character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jixiao.errors import QueryError
from jixiao.store.functions import SEARCH, segment
from jixiao.store.syntax.analysis import IriResolver, replace_spans
from jixiao.store.syntax.parsing import SyntaxNode
from jixiao.text.folding import fold_width

_WIDE = {fold_width(chr(code)): chr(code) for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
_TEXT = re.compile(r"""(["'])(.*)\1""")


def spell_out_search(text: str, tree: SyntaxNode, prefixes: Mapping[str, str]) -> str:
    """Return a query without ``jx:search``; raise ``QueryError`` for words that only the answer knows."""
    if "search" not in text:
        return text
    iris, edits = IriResolver(None, prefixes), []
    for node in tree.walk():
        if node.rule == "Prologue":
            iris.declare(node)
        arguments = node.child("ArgList")
        if arguments is not None and iris.resolve(next(node.tokens())) == SEARCH:
            asked, words = (child for child in arguments.children if isinstance(child, SyntaxNode))
            start, end = asked.span
            edits.append((*node.span, _condition(text[start:end], words, tree)))
    return replace_spans(text, edits)


def _condition(asked: str, words: SyntaxNode, tree: SyntaxNode) -> str:
    said = [token.text for token in words.tokens()]
    if len(said) == 1 and _TEXT.fullmatch(said[0]):
        return _found(asked, said[0])
    for values in tree.find("InlineDataOneVar"):
        variable, *texts = (token.text for token in values.tokens() if token.text not in "{}")
        if [variable] == said and all(map(_TEXT.fullmatch, texts)):
            return "(" + " || ".join(f"({variable} = {each} && {_found(asked, each)})" for each in texts) + ")"
    message = (
        "jx:search 的词要写在查询里：文字，或 VALUES 里的文字 (write the words of jx:search in the query or in VALUES)"
    )
    raise QueryError(message, "search-words", " ".join(said))


def _found(asked: str, words: str) -> str:
    """Return the condition that a text holds each of the words, blanks, width and case aside."""
    pieces = segment(words[1:-1])
    folded = f"STR({asked})"
    for letter in sorted({letter for piece in pieces for letter in piece if letter in _WIDE}):
        for wide in {_WIDE[letter], _WIDE.get(letter.upper(), _WIDE[letter])}:
            folded = f'REPLACE({folded}, "{wide}", "{letter}")'
    for blank in (r"\\s+", "\u3000"):
        folded = f'REPLACE({folded}, "{blank}", "")'
    conditions = [f'CONTAINS(LCASE({folded}), "{piece}")' for piece in pieces]
    return "(" + " && ".join([f"ISLITERAL({asked})", *conditions]) + ")"
