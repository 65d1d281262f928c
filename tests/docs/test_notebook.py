"""The notebook for researchers runs from its first cell to its last, and is kept without what it printed."""

from __future__ import annotations

import json

import pytest

from tests.conftest import ROOT

NOTEBOOK = ROOT / "docs" / "tutorial.ipynb"


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert [
        cell for cell in cells if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"])
    ] == []


@pytest.mark.long
def test_the_notebook_runs_and_draws_chinese() -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the extra notebook")
    client = pytest.importorskip("nbclient", reason="needs the extra notebook")
    pytest.importorskip("ipykernel", reason="needs the extra notebook")
    book = nbformat.read(NOTEBOOK, as_version=4)
    client.NotebookClient(book, timeout=600, resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    warned = [output["text"] for output in outputs if output.get("name") == "stderr" and "Glyph" in output["text"]]
    assert len(drawn) == 3
    assert warned == []
