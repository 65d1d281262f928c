"""Say on a page by what evidence a thing is one, or is told from others."""

from __future__ import annotations

from starlette.responses import Response

from jixiao.explaining import questions
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import node
from jixiao_service.problems import Problem

router = page_router()


@router.get("/why")
async def why_page(page: Opened, iri: str) -> Response:
    """Show what ``jixiao explain`` says of an IRI."""
    subject = node(iri).value
    answers = []
    for question in questions():
        rows = await page.reader.memory.rows(page.reader.version, question.about(subject))
        if rows:
            answers.append((page.tr(question.zh, question.en), rows))
    if not answers:
        raise Problem("not-found", reason=iri)
    return page.render("why.html", iri=subject, title=answers[0][1][0]["value"], answers=answers)
