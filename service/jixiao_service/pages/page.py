"""One page on its way: its request, language and reader, and the template that shows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from jixiao.audit.registry import rules
from jixiao.config import BASE_IRI
from jixiao.errors import JixiaoError
from jixiao.vocab import PREFIXES
from jixiao_service.pages import wording
from jixiao_service.pages.codes import Codes, read_codes, repairs
from jixiao_service.pages.reader import Reader, open_reader
from jixiao_service.pages.statics import address
from jixiao_service.problems import Problem, problem_of

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Vary": "Cookie, Accept",
}
LANGUAGES = ("zh", "en")
_YEAR = 365 * 24 * 3600


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= wording.FILTERS
    environment.globals |= {"static": address, "audit_rules": rules}
    return environment


@dataclass(slots=True)
class Page:
    """Hold what a page needs: request, language, reader, and the labels of the codes."""

    request: Request
    lang: str
    reader: Reader
    codes: Codes

    def tr(self, zh: str, en: str) -> str:
        """Return the wording in the language of the page."""
        return en if self.lang == "en" else zh

    def repaired(self, code: str) -> str:
        """Return what a repair's code means."""
        known = repairs().get(code)
        return known[self.lang] if known else code

    @property
    def base_iri(self) -> str:
        """Return what the IRIs of instances start with."""
        return getattr(self.request.app.state.settings, "base_iri", BASE_IRI)

    def iri(self, kind: str, rest: str) -> str:
        """Return the IRI of the instance a page address names."""
        return f"{self.base_iri}{kind}/{quote(rest, safe='/~-._!$&()*+,;=:@')}"

    def path(self, iri: str | None) -> str:
        """Return the address of the page about an IRI."""
        if iri and iri.startswith(self.base_iri):
            return "/" + quote(iri[len(self.base_iri) :], safe="/~-._")
        if iri and iri.startswith(PREFIXES["jxc"]):
            return "/concept/" + quote(iri[len(PREFIXES["jxc"]) :], safe="~-._")
        return "/entity?" + urlencode({"iri": iri or ""})

    def link(self, **changes: Any) -> str:
        """Return this page's address with parameters changed; None takes one away."""
        pairs = [(key, value) for key, value in self.request.query_params.multi_items() if key not in changes]
        pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
        return self.request.url.path + (f"?{urlencode(pairs)}" if pairs else "")

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a template as response."""
        body = (
            _environment()
            .get_template(template)
            .render(
                page=self,
                lang=self.lang,
                tr=self.tr,
                codes=self.codes,
                path=self.path,
                repaired=self.repaired,
                **values,
            )
        )
        response = HTMLResponse(body, status, SECURITY)
        chosen = self.request.query_params.get("lang")
        if chosen in LANGUAGES:
            response.set_cookie("lang", chosen, max_age=_YEAR, samesite="lax", httponly=True)
        return response


def language(request: Request) -> str:
    """Return the language of a page: what the address says, what was chosen before, else Chinese."""
    chosen = request.query_params.get("lang") or request.cookies.get("lang")
    return chosen if chosen in LANGUAGES else "zh"


async def open_page(request: Request) -> Page:
    """Return the page of a request."""
    reader = await open_reader(request.app.state)
    return Page(request, language(request), reader, await read_codes(reader, language(request)))


Opened = Annotated[Page, Depends(open_page)]


class PageRoute(APIRoute):
    """Show failures of a page as a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except (Problem, JixiaoError) as error:
                return _failed(request, problem_of(error))

        return guarded


def _failed(request: Request, problem: Problem) -> Response:
    return problem_page(request, problem.status, problem.body(request.url.path), problem.headers)


def problem_page(request: Request, status: int, body: dict[str, Any], headers: Mapping[str, str]) -> Response:
    """Return a problem as a page that says what to do."""
    page = Page(request, language(request), cast(Reader, None), Codes({}, language(request)))
    response = page.render("problem.html", status, problem=body)
    response.headers.update(headers)
    return response


def page_router() -> APIRouter:
    """Return a router whose failures are pages."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse)
