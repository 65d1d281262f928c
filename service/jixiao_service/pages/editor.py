"""The SPARQL editor: examples, terms for completion, and permalinks that say which data they were made for."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from jixiao.store.syntax.schema import compact_iri
from jixiao.vocab import NAMESPACES, PREFIXES
from jixiao_service.library import example_queries, with_prefixes
from jixiao_service.pages.page import Opened, page_router

router = page_router()

_FIRST = "satisfaction"


@router.get("/query")
async def query_page(page: Opened, query: str = "", version: str = "", example: str = "") -> Response:
    """Show the editor with a query in it."""
    examples = example_queries()
    chosen = examples.get(example) or examples[_FIRST]
    return page.render(
        "query.html",
        query=query or with_prefixes(chosen.text),
        examples=list(examples.values()),
        version=version,
        endpoint=str(page.request.base_url).rstrip("/") + "/sparql",
    )


@router.get("/query/terms")
async def terms(page: Opened) -> JSONResponse:
    """Return what the editor completes: prefixes, the graph's own terms with their labels, and the codes."""
    found = {}
    for row in await page.reader.rows("terms"):
        found[compact_iri(row["term"] or "")] = {"label": row["label"], "comment": row["comment"]}
    for iri, labels in page.codes.labels.items():
        found[compact_iri(iri)] = {"label": labels.get("zh", ""), "comment": ""}
    for namespace in NAMESPACES:
        for term in namespace.terms:
            found.setdefault(f"{namespace.prefix}:{term}", {"label": "", "comment": ""})
    items = [{"term": term, **about} for term, about in sorted(found.items())]
    return JSONResponse({"prefixes": PREFIXES, "terms": items})
