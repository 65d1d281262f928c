"""The command ``jixiao explain``: by what evidence a thing is one, or is told from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jixiao.command_options import StoreOption, opened
from jixiao.errors import UsageError
from jixiao.vocab import DCTERMS, JX, ORG, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jixiao.store.protocol import Store

# What is said of a thing, in this order: words for the reader, and the pattern that finds ?value and its ?name.
_QUESTIONS = (
    ("名称 (name)", f"<{{iri}}> <{RDFS.label}> ?value"),
    ("别名 (also printed as)", f"<{{iri}}> <{SKOS.altLabel}> ?value"),
    ("地区 (region)", f"<{{iri}}> <{JX.region}> ?value . ?value <{SKOS.prefLabel}> ?name FILTER(LANG(?name) = 'zh')"),
    ("代码 (code)", f"<{{iri}}> <{JX.departmentCode}>|<{JX.projectCode}> ?value"),
    ("认定依据 (decided by)", f"<{{iri}}> <{JX.decidedBy}> ?value"),
    ("名称合并的理由 (names joined because)", f"<{{iri}}> <{JX.hasEntry}>/<{JX.joinedBy}> ?value"),
    ("属于 (part of)", f"<{{iri}}> <{ORG.subOrganizationOf}> ?value . ?value <{RDFS.label}> ?name"),
    ("下属 (has units)", f"?value <{ORG.subOrganizationOf}> <{{iri}}> ; <{RDFS.label}> ?name"),
    ("部门 (department)", f"<{{iri}}> <{JX.department}> ?value . ?value <{RDFS.label}> ?name"),
    ("公开日期 (issued)", f"<{{iri}}> <{DCTERMS.issued}> ?value"),
    (
        "副本属于 (copy of; not counted)",
        f"<{{iri}}> <{JX.copyOf}> ?value OPTIONAL {{{{ ?value <{RDFS.label}> ?name }}}}",
    ),
    ("副本 (copies of it)", f"?value <{JX.copyOf}> <{{iri}}> OPTIONAL {{{{ ?value <{RDFS.label}> ?name }}}}"),
    (
        "文档 (documents)",
        f"{{{{ <{{iri}}> <{JX.hasEntry}>/<{JX.document}> ?value }}}} UNION {{{{ ?value <{JX.department}> <{{iri}}> ; "
        f"a <{JX.Document}> }}}} ?value <{JX.fileName}> ?name",
    ),
    (
        "只是可能相同或相关 (only likely; never merged)",
        f"VALUES (?one ?two) {{{{ (<{JX.linkSubject}> <{JX.linkObject}>) (<{JX.linkObject}> <{JX.linkSubject}>) }}}} "
        f"?link ?one <{{iri}}> ; ?two ?value ; <{JX.linkKind}> ?kind ; <{JX.linkScore}> ?score ; "
        f"<{JX.linkReason}> ?reason BIND(CONCAT(?kind, ' ', STR(?score), ' ', ?reason) AS ?name)",
    ),
)


def explain(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="部门、项目、文档的 IRI。")], store: StoreOption = None
) -> None:
    """说明凭什么认定它是一个，而不是两个 (by what evidence a thing is one or two)。"""
    if any(character in iri for character in '<>"{}|\\^` \n'):
        raise UsageError("这不是 IRI (no IRI)", "bad-iri", iri)
    with opened(store) as target:
        lines = list(_explained(target, iri))
    if not lines:
        raise UsageError(
            "库里没有它；IRI 见各表的 iri 列 (not in the store; see the column iri of the tables)", "no-such-iri", iri
        )
    for line in lines:
        typer.echo(line)


def _explained(store: Store, iri: str) -> Iterator[str]:
    for words, pattern in _QUESTIONS:
        rows: Any = store.query(
            f"SELECT DISTINCT ?value ?name WHERE {{ {pattern.format(iri=iri)} }} ORDER BY ?name ?value"
        )
        for row in rows:
            value = row["value"].value
            if row["name"] is not None:
                value = f"{row['name'].value} <{value}>"
            yield f"{words}: {value}"
