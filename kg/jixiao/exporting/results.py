"""Write the results of a SPARQL query for people (a table) or programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.errors import UsageError
from jixiao.exporting.output import open_output, serialize_rdf
from jixiao.exporting.rows import flat_text
from jixiao.exporting.text import compact_iri, one_line

if TYPE_CHECKING:
    from jixiao.store.protocol import Results

COLUMN = 56  # characters of a terminal, twice as wide for Chinese
_SOLUTION_FORMATS = ("json", "xml", "csv", "tsv")
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
    from pyoxigraph import QueryResultsFormat, QueryTriples

    with open_output(path) as stream:
        if isinstance(results, QueryTriples):
            name = "turtle" if format == "table" else format
            if name not in _GRAPH_FORMATS:
                raise _unsuited(format, _GRAPH_FORMATS)
            serialize_rdf(results, stream, _GRAPH_FORMATS[name])
        elif format == "table":
            stream.write(_result_table(results).encode())
        elif format in _SOLUTION_FORMATS:
            results.serialize(stream, format=getattr(QueryResultsFormat, format.upper()))
        else:
            raise _unsuited(format, ("table", *_SOLUTION_FORMATS))


def _unsuited(format: str, known: Iterable[str]) -> UsageError:  # noqa: A002
    return UsageError(f"这种查询可用的格式有 (formats for this query): {' '.join(known)}", "unknown-format", format)


def _result_table(results: Any) -> str:
    """Return solutions as a table for a terminal: columns that only repeat a name as an IRI are left out."""
    from pyoxigraph import QueryBoolean

    if isinstance(results, QueryBoolean):
        return "是 (true)\n" if results else "否 (false)\n"
    known = [variable.value for variable in results.variables]
    names = [name for name in known if f"{name}Name" not in known]
    return aligned(names, [[_term_text(solution[name]) for name in names] for solution in results])


def write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], path: Path | None) -> None:
    """Write rows as a table for a terminal; long texts are cut."""
    cells = [[shortened(flat_text(row.get(column))) for column in columns] for row in rows]
    with open_output(path) as stream:
        stream.write(aligned(columns, cells).encode())


def aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a terminal, its columns below one another, with the number of rows."""
    widths = [max(map(_terminal_width, column)) for column in zip(names, *rows, strict=True)]
    text = ""
    for cells in (names, ["─" * width for width in widths], *rows):
        padded = [cell + " " * (width - _terminal_width(cell)) for cell, width in zip(cells, widths, strict=True)]
        text += "  ".join(padded).rstrip() + "\n"
    return f"{text}\n{len(rows)} 行\n"


def _term_text(term: Any) -> str:
    from pyoxigraph import NamedNode

    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return one_line(compact_iri(term.value))
    return shortened(str(term.value))


def shortened(text: str) -> str:
    """Return a text on one line, cut to the width of a column."""
    text = one_line(text)
    while _terminal_width(text) > COLUMN:
        text = text[: -max(2, (_terminal_width(text) - COLUMN) // 2 + 1)] + "…"
    return text


def _terminal_width(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)
