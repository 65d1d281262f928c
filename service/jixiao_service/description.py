"""Describe the service: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from pyoxigraph import RdfFormat, parse
from starlette.requests import Request
from starlette.responses import Response

from jixiao.store.functions import SEARCH
from jixiao_service.negotiation import Choice
from jixiao_service.protocol import endpoint
from jixiao_service.responses import choose_graph, respond_with_triples


def respond_from(template: str, choice: Choice, version: str, *, more: str = "", **values: object) -> Response:
    """Return the triples of a Turtle template filled with values, and ``more`` of them, in the chosen format."""
    text = Path(__file__).with_name(template).read_text("utf-8")
    prefixes = dict(re.findall(r"^@prefix (\w+): <(.+)> \.$", text, re.MULTILINE))
    quads = parse(Template(text).substitute(values) + more, RdfFormat.TURTLE)
    return respond_with_triples(choice, version, (quad.triple for quad in quads), prefixes)


async def describe_service(request: Request) -> Response:
    """Return the description in the format asked for."""
    choice = choose_graph(request, None)
    engine, settings = request.app.state.engine, request.app.state.settings
    return respond_from(
        "description.ttl",
        choice,
        await engine.version(),
        address=endpoint(request).rstrip("/"),
        languages="sd:SPARQL11Query" + ", sd:SPARQL11Update" * settings.writable,
        features="" if settings.scratch else "\n    sd:feature sd:UnionDefaultGraph ;",
        search=SEARCH,
        triples=await engine.triples(),
    )
