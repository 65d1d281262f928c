"""One page on its way: its request, language and reader, and the template that shows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from jixiao.audit.registry import rules
from jixiao.errors import JixiaoError
from jixiao.vocab import PREFIXES
from jixiao_service.manual import is_built
from jixiao_service.pages import wording
from jixiao_service.pages.codes import CodeLabels, read_code_labels
from jixiao_service.pages.reader import PageReader, open_reader
from jixiao_service.pages.statics import static_address
from jixiao_service.problems import Problem, problem_of

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Vary": "Cookie, Accept",
}
Made = TypeVar("Made")

LANGUAGES = ("zh", "en")
_YEAR = 365 * 24 * 3600


def template(name: str) -> Template:
    """Return a template."""
    return _environment().get_template(name)


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
    environment.globals |= {"static": static_address, "audit_rules": rules, "has_manual": is_built}
    return environment


@dataclass(slots=True)
class PageContext:
    """Hold what a page needs: request, language, reader, and the labels of the codes."""

    request: Request
    lang: str
    reader: PageReader
    codes: CodeLabels

    def tr(self, zh: str, en: str) -> str:
        """Return the wording in the language of the page."""
        return en if self.lang == "en" else zh

    def sign(self, mark: str) -> str:
        """Return a mark of punctuation as the language of the page writes it."""
        return _SIGNS[mark] if self.lang == "en" else mark

    def repaired(self, code: str) -> str:
        """Return what a repair's code means."""
        return self.codes.word("repair", code)

    @property
    def base_iri(self) -> str:
        """Return what the IRIs of instances start with."""
        base: str = self.request.app.state.settings.base_iri
        return base

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

    async def of_tables(self, work: Callable[..., Made], *arguments: Any, **options: Any) -> Made:
        """Return what a function makes of the side tables, in a thread of its own."""
        return await run_in_threadpool(work, await self.request.app.state.side.view(), *arguments, **options)

    def link(self, **changes: Any) -> str:
        """Return this page's address with parameters changed; None takes one away."""
        pairs = [(key, value) for key, value in self.request.query_params.multi_items() if key not in changes]
        pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
        return self._address(pairs)

    def toggled(self, key: str, value: str) -> str:
        """Return this page's address with one value of a parameter added, or taken away where it is there."""
        pairs = [pair for pair in self.request.query_params.multi_items() if pair[0] != "p"]
        if (key, value) in pairs:
            return self._address([pair for pair in pairs if pair != (key, value)])
        return self._address([*pairs, (key, value)])

    def _address(self, pairs: list[tuple[str, str]]) -> str:
        if not pairs:
            return self.request.url.path
        return f"{self.request.url.path}?{urlencode(pairs)}"

    def redirect(self, address: str, headers: Mapping[str, str] | None = None, status: int = 303) -> Response:
        """Return the way to another page, in the language that was asked for."""
        chosen = self.request.query_params.get("lang")
        if chosen in LANGUAGES:
            address += f"{'&' if '?' in address else '?'}lang={chosen}"
        return RedirectResponse(address, status, headers)

    def render(self, name: str, status: int = 200, **values: Any) -> Response:
        """Return a template as response; to who has it already, that nothing has changed."""
        always = {each: getattr(self, each) for each in ("lang", "tr", "sign", "codes", "path", "repaired")}
        body = template(name).render(page=self, **always, **values)
        tag = f'W/"{sha256(body.encode()).hexdigest()[:24]}"'
        response: Response = HTMLResponse(body, status, {**SECURITY, "ETag": tag})
        if status == 200 and tag in self.request.headers.get("if-none-match", ""):
            response = Response(status_code=304, headers={**SECURITY, "ETag": tag})
        chosen = self.request.query_params.get("lang")
        if chosen in LANGUAGES:
            response.set_cookie("lang", chosen, max_age=_YEAR, samesite="lax", httponly=True)
        return response


_SIGNS = {"：": ": ", "，": ", ", "。": ". ", "；": "; ", "（": " (", "）": ")"}


def language(request: Request) -> str:
    """Return the language of a page: what the address says, what was chosen before, else Chinese."""
    chosen = request.query_params.get("lang") or request.cookies.get("lang")
    return chosen if chosen in LANGUAGES else "zh"


async def open_page(request: Request) -> PageContext:
    """Return the page of a request."""
    reader = await open_reader(request.app.state)
    return PageContext(request, language(request), reader, await read_code_labels(reader, language(request)))


Opened = Annotated[PageContext, Depends(open_page)]


class PageRoute(APIRoute):
    """Show failures of a page as a page."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.methods == {"GET"}:
            self.methods = {"GET", "HEAD"}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except (Problem, JixiaoError) as error:
                problem = problem_of(error)
                return problem_page(request, problem.status, problem.body(request.url.path), problem.headers)

        return guarded


def problem_page(request: Request, status: int, body: dict[str, Any], headers: Mapping[str, str]) -> Response:
    """Return a problem as a page that says what to do."""
    page = PageContext(request, language(request), cast(PageReader, None), CodeLabels({}, language(request)))
    response = page.render("problem.html", status, problem=body)
    response.headers.update(headers)
    return response


def page_router() -> APIRouter:
    """Return a router whose failures are pages."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse)
