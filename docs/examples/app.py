"""A service of one's own in forty lines: send a draft, get its findings; ask for a target, get the interval.

pip install jixiao-kg, then: uvicorn app:app
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, UploadFile

import jixiao
from jixiao.errors import DocumentError

app = FastAPI(title="Drafts")


@app.get("/target")
def target(text: str) -> dict[str, Any]:
    """Read a target value as an interval."""
    read = jixiao.parse_target(text)
    if read is None:
        raise HTTPException(422, "没有指标值 (no target value)")
    return {"comparator": read.comparator, "lower": read.lower, "upper": read.upper, "unit": read.unit}


@app.post("/findings")
def findings(draft: Annotated[UploadFile, "a PDF, Word, Excel, HTML or text file"]) -> list[dict[str, Any]]:
    """Tell what an audit would say of a draft, which is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(draft.filename or "draft.txt").name
        path.write_bytes(draft.file.read())
        try:
            found = jixiao.read(path).findings
        except DocumentError as error:
            raise HTTPException(422, str(error)) from error
    return [{"rule": each.rule, "severity": each.severity.value, "message": each.message} for each in found]
