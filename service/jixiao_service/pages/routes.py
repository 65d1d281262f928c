"""All pages as one router, to be included by the application."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from jixiao_service.pages import (
    checking,
    comparison,
    concepts,
    departments,
    documents,
    editor,
    entities,
    evidence,
    heatmap,
    home,
    linked,
    neighbourhood,
    originals,
    projects,
    reasons,
    reviewing,
    search,
    statics,
    tables,
    versions,
)
from jixiao_service.pages.warming import ahead

router = APIRouter(include_in_schema=False)
for _part in (
    home,
    search,
    departments,
    projects,
    documents,
    versions,
    evidence,
    tables,
    comparison,
    heatmap,
    concepts,
    neighbourhood,
    originals,
    editor,
    checking,
    linked,
    entities,
    reasons,
    reviewing,
):
    router.include_router(_part.router, dependencies=[Depends(ahead)])
router.include_router(statics.router)
