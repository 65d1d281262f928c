"""SPARQL text as tokens with their places (SPARQL 1.1 Query, section 19: escapes, white space, terminals)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

END = "end"
KEYWORDS = frozenset(
    """ADD ALL AS ASC ASK BASE BIND BY CLEAR CONSTRUCT COPY CREATE DEFAULT DELETE DESC DESCRIBE DISTINCT DROP EXISTS
    FALSE FILTER FROM GRAPH GROUP HAVING IN INSERT INTO LIMIT LOAD MINUS MOVE NAMED NOT OFFSET OPTIONAL ORDER PREFIX
    REDUCED SELECT SEPARATOR SERVICE SILENT TO TRUE UNDEF UNION USING VALUES WHERE WITH""".split()  # noqa: SIM905
)
AGGREGATES = frozenset("COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT".split())  # noqa: SIM905
FUNCTIONS = frozenset(
    """STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW
    UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL
    ISNUMERIC REGEX SUBSTR REPLACE""".split()  # noqa: SIM905
)
_BASE = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
_BASE += "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:[{_BASE}](?:[{_NAME}.\-]*[{_NAME}\-])?)?:"
_LOCAL = rf"(?:[{_NAME}:]|{_PLX})(?:(?:[{_NAME}.:\-]|{_PLX})*(?:[{_NAME}:\-]|{_PLX}))?"
FULL_WIDTH = dict(
    zip(
        "（）｛｝［］，；。：？！＝＜＞“”‘’＂＇｜＆＋－＊／＾、\u3000", "(){}[],;.:?!=<>\"\"''\"'|&+-*/^, ", strict=True
    )
)
"""Signs of Chinese typing, with the sign that SPARQL has in their place."""
_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*)*"


def _two_words(first: str, second: str) -> str:
    return rf"(?i:{first}(?:[ \t\r\n]|\#[^\r\n]*+)++{second})(?![{_NAME}:])"


_TERMINALS = (
    ("space", r"[ \t\r\n]+|\#[^\r\n]*"),
    ("INSERT_DATA", _two_words("INSERT", "DATA")),
    ("DELETE_DATA", _two_words("DELETE", "DATA")),
    ("DELETE_WHERE", _two_words("DELETE", "WHERE")),
    ("IRIREF", r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'),
    ("STRING", r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""' + r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"),
    ("STRING1", r'"(?:[^"\\\n\r]|\\.)*"' + r"|'(?:[^'\\\n\r]|\\.)*'"),
    ("VAR", rf"[?$][{_BASE}_0-9][{_NAME}]*"),
    ("LANGTAG", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("SIGNED", r"[+-](?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"),
    ("NUMBER", r"[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+"),
    ("INTEGER", r"[0-9]+"),
    ("BLANK", rf"_:[{_BASE}_0-9](?:[{_NAME}.\-]*[{_NAME}\-])?"),
    ("PNAME_LN", _PREFIX + _LOCAL),
    ("PNAME_NS", _PREFIX),
    ("word", rf"[{_BASE}_][{_NAME}]*"),
    ("NIL", rf"\({_SPACE}\)"),
    ("ANON", rf"\[{_SPACE}\]"),
    ("mark", r"\|\||&&|!=|<=|>=|\^\^|[{}()\[\]<>=!+\-*/|^?.,;]"),
    ("unknown", r"."),
)
_SCANNER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _TERMINALS), re.DOTALL)
_SAME = {"STRING1": "STRING"}
_WORDS = {
    **{word: word for word in (*KEYWORDS, "DATA")},
    **dict.fromkeys(AGGREGATES, "AGGREGATE"),
    **dict.fromkeys(FUNCTIONS, "FUNCTION"),
}
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class SparqlToken:
    """Hold a token: its terminal (a keyword in capitals stands for itself), its text, and where it starts and ends."""

    terminal: str
    text: str
    start: int
    end: int


def unescape(text: str) -> str:
    r"""Return the text with its codepoint escapes (``\u0041``) resolved, which may stand anywhere (section 19.2)."""
    return _CODEPOINT.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)


def _terminal(match: re.Match[str]) -> str:
    kind, text = str(match.lastgroup), match.group()
    if kind == "mark" or text == "a":
        return text
    if kind == "word":
        return _WORDS.get(text.upper(), "unknown")
    return _SAME.get(kind, kind)


def tokens(text: str) -> Iterator[SparqlToken]:
    """Yield the tokens, the last one ``END``; what is no token at all has the terminal ``unknown``."""
    for match in _SCANNER.finditer(text):
        if match.lastgroup != "space":
            yield SparqlToken(_terminal(match), match.group(), *match.span())
    yield SparqlToken(END, "", len(text), len(text))
