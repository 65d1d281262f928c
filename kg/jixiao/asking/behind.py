"""Lead from an answer to what it stands on: the page of a printed line, the rows of a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import Literal

from jixiao.asking.frames import Frame
from jixiao.asking.names import with_prefixes
from jixiao.asking.restating import restate
from jixiao.asking.telling import Row
from jixiao.tables import SupportsQuery

_MOST = 1000  # rows whose pages are looked up
_PAGES = """SELECT ?file ?line (MIN(?number) AS ?page) WHERE {{
  VALUES (?file ?line) {{ {places} }}
  ?document jx:fileName ?file . ?row jx:document ?document ; jx:line ?line ; jx:page ?number .
}} GROUP BY ?file ?line"""


def with_pages(store: SupportsQuery, columns: Sequence[str], rows: Sequence[Row]) -> tuple[list[str], list[Row]]:
    """Return the columns and rows with the page of each line, where documents have pages."""
    places = {(row.get("document"), row.get("line")) for row in rows[:_MOST]}
    values = " ".join(f"({Literal(file)} {line})" for file, line in sorted(places, key=str) if file and line)
    found = store.query(with_prefixes(_PAGES.format(places=values))) if values else ()
    pages = {(each["file"].value, each["line"].value): each["page"].value for each in found}
    if not pages:
        return list(columns), list(rows)
    at = list(columns).index("line")
    shown = [{**row, "page": pages.get((row["document"] or "", row["line"] or ""))} for row in rows]
    return [*columns[:at], "page", *columns[at:]], shown


def rows_behind(frame: Frame) -> str:
    """Return the question for the rows that a number is made of, empty where there are none to list."""
    if frame.fold not in ("sum", "average", "count") or frame.group or frame.relation or frame.order:
        return ""
    return restate(replace(frame, fold="", measure=None, show=(frame.measure,) if frame.measure else ()))
