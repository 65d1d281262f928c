"""The command ``jixiao explain``: by what evidence a thing is one, or is told from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jixiao.command_options import StoreOption, opened
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jixiao.store.protocol import Store


def explain(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="部门、项目、文档、地区、概念的 IRI。")],
    store: StoreOption = None,
) -> None:
    """说明凭什么认定它是一个，而不是两个 (by what evidence a thing is one or two)。"""
    if ":" not in iri or any(character in iri for character in '<>"{}|\\^` \n'):
        message = "这不是 IRI；各表的 iri 列和网页的地址栏里有 (no IRI; see the column iri of the tables)"
        raise UsageError(message, "bad-iri", iri)
    with opened(store) as target:
        lines = list(_explained(target, iri))
    if not lines:
        raise UsageError(
            "库里没有它；IRI 见各表的 iri 列 (not in the store; see the column iri of the tables)", "no-such-iri", iri
        )
    for line in lines:
        typer.echo(line)


def _explained(store: Store, iri: str) -> Iterator[str]:
    from jixiao.explaining import questions

    for question in questions():
        rows: Any = store.query(question.about(iri))
        for row in rows:
            value = row["value"].value
            if row["target"] is not None:
                value = f"{value} <{row['target'].value}>"
            yield f"{question.zh} ({question.en}): {value}"
