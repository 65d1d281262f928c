"""The command ``jixiao diff``: what changed between two versions of a republished document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

import typer

from jixiao.command_options import Output, StoreOption, opened
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from jixiao.differing import Difference
    from jixiao.versions import Edition

_KINDS = {"added": ("新增", "added"), "removed": ("删去", "removed"), "changed": ("改动", "changed")}


def diff(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="文档的文件名，任一版本的都行。")],
    store: StoreOption = None,
    since: Annotated[str | None, typer.Option("--from", help="旧版：第几版，或文件名；缺省为前一版。")] = None,
    until: Annotated[str | None, typer.Option("--to", help="新版：第几版，或文件名；缺省为现行版。")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text、jsonl 或 html。")] = "text",  # noqa: A002
    output: Output = None,
) -> None:
    """逐行对照一份文件的两个版本：新增、删去、改动，各带出处 (what changed between two versions)。"""
    from jixiao.differing import choose_version, compare_versions, versions_of
    from jixiao.exporting.output import open_output

    if format not in _FORMATS:
        raise UsageError(f"只能是 {'、'.join(_FORMATS)} (unknown format)", "unknown-format", format)
    with opened(store) as target:
        versions = versions_of(target, document)
        if len(versions) < 2:
            raise UsageError("库里只有一个版本，没有可对照的 (only one version is stored)", "one-version", document)
        new = choose_version(versions, until, -1)
        old = choose_version(versions, since, max(0, versions.index(new) - 1))
        found = compare_versions(target, old, new)
    with open_output(output) as stream:
        stream.writelines(f"{line}\n".encode() for line in _FORMATS[format](old, new, found))


def _as_text(old: Edition, new: Edition, found: Sequence[Difference]) -> Iterator[str]:
    yield f"{old.name} → {new.name}：{len(found)} 处不同 (differences)"
    for each in found:
        yield f"{_KINDS[each.kind][0]} ({each.kind}) {each.compared.label} {each.name}"
        for column in each.columns:
            assert each.old is not None
            assert each.new is not None
            yield f"  {column}: {each.old[column]} → {each.new[column]}"
        for sign, row in (("-", each.old), ("+", each.new)):
            if row is not None and row.get("source_text"):
                yield f"  {sign} {_where(row)}: {' | '.join(str(row['source_text']).split(chr(9)))}"


def _as_jsonl(old: Edition, new: Edition, found: Sequence[Difference]) -> Iterator[str]:
    for each in found:
        yield json.dumps({"from": old.name, "to": new.name, **each.as_dict()}, ensure_ascii=False)


def _as_html(old: Edition, new: Edition, found: Sequence[Difference]) -> Iterator[str]:
    style = files("jixiao.audit").joinpath("page.css").read_text("utf-8")
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>版本对照</title>\n<style>\n{style}</style>\n</head>\n<body>\n<h1>版本对照</h1>"
    yield f"<p>{escape(old.name)} → {escape(new.name)}：{len(found)} 处不同</p>\n<table>"
    yield f"<tr><th>表</th><th></th><th>{escape(old.name)}</th><th>{escape(new.name)}</th></tr>"
    for each in found:
        cells = "".join(f"<td>{_cell(row, each)}</td>" for row in (each.old, each.new))
        yield f"<tr><td>{each.compared.label}</td><td>{_KINDS[each.kind][0]}</td>{cells}</tr>"
    yield "</table>\n</body>\n</html>"


def _cell(row: Mapping[str, object] | None, difference: Difference) -> str:
    if row is None:
        return ""
    columns = difference.columns or difference.compared.shown
    said = [f"<b>{escape(str(row[difference.compared.name] or ''))}</b>"]
    said += [escape(f"{column}: {row[column]}") for column in columns if row[column] is not None]
    return "<br>".join([*said, f"<small>{escape(_where(row))}</small>"])


def _where(row: Mapping[str, object]) -> str:
    page = f"第{row['page']}页 " if row.get("page") else ""
    return f"{page}第{row['line']}行" if row.get("line") else page


_FORMATS: Mapping[str, Callable[[Edition, Edition, Sequence[Difference]], Iterable[str]]] = {
    "text": _as_text,
    "jsonl": _as_jsonl,
    "html": _as_html,
}
