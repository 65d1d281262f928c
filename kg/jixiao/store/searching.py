"""Spell ``jx:search`` out in SPARQL's own words, for servers that do not know it.

``jx:search(?text, "停车")`` becomes ``(ISLITERAL(?text) && REGEX(STR(?text), "停\\s*车"))``: one pattern a word that
passes over blanks, width and case. The words must stand in the query, as a text or in a VALUES clause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jixiao.errors import QueryError
from jixiao.store.functions import SEARCH, segment
from jixiao.store.syntax.analysis import IriResolver, replace_spans
from jixiao.store.syntax.parsing import SyntaxNode
from jixiao.text.folding import fold_width

_WIDE = {fold_width(chr(code)): chr(code) for code in range(0xFF01, 0xFF5F)}
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
    patterns = (r"\s*".join(map(_letter, word)) for word in segment(words[1:-1]))
    quoted = (pattern.replace("\\", "\\\\").replace('"', '\\"') for pattern in patterns)
    return "(" + " && ".join([f"ISLITERAL({asked})", *(f'REGEX(STR({asked}), "{each}")' for each in quoted)]) + ")"


def _letter(letter: str) -> str:
    """Return the pattern of a letter in either case and width."""
    forms = {letter, letter.upper()}
    forms |= {_WIDE[form] for form in forms if form in _WIDE}
    if forms == {letter} and letter.isalnum():
        return letter
    return "[" + "".join(re.escape(form) for form in sorted(forms)) + "]"
