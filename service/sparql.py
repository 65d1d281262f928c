"""The SPARQL 1.1 Protocol, query operation."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from service.engine import Query
from service.negotiation import choose_all
from service.problems import Problem

router = APIRouter()

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


def media_type(request: Request) -> str:
    """Return the media type of a body; a charset other than UTF-8 is refused."""
    name, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().replace('"', "").partition("charset=")[2].strip()
    if charset and charset not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", received=request.headers["content-type"], offers=f"{FORM}, {DIRECT}")
    return name.strip().lower()


async def read_parameters(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of a query request, those of the body included, each decoded once."""
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("utf-8"), keep_blank_values=True, errors="strict")
        if request.method == "POST":
            kind, body = media_type(request), (await request.body()).decode("utf-8")
            if kind == FORM:
                pairs += parse_qsl(body, keep_blank_values=True, errors="strict")
            elif kind == DIRECT:
                pairs.append(("query", body))
            else:
                raise Problem("unsupported-media-type", received=kind or "-", offers=f"{FORM}, {DIRECT}")
    except UnicodeDecodeError as error:
        raise Problem("bad-request", reason=f"not UTF-8: {error}") from error
    return pairs


@router.get("/sparql")
@router.post("/sparql")
async def query(request: Request) -> Response:
    """Answer a SPARQL query."""
    pairs = await read_parameters(request)
    texts = [value for name, value in pairs if name == "query"]
    if len(texts) != 1:
        raise Problem("no-query")
    name = next((value for key, value in pairs if key == "format"), None)
    asked = Query(
        texts[0],
        choose_all(request.headers.get("accept"), name),
        tuple(value for key, value in pairs if key == "default-graph-uri"),
        tuple(value for key, value in pairs if key == "named-graph-uri"),
    )
    answer = await request.app.state.engine.answer(asked)
    headers = {"ETag": f'"{answer.version}"', "X-Query-Id": answer.query_id, "Vary": "Accept"}
    return Response(answer.body(), headers=headers, media_type=answer.choice.content_type)
