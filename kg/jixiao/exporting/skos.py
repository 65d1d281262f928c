"""Write reference indicators as SKOS: for every concept what offices call it, and what they set for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from jixiao.errors import UsageError
from jixiao.exporting.output import serialize_rdf
from jixiao.vocab import RDF, SKOS

if TYPE_CHECKING:
    from jixiao.exporting.rows import Row

_NEEDED = frozenset({"concept", "scope", "names", "offices", "bound", "lowest", "highest", "median", "unit"})
_ENDS = {"lower": "下限", "upper": "上限"}


def write_skos(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    """Write rows of ``reference-indicators`` as Turtle: a name used is ``skos:altLabel``, a figure ``skos:note``.

    Only figures of all offices together are written; raises UsageError for rows of another table.
    """
    if not _NEEDED.issubset(columns):
        message = "SKOS 只用于参考指标 (SKOS is for reference-indicators only)"
        raise UsageError(message, "unknown-format", "skos")
    statements = {triple for row in rows if row["scope"] == "all" for triple in _said(row)}
    serialize_rdf(sorted(statements, key=str), stream, "TURTLE")


def _said(row: Row) -> Iterator[Any]:
    from pyoxigraph import Literal, NamedNode, Triple

    concept = NamedNode(str(row["concept"]))
    yield Triple(concept, NamedNode(RDF.type), NamedNode(SKOS.Concept))
    names: Any = row["names"]
    for name in names:
        yield Triple(concept, NamedNode(SKOS.altLabel), Literal(name, language="zh"))
    yield Triple(concept, NamedNode(SKOS.note), Literal(_figure(row), language="zh"))


def _figure(row: Row) -> str:
    """Return a figure in words; fewer than five offices have no median."""
    middle = "" if row["median"] is None else f"，中位数 {row['median']}"
    kind = f"{_ENDS[str(row['bound'])]}，{row['unit']}"
    return f"{row['offices']} 家部门所定目标（{kind}）：最低 {row['lowest']}{middle}，最高 {row['highest']}"
