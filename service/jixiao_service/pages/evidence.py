"""One thing beside its source: what was read, and the printed table with its row marked."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode
from starlette.responses import Response

from jixiao.exporting.columns import code_words, describe
from jixiao.vocab import JX, PREFIXES, PROV, QB, RDF, RDFS, SH
from jixiao_service.answers import Row
from jixiao_service.pages.documents import printed_rows
from jixiao_service.pages.originals import original_of, picture_of
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.printed import LaidRow, Said, lay_out, width_of
from jixiao_service.pages.reader import PageReader, by_column, node
from jixiao_service.pages.reviewing import thing_to_review
from jixiao_service.pages.wording import cells
from jixiao_service.problems import Problem

router = page_router()

KINDS = (  # what has a page that shows it beside its source
    "indicator",
    "goal",
    "task",
    "fund",
    "figure",
    "fact",
    "finding",
    "issue",
    "evaluation",
    "management",
    "plan",
    "form",
    "money",
    "field",
    "mention",
    "link",
    "entry",
    "measure",
    "placing",
    "row",
)
_BEFORE, _AFTER = 4, 8  # printed rows shown around the first marked one
_MARKED = 12  # marked rows of one table that are shown
Compared = dict[str | None, set[int]]
_FIRST = (  # what is read first
    "targetText",
    "lowerBound",
    "upperBound",
    "unitText",
    "due",
    "kind",
    "actualText",
    "actual",
    "score",
    "weight",
    "amount",
    "value",
    "itemText",
)
_HIDDEN = frozenset(
    {
        RDF.type,
        RDFS.label,
        PROV.wasDerivedFrom,
        JX.order,
        JX.text,
        JX.repair,
        JX.place,
        JX.cellPlaces,
        SH.resultMessage,
        JX.message,
        JX.code,
        QB.structure,
    }
)


async def thing_page(page: Opened, key: str) -> Response:
    """Show one thing beside its source."""
    kind = page.request.url.path.split("/")[1]
    return await show(page, page.iri(kind, key))


for _kind in KINDS:
    router.get(f"/{_kind}/{{key:path}}")(thing_page)


async def show(page: PageContext, iri: str) -> Response:
    """Show what is stated about any node, beside the printed rows it comes from; an entry is part of its project."""
    reader, subject = page.reader, node(iri)
    statements = await reader.rows("node", node=subject, language=Literal(page.lang))
    if not statements:
        raise Problem("not-found", reason=iri)
    values = {row["property"]: row["value"] for row in statements}
    if values.get(RDF.type) == JX.ProjectEntry:
        return page.redirect(page.path(values[JX.project]))
    sources = await _sources_of(reader, subject, values)
    by_property = by_column(statements, "property")
    said = _said(statements)
    focus = values.get(SH.focusNode)
    if focus:
        said += _said(await reader.rows("node", node=node(focus), language=Literal(page.lang)))
    compared = _compared(by_property, sources)
    return page.render(
        "thing.html",
        iri=iri,
        types=_types(by_property.get(RDF.type, [])),
        title=_title(page, statements),
        values=values,
        facts=_facts(by_property, page.lang),
        repairs=[row["value"] for row in by_property.get(JX.repair, ())],
        findings=await reader.rows("findings-on", focus=[subject]),
        links=await reader.rows("node-links", node=subject),
        focus=focus,
        printed=await _tables(page, sources, said, iri, compared if focus else None),
        original=await original_of(page, values.get(JX.document)),
        sources=sources,
        jx=JX,
        **await _review(page, iri, values),
    )


async def _review(page: PageContext, iri: str, values: dict[str | None, Any]) -> dict[str, Any]:
    """Return what was decided on a thing, and what may be."""
    thing = await thing_to_review(page, iri)
    return {
        "thing": thing,
        "waiting": page.request.app.state.effects.on(iri),
        "columns": {each.name: each for each in describe(tuple(thing.columns))} if thing else {},
        "words": code_words(page.lang),
        "writable": page.request.app.state.settings.writable,
        "kept": page.request.query_params.get("kept"),
        "dealt": values.get(JX.status),
        "note": values.get(JX.statusNote, ""),
    }


async def _sources_of(reader: PageReader, subject: NamedNode, values: dict[str | None, Any]) -> list[Row]:
    """Return the printed rows a thing was read from; of a row, that row."""
    if values.get(RDF.type) == JX.SourceRow or JX.line in values:
        return await reader.rows("row-source", row=subject)
    return await reader.rows("node-sources", node=subject)


def _said(statements: list[Row]) -> list[Said]:
    """Return what a thing says in words and numbers."""
    said = []
    for row in statements:
        if row["isNode"] != "true" and row["value"]:
            said.append(((row["property"] or "").rpartition("#")[2], row["value"]))
    return said


def _types(types: list[Row]) -> list[Row]:
    """Return the classes: those of this vocabulary where there are any."""
    return [row for row in types if (row["value"] or "").startswith(PREFIXES["jx"])] or types


def _title(page: PageContext, statements: list[Row]) -> str:
    """Return what a thing is called: the message of a finding or an issue, its label, else what is printed."""
    for name in (SH.resultMessage, JX.message, RDFS.label):
        named = {row["language"] or "": row["value"] for row in statements if row["property"] == name}
        for lang in (page.lang, "", "zh"):
            if named.get(lang):
                return str(named[lang])
    texts = (row["value"] for row in statements if row["property"] in (JX.text, JX.itemText, JX.rule))
    return next(texts, None) or ""


def _facts(by_property: dict[str | None, list[Row]], lang: str) -> list[dict[str, Any]]:
    """Return one row a property with all its values, in the order they are read."""
    facts = []
    for name, rows in by_property.items():
        if name not in _HIDDEN:
            spoken = [row for row in rows if row["language"] == lang] or rows
            values: dict[str | None, Row] = {}
            for row in spoken:
                values.setdefault(row["value"], row)
            facts.append({**rows[0], "values": list(values.values())})
    return sorted(facts, key=_place_of)


def _place_of(fact: dict[str, Any]) -> int:
    """Return where a fact stands: what is read first, first; printed words and values before references."""
    name = fact["property"].rpartition("#")[2]
    if name in _FIRST:
        return _FIRST.index(name)
    return len(_FIRST) + int(fact["isNode"] == "true")


async def _tables(
    page: PageContext, sources: list[Row], said: list[Said], iri: str, compared: Compared | None
) -> list[dict[str, Any]]:
    """Return the printed tables that rows stand in."""
    return [await _printed(page, row, sources, said, iri, compared) for row in _one_each(sources)]


def _one_each(sources: list[Row]) -> list[Row]:
    """Return the first source row of each printed table, at most three tables; rows of running text stand alone."""
    first: dict[str | None, Row] = {}
    for row in sources:
        first.setdefault(row["table"] or row["row"], row)
    return list(first.values())[:3]


def _compared(by_property: dict[str | None, list[Row]], sources: list[Row]) -> Compared:
    """Return which cells of the printed rows a finding compares, by row."""
    cells_of: dict[str, set[int]] = {}
    for row in by_property.get(JX.comparedCell, ()):
        line, _, number = (row["value"] or "").partition("/")
        cells_of.setdefault(line, set()).add(int(number) - 1)
    return {row["row"]: cells_of.get(row["line"] or "", set()) for row in sources}


async def _printed(
    page: PageContext, source: Row, sources: list[Row], said: list[Said], iri: str, compared: Compared | None
) -> dict[str, Any]:
    """Return the printed rows around a source row as a table, those read from marked, and the picture of the page."""
    marked = frozenset(row["row"] for row in sources)
    read: list[dict[str, Any]] = [{**source, "readings": []}]
    if source["table"]:
        read = await printed_rows(page.reader, node(source["table"]))
    places = _around([place for place, row in enumerate(read) if row["row"] in marked] or [0], len(read))
    rows = [read[place] for place in places]
    laid = lay_out(rows, marked, said, page.lang, compared)
    return {
        **source,
        "rows": _with_breaks(laid, places),
        "heads": {cell.column: cell.role for row in laid for cell in row.cells if cell.role},
        "width": width_of(laid),
        "before": places[0],
        "after": len(read) - 1 - places[-1],
        "others": [each for row in rows if row["row"] in marked for each in row["readings"] if each["iri"] != iri],
        "picture": await picture_of(page, source, _number_cells(source, laid, compared)),
    }


def _around(marked: list[int], count: int) -> list[int]:
    """Return which rows of a table are shown: those around the first marked one, and the others beside a neighbour."""
    first, *others = marked[:_MARKED]
    shown = set(range(max(0, first - _BEFORE), min(count, first + _AFTER + 1)))
    for each in others:
        shown |= {max(0, each - 1), each, min(count - 1, each + 1)}
    return sorted(shown)


def _with_breaks(laid: list[LaidRow], places: list[int]) -> list[LaidRow]:
    """Return rows with a mark where some between them are not shown."""
    rows = []
    for row, place, before in zip(laid, places, [places[0] - 1, *places], strict=False):
        if place > before + 1:
            rows.append(LaidRow("", "⋮", None, marked=False, cells=()))
        rows.append(row)
    return rows


def _number_cells(source: Row, laid: list[LaidRow], compared: Compared | None) -> list[int]:
    """Return which of the printed cells of a row hold the number."""
    if compared is not None:
        return sorted(compared.get(source["row"], ()))
    numbers = {cell.text for row in laid if row.key == source["row"] for cell in row.cells if cell.number}
    return [place for place, text in enumerate(cells(source["text"])) if text in numbers]
