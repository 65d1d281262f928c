"""The SPARQL 1.1 Protocol: query and update operations, running queries."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from jixiao.store.syntax.analysis import names_dataset, with_dataset
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.parsing import SparqlSyntaxError, parse_sparql
from jixiao.vocab import PREFIXES
from jixiao_service.answers import QueryRequest, QueryResult
from jixiao_service.description import describe_service
from jixiao_service.negotiation import GRAPH_FORMATS, PAGE, RESULT_FORMATS, choose, choose_all
from jixiao_service.problems import Problem, syntax_problem
from jixiao_service.protocol import (
    QUERY,
    UPDATE,
    Parameters,
    endpoint,
    is_authorised,
    name_query,
    read_parameters,
    require_writing,
)
from jixiao_service.responses import not_called_header, not_modified, respond
from jixiao_service.settings import ServiceSettings
from jixiao_service.waiting import Watch


class Operation:
    """Serve one address without the framework's detours: queries come by the thousand a second.

    ``place`` names the address where requests are counted.
    """

    def __init__(self, place: str, methods: str, handle: Any) -> None:
        self._place = place
        self._methods = methods
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every failure becomes problem+json."""
        request = Request(scope, receive)
        scope["place"] = self._place
        try:
            if request.method == "OPTIONS":
                response = Response(status_code=204, headers={"Allow": self._methods})
            elif request.method not in self._methods.split(", "):
                raise Problem("method-not-allowed", headers={"Allow": self._methods})
            else:
                response = await self._handle(request)
        except Problem as problem:
            response = problem.response(request.url.path)
        if "query_id" in scope:
            response.headers["X-Query-Id"] = scope["query_id"]
        await response(scope, receive, send)


async def answer_query(request: Request, query: QueryRequest) -> QueryResult:
    """Answer a query for a client, as long as it is there."""
    watch = Watch(request)
    try:
        result: QueryResult = await request.app.state.engine.answer(query, watch.start)
        return result
    finally:
        watch.stop()


async def query_operation(request: Request) -> Response:
    """Answer a SPARQL query; without one, describe the service."""
    state, name = request.app.state, name_query(request)
    parameters = await read_parameters(request, QUERY, state.settings.limits.query_bytes)
    text = parameters.text("query")
    if _is_browser(request) and not parameters.format():
        address = "/query"
        if text:
            address += "?" + urlencode({"query": text})
        return RedirectResponse(address, 303)
    if text is None:
        if request.method == "POST" or parameters.all("update"):
            raise Problem("no-query")
        return await describe_service(request)
    choices = choose_all(request.headers.get("accept"), parameters.format())
    unchanged = await not_modified(request, choices, text)
    if unchanged is not None:
        return unchanged
    asked = QueryRequest(
        text,
        choices,
        parameters.iris("default-graph-uri"),
        parameters.iris("named-graph-uri"),
        endpoint(request),
        parameters.number("timeout", float),
        parameters.number("rows", int),
        name,
        vocabulary=_vocabulary(parameters, state.settings),
    )
    return respond(request, await answer_query(request, asked))


def _vocabulary(parameters: Parameters, settings: ServiceSettings) -> str:
    """Return what becomes of words that can find nothing; in a scratch store anything may be found."""
    if settings.scratch:
        return ""
    if parameters.one("strict-vocabulary") in (None, "", "0", "false", "no"):
        return "warn"
    return "strict"


def _is_browser(request: Request) -> bool:
    """Say whether a page is wanted more than data: those who open the address are shown the editor."""
    return request.method == "GET" and _prefers_pages(request.headers.get("accept", "*/*;q=0"))


@lru_cache(maxsize=512)
def _prefers_pages(accept: str) -> bool:
    chosen = choose((*RESULT_FORMATS, *GRAPH_FORMATS, PAGE), accept)
    return chosen is not None and chosen.format is PAGE


async def update_operation(request: Request) -> Response:
    """Carry out a SPARQL update."""
    state = request.app.state
    require_writing(request, state.settings)
    parameters = await read_parameters(request, UPDATE, state.settings.limits.upload_bytes)
    body = parameters.body("update")
    if body is None or parameters.all("query"):
        raise Problem("no-update")
    if parameters.all("using-graph-uri") or parameters.all("using-named-graph-uri"):
        body = _with_dataset(parameters, state.settings.limits.query_bytes).encode()
    done = await state.engine.change(body, what="update", base_iri=endpoint(request))
    return Response(status_code=204, headers=not_called_header(done["not_called"]))


def _with_dataset(parameters: Parameters, most: int) -> str:
    """Return an update with the data set of the protocol; it may not name one itself."""
    text = parameters.text("update") or ""
    if len(text) > most:  # read here, where no limit of memory holds
        raise Problem("too-large", limit=most)
    graphs, named = parameters.iris("using-graph-uri"), parameters.iris("using-named-graph-uri")
    try:
        tree = parse_sparql(text, "UpdateUnit")
    except SparqlSyntaxError as error:
        raise syntax_problem(explain(text, "UpdateUnit", PREFIXES, str(error))) from None
    if names_dataset(tree):
        raise Problem("dataset-conflict")
    return with_dataset(text, tree, graphs, named)


def _may_manage(request: Request) -> None:
    """Refuse those who may not see other people's queries: everyone without the token."""
    if not is_authorised(request, request.app.state.settings):
        raise Problem("not-authorised", headers={"WWW-Authenticate": 'Bearer realm="jixiao"'})


async def list_queries(request: Request) -> Response:
    """List the running queries."""
    _may_manage(request)
    running = request.app.state.engine.running()
    return JSONResponse([each.describe() for each in running], headers={"Cache-Control": "no-store"})


async def one_query(request: Request) -> Response:
    """Show a running query, or cancel it."""
    if request.method == "DELETE":
        # Whoever chose or was told the name of a query may see to it; names given by the service cannot be guessed.
        if not request.app.state.engine.cancel(request.path_params["query_id"]):
            raise Problem("no-running-query", query_id=request.path_params["query_id"])
        return Response(status_code=204)
    for running in request.app.state.engine.running():
        if running.query_id == request.path_params["query_id"]:
            return JSONResponse(running.state_of(), headers={"Cache-Control": "no-store"})
    raise Problem("no-running-query", query_id=request.path_params["query_id"])


READ, WRITE = "GET, HEAD, POST, OPTIONS", "POST, OPTIONS"
operations = {
    "/sparql": Operation("/sparql", READ, query_operation),
    "/sparql/": Operation("/sparql", READ, query_operation),
    "/update": Operation("/update", WRITE, update_operation),
    "/update/": Operation("/update", WRITE, update_operation),
    "/queries": Operation("/queries", "GET, HEAD, OPTIONS", list_queries),
}
routes = [
    Route(
        "/queries/{query_id}",
        Operation("/queries/{query_id}", "GET, HEAD, DELETE, OPTIONS", one_query),
        include_in_schema=False,
    ),
]
