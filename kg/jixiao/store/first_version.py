"""Know which documents of a store were read by version 0.1, which said less of them than every later one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jixiao.vocab import JX

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

READER = "jixiao 0.1"
_FOUND = f"""
SELECT ?graph ?document ?name ?digest {{
  GRAPH ?graph {{
    ?document <{JX.issueCount}> ?issues ; <{JX.formCount}> ?forms ; <{JX.tableCount}> ?tables ;
      <{JX.fileName}> ?name ; <{JX.sha256}> ?digest .
    FILTER NOT EXISTS {{ ?document <{JX.withheldCount}> ?withheld }}
  }}
}} ORDER BY ?name"""


@dataclass(frozen=True, slots=True)
class FirstVersion:
    """Hold a document as version 0.1 has stored it: its graph and IRI, file name and SHA-256."""

    graph: str
    document: str
    name: str
    digest: str


def read_first_version(store: Store) -> list[FirstVersion]:
    """Return the documents that version 0.1 has stored, by name."""
    rows: Any = store.query(_FOUND)
    return [FirstVersion(*(row[each].value for each in ("graph", "document", "name", "digest"))) for row in rows]


def first_version_message(count: int) -> str:
    """Say how many documents are of the first version, and what to do."""
    return (
        f"库里有 {count} 份文档由 0.1 版读出；请运行 jixiao store upgrade 升级 "
        "(documents as version 0.1 read them; run jixiao store upgrade)"
    )
