"""Follow the graph's own IRIs: a page for browsers, RDF for programs, by content negotiation."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request
from starlette.responses import Response

from jixiao.vocab import CODES, DCTERMS, PREFIXES
from jixiao_service.answers import QueryRequest
from jixiao_service.negotiation import GRAPH, GRAPH_FORMATS, PAGE, Choice, choose_as, offers
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import node
from jixiao_service.problems import Problem
from jixiao_service.responses import entity_tag

router = page_router()

_FORMATS = (*GRAPH_FORMATS, PAGE)
_VARY = {"Vary": "Accept"}
# of a version that was replaced, and of a copy, what it says is set aside
_STATED = """
CONSTRUCT {{ {node} ?property ?value }} WHERE {{
  {node} ?said ?value BIND(STRAFTER(STR(?said), "https://w3id.org/jixiao/aside?p=") AS ?aside)
  BIND(IF(?aside = "", ?said, IRI(?aside)) AS ?property)
}}"""
# of an IRI of version 0.1 nothing else is said
_REPLACED = f"""
SELECT ?now {{{{
  {{node}} <{DCTERMS.isReplacedBy}> ?now
  FILTER NOT EXISTS {{{{ {{node}} ?said ?value FILTER(?said != <{DCTERMS.isReplacedBy}>) }}}}
}}}} ORDER BY ?now LIMIT 1"""
Name = Annotated[str | None, Query(alias="format")]


def _choice(request: Request, name: str | None) -> Choice:
    choice = choose_as(_FORMATS, request.headers.get("accept"), name)
    if choice is None:
        raise Problem("not-acceptable", offers=[PAGE.media_type, *offers(GRAPH)])
    return choice


@router.get("/id/{key:path}")
@router.get("/code/{key:path}")
async def resource_page(page: Opened, key: str, form: Name = None) -> Response:
    """Lead browsers to the page about an IRI, and give programs what is stated about it."""
    start = CODES
    if page.request.url.path.startswith("/id/"):
        start = page.base_iri
    iri = start + quote(key, safe="/~-._!$&()*+,;=:@")
    choice = _choice(page.request, form)
    engine = page.request.app.state.engine
    if replaced := await engine.select(_REPLACED.format(node=node(iri))):
        return page.redirect("/id" + page.path(replaced[0]["now"]), _VARY, 301)
    if choice.format is PAGE:
        return page.redirect(page.path(iri), _VARY)
    if not await engine.select(f"SELECT ?property {{ {node(iri)} ?property ?value }} LIMIT 1"):
        raise Problem("not-found", reason=iri)
    answer = await engine.answer(QueryRequest(_STATED.format(node=node(iri)), {GRAPH: choice}))
    headers = {**_VARY, "ETag": entity_tag(answer.version, choice)}
    return Response(answer.body(), headers=headers, media_type=choice.content_type)


@router.get("/ontology")
async def ontology(page: Opened, form: Name = None) -> Response:
    """Show the vocabulary: classes and properties with their meaning, or the ontology as RDF."""
    choice = _choice(page.request, form)
    if choice.format is not PAGE:
        return Response(_ontology_as(choice.format.name), headers=_VARY, media_type=choice.content_type)
    rows = [row for row in await page.reader.rows("terms") if (row["term"] or "").startswith(PREFIXES["jx"])]
    return page.render("ontology.html", rows=rows)


@cache
def _ontology_as(name: str) -> bytes:
    from pyoxigraph import RdfFormat, parse, serialize

    from jixiao.resources import resource

    form = RdfFormat.from_extension(name)
    quads = parse(path=resource("ontology", "core.ttl"), format=RdfFormat.TURTLE)
    triples = sorted((quad.triple for quad in quads), key=str)
    return serialize(triples, format=form, prefixes=PREFIXES) or b""
