"""Turn every failure into problem+json (RFC 9457): the only mapping from errors to responses.

The kinds of problem, with their statuses and their texts in Chinese and English, are data: ``problems.toml``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jixiao.errors import JixiaoError, QueryError, StoreError
from jixiao.resources import table
from jixiao.store.syntax.explaining import Fault

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "application/problem+json"
_HTTP_KINDS = {404: "not-found", 405: "method-not-allowed"}


def problem_kinds() -> Mapping[str, Mapping[str, Any]]:
    """Return the kinds of problem by name."""
    return table("jixiao_service/problems.toml")


class Problem(Exception):  # noqa: N818 - the RFC's own word
    """Report why a request is not answered; ``details`` fill the texts and stand in the body."""

    def __init__(self, kind: str, headers: Mapping[str, str] | None = None, **details: Any) -> None:
        known = problem_kinds()[kind]
        super().__init__(kind)
        self.kind = kind
        self.status = int(known["status"])
        self.headers = dict(headers or {})
        self.details = details
        if "retry_after" in details:
            self.headers.setdefault("Retry-After", str(details["retry_after"]))

    def body(self, instance: str) -> dict[str, Any]:
        """Return the members of the body."""
        known = problem_kinds()[self.kind]
        filled = _Blanks({key: str(value) for key, value in self.details.items()})
        filled.setdefault("reason_en", filled["reason"])
        return {
            "type": f"/problems/{self.kind}",
            "title": known["title"],
            "title_en": known["title_en"],
            "status": self.status,
            "detail": known["detail"].format_map(filled),
            "detail_en": known["detail_en"].format_map(filled),
            "instance": instance,
            **self.details,
        }

    def response(self, instance: str) -> Response:
        """Return the response."""
        content = json.dumps(self.body(instance), ensure_ascii=False, default=str)
        return Response(content, self.status, {**self.headers, "Cache-Control": "no-store"}, MEDIA_TYPE)


async def show_problem(request: Request) -> Response:
    """Explain a kind of problem: what ``type`` points to."""
    kind = request.path_params["kind"]
    if kind not in problem_kinds():
        raise Problem("not-found", reason=kind)
    known = {"type": f"/problems/{kind}", **problem_kinds()[kind]}
    given = {key: int(value) for key, value in request.query_params.items() if key == "rows" and value.isdecimal()}
    return JSONResponse({**known, **given})


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def syntax_problem(fault: Fault) -> Problem:
    """Return the problem of a text that is not SPARQL."""
    return Problem("syntax-error", **fault.details())


def problem_of(error: Exception) -> Problem:
    """Return the problem an error of the project is."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryError):
        return Problem("query-failed", reason=error.message)
    if isinstance(error, StoreError):
        return Problem("store-unavailable", reason=str(error))
    return Problem("bad-request", reason=str(error))


async def _on_problem(request: Request, error: Exception) -> Response:
    return problem_of(error).response(request.url.path)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _HTTP_KINDS.get(error.status_code, "bad-request")
    reason = error.detail or HTTPStatus(error.status_code).phrase
    if reason == HTTPStatus.NOT_FOUND.phrase:  # no route: what was asked for says more
        reason = request.url.path
    problem = Problem(kind, error.headers, reason=reason)
    problem.status = error.status_code
    return problem.response(request.url.path)


async def _on_crash(request: Request, error: Exception) -> Response:
    return Problem("internal").response(request.url.path)


def add_handlers(app: FastAPI) -> None:
    """Let every failure of ``app`` become problem+json, those of the framework included."""
    from fastapi.exceptions import RequestValidationError

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _validation_problem(error.errors()).response(request.url.path)

    app.router.routes.append(Route("/problems/{kind}", show_problem, include_in_schema=False))
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(JixiaoError, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(Exception, _on_crash)


def _validation_problem(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the problem of parameters the framework does not take: which are missing, which have a wrong value."""
    faults: list[dict[str, str]] = []
    named: dict[str, list[str]] = {"缺少参数": [], "参数的值不对": []}
    for error in errors:
        faults.append({"where": ".".join(map(str, error["loc"])), "what": error["msg"]})
        text = "参数的值不对"
        if error["type"] == "missing":
            text = "缺少参数"
        named[text].append(str(error["loc"][-1]))
    reason = "；".join(f"{text}：{'、'.join(names)}" for text, names in named.items() if names)
    reason_en = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    return Problem("bad-parameters", reason=reason, reason_en=reason_en, faults=faults)
