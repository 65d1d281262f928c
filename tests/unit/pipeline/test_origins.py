"""Where a file was taken from is told beside it, and stands in the graph and in the table of documents."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from jixiao.errors import UsageError
from jixiao.origins import read_origins
from jixiao.pipeline import lift_paths
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.tables import read_table
from tests.unit.pipeline.test_originals import document

ADDRESS = "https://example.org/公开/目标.docx?id=1"


@pytest.mark.parametrize("key", ["file", "sha256"])
def test_the_address_travels_to_the_table(tmp_path: Path, key: str) -> None:
    path, table = tmp_path / "目标.txt", tmp_path / "sources.csv"
    path.write_bytes(document("≥32处"))
    named = {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
    table.write_text(f"{key},title,source_url\n{named[key]},目标,{ADDRESS}\n另一份,,\n", "utf-8")
    with closing(open_store(str(tmp_path / "store"))) as store:
        lift_paths([str(path)], store, LiftOptions(sources=read_origins(table)))
        assert [row["source_url"] for row in read_table(store, "documents")] == [ADDRESS]


@pytest.mark.parametrize(
    "text", ["file,source_url\na.txt,javascript:alert(1)\n", "file,source_url\na.txt,/etc/passwd\n", "name\na\n", ""]
)
def test_a_table_that_tells_no_address_is_refused(tmp_path: Path, text: str) -> None:
    table = tmp_path / "sources.csv"
    table.write_text(text, "utf-8")
    with pytest.raises(UsageError) as refused:
        read_origins(table)
    assert refused.value.code == "bad-sources"
