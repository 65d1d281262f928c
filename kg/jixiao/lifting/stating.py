"""State the fields of records with the terms that ``terms.toml`` names for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.lifting.codes import unit
from jixiao.lifting.quads import DescribedNode
from jixiao.text.vocabulary import word_lists
from jixiao.vocab import DCTERMS, JX, PROV, QB, RDFS, SH, SKOS, Namespace, concept

NAMESPACES: Mapping[str, Namespace] = {each.prefix: each for each in (JX, RDFS, SKOS, DCTERMS, PROV, QB, SH)}
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class StatedField:
    """Hold one field of a record, its term, how its value is written, and whether it must hold characters."""

    field: str
    term: str
    how: str = ""
    filled: bool = False


@cache
def statements() -> Mapping[str, tuple[StatedField, ...]]:
    """Return the statements by record; the classes of its node are those of the field ``a``."""
    return {record: tuple(_read(fields)) for record, fields in word_lists("lifting/terms.toml").items()}


def _read(fields: Mapping[str, str | list[str]]) -> Iterator[StatedField]:
    for field, written in fields.items():
        for each in [written] if isinstance(written, str) else written:
            term, *how = each.split()
            if field == "a":
                yield from (StatedField(field, _term(name)) for name in (term, *how))
            else:
                yield StatedField(field, _term(term), "".join(how).rstrip("?"), filled=how[-1:] == ["?"])


def _term(name: str) -> str:
    prefix, _, term = name.rpartition(":")
    return NAMESPACES[prefix or "jx"][term]


def state(node: DescribedNode, record: object, name: str | None = None) -> None:
    """State of a node all that the table says of a record, which is called by its class unless it has a name there."""
    for each in statements()[name or type(record).__name__]:
        if each.field == "a":
            node.type(each.term)
            continue
        value = getattr(record, each.field)
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None and not (each.filled and one == ""):
                _write(node, each, one)


def _write(node: DescribedNode, stated: StatedField, value: Any) -> None:
    how = stated.how
    if how == "year":
        node.say_year(stated.term, value)
    elif how == "moment":
        node.say_moment(stated.term, value)
    elif how == "iri":
        node.refer(stated.term, value)
    elif how == "unit":
        node.refer(stated.term, unit(value))
    elif how and how not in LANGUAGES:
        node.refer(stated.term, concept(how, value))
    else:
        node.say(stated.term, value, how)
