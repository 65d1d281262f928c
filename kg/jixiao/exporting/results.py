"""Write the results of a SPARQL query for people (a table) or programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.errors import UsageError
from jixiao.exporting.output import open_output
from jixiao.exporting.rows import flat_text

if TYPE_CHECKING:
    from jixiao.store.protocol import Results

COLUMN = 56  # characters of a terminal, twice as wide for Chinese
_SOLUTION_FORMATS = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
_GRAPH_FORMATS = {
    "turtle": "TURTLE",
    "ttl": "TURTLE",
    "nt": "N_TRIPLES",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "trig": "TRIG",
    "rdfxml": "RDF_XML",
    "xml": "RDF_XML",
    "jsonld": "JSON_LD",
}


def write_results(results: Results, format: str, path: Path | None) -> None:  # noqa: A002
    """Write solutions or a boolean (table, json, xml, csv, tsv) or triples (turtle, jsonld, nquads …).

    Raises UsageError when the format does not suit the form of the query.
    """
    from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

    with open_output(path) as stream:
        if isinstance(results, QueryTriples):
            name = _GRAPH_FORMATS.get("turtle" if format == "table" else format)
            if name is None:
                raise _unsuited(format, _GRAPH_FORMATS)
            from pyoxigraph import serialize

            from jixiao.vocab import PREFIXES

            prefixes = PREFIXES if name in ("TURTLE", "TRIG", "RDF_XML") else None
            serialize(results, stream, format=getattr(RdfFormat, name), prefixes=prefixes)
        elif format == "table":
            stream.write(_table(results).encode("utf-8"))
        elif format in _SOLUTION_FORMATS:
            results.serialize(stream, format=getattr(QueryResultsFormat, _SOLUTION_FORMATS[format]))
        else:
            raise _unsuited(format, {"table": "", **_SOLUTION_FORMATS})


def _unsuited(format: str, known: dict[str, str]) -> UsageError:  # noqa: A002
    return UsageError(f"这种查询可用的格式有 (formats for this query): {' '.join(known)}", "unknown-format", format)


def _table(results: Any) -> str:
    """Return solutions as a table for a terminal: columns that only repeat a name as an IRI are left out."""
    from pyoxigraph import QueryBoolean

    if isinstance(results, QueryBoolean):
        return ("是 (true)" if results else "否 (false)") + "\n"
    known = {variable.value for variable in results.variables}
    names = [variable.value for variable in results.variables if f"{variable.value}Name" not in known]
    return _aligned(names, [[_shown(solution[name]) for name in names] for solution in results])


def write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], path: Path | None) -> None:
    """Write rows as a table for a terminal; long texts are cut."""
    cells = [[_cut(" ".join(flat_text(row.get(column)).split())) for column in columns] for row in rows]
    with open_output(path) as stream:
        stream.write(_aligned(columns, cells).encode("utf-8"))


def _aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max([_width(name), *(_width(row[i]) for row in rows)]) for i, name in enumerate(names)]
    lines = [names, ["─" * width for width in widths], *rows]
    text = "\n".join(
        "  ".join(_pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return f"{text}\n\n{len(rows)} 行\n"


def _shown(term: Any) -> str:
    if term is None:
        return ""
    from pyoxigraph import NamedNode

    if isinstance(term, NamedNode):
        return _compact(term.value)
    return _cut(" ".join(str(term.value).split()))


def _cut(text: str) -> str:
    """Cut a text to the width of a column."""
    while _width(text) > COLUMN:
        text = text[: -max(2, (_width(text) - COLUMN) // 2 + 1)] + "…"
    return text


def _compact(iri: str) -> str:
    from jixiao.vocab import PREFIXES

    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in (local := iri[len(namespace) :]) and local:
            return f"{prefix}:{local}"
    return iri


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
