"""Answer questions in Chinese from the graph, or decline and say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from jixiao.asking.lexicon import messages
from jixiao.asking.names import Names, with_prefixes
from jixiao.asking.parsing import parse
from jixiao.asking.questions import NotUnderstoodError, Question
from jixiao.asking.restating import restate
from jixiao.asking.sparql import Compiled, compile_question
from jixiao.tables import SupportsQuery

LONGEST = 300  # characters of a question
_NODES = ("project", "indicator", "department")  # columns that hold IRIs beside the name
_MONEY = frozenset({"amount", "spending", "initial", "adjusted", "executed"})
_known: WeakKeyDictionary[Any, tuple[str, Names]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer, or why there is none.

    ``columns`` are pairs of name and Chinese title; ``rows`` hold lexical values by column name, None where absent,
    with the source in ``document`` and ``line``. ``not_understood`` are the words that stopped it.
    """

    question: str
    understood: bool
    text: str
    restated: str = ""
    sparql: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[dict[str, str | None], ...] = ()
    not_understood: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def answer(store: SupportsQuery, question: str, names: Names | None = None) -> Answer:
    """Answer a question; one that is not understood whole is declined, never guessed.

    ``names`` are those of the store, where somebody keeps them.
    """
    texts = messages()
    trimmed = question.strip()
    if not trimmed or len(trimmed) > LONGEST:
        reason = "long" if trimmed else "empty"
        said = texts["declined"][reason].format(length=len(trimmed), limit=LONGEST)
        return _declined(question[:LONGEST], said)
    try:
        understood = _understood(trimmed, names or names_of(store))
        compiled = compile_question(understood)
    except NotUnderstoodError as error:
        return _declined(question, str(error), error.words)
    sparql = with_prefixes(compiled.sparql)
    rows = _rows(store.query(sparql), compiled, understood)
    return Answer(
        question,
        True,
        _text(understood, compiled, rows),
        restate(understood),
        sparql,
        _titles(compiled.columns, rows, understood),
        tuple(rows),
    )


def _understood(question: str, names: Names) -> Question:
    """Return what a question asks; one in traditional characters is read in simplified ones where it must be."""
    try:
        return parse(question, names)
    except NotUnderstoodError:
        simplified = _simplifier().convert(question)
        if simplified == question:
            raise
        return parse(simplified, names)


@cache
def _simplifier() -> Any:
    """Return the converter of traditional characters, which only questions need that are not understood without."""
    from opencc import OpenCC

    return OpenCC("t2s")


def _declined(question: str, text: str, words: tuple[str, ...] = ()) -> Answer:
    return Answer(question, False, text, not_understood=words, examples=tuple(messages()["examples"]["questions"]))


def names_of(store: SupportsQuery) -> Names:
    """Return the names of a store, read again when its data version changes."""
    version = getattr(store, "data_version", lambda: "")()
    held = _known.get(store)
    if held is None or held[0] != version or not version:
        held = (version, Names.of(store))
        _known[store] = held
    return held[1]


def _rows(solutions: Any, compiled: Compiled, question: Question) -> list[dict[str, str | None]]:
    """Return the solutions, each thing once: documents may name one department or project differently."""
    seen: dict[tuple[str | None, ...], dict[str, str | None]] = {}
    for solution in solutions:
        row = {name: _value(solution[name]) for name in compiled.columns}
        nodes = [row[name] for name in _NODES if name in row]
        rest = [row[name] for name in compiled.columns if not name.endswith("Name")] if nodes else list(row.values())
        seen.setdefault(tuple(rest), row)
    rows = list(seen.values())
    if question.best and compiled.value and rows:
        best = rows[0][compiled.value]
        rows = [row for row in rows if row[compiled.value] == best]
    return rows


def _value(term: Any) -> str | None:
    if term is None:
        return None
    text: str = term.value
    kind = getattr(term, "datatype", None)
    if kind is not None and kind.value.endswith("#decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text


def _titles(
    columns: Sequence[str], rows: Sequence[dict[str, str | None]], question: Question
) -> tuple[tuple[str, str], ...]:
    titles = messages()["columns"]
    name = question.measure.name if question.measure else ""
    unit = "（元）" if name in _MONEY else "（%）" if name == "rate" or _percent(question) else ""
    titles = titles | {each: titles[each] + unit for each in ("sum", "average", "bound", "part", "all")}
    shown = []
    for name in columns:
        if f"{name}Name" in columns:
            continue  # the IRI of what the next column names
        if name == "withMediumTerm" and all(row[name] == row["count"] for row in rows):
            continue
        shown.append((name, titles[name]))
    return tuple(shown)


def _text(question: Question, compiled: Compiled, rows: Sequence[dict[str, str | None]]) -> str:
    """Return the answer in one sentence."""
    thing, unit = _UNITS.get(question.subject, ("内容", "条"))
    if not rows:
        return f"没有符合条件的{thing}。" if question.operation == "list" else "没有可用的数据。"
    if question.operation == "share":
        part, whole = (_amount(rows[0][name] or "0", question) for name in ("part", "all"))
        return f"{rows[0]['share']}%（{part} / {whole}）。"
    if question.operation == "count" and not question.group:
        more = rows[0].get("withMediumTerm")
        also = (
            f"（另有中期指标 {int(more) - int(rows[0]['count'] or 0)} 个）" if more and more != rows[0]["count"] else ""
        )
        return f"{rows[0]['count']} 个{also}。"
    if question.operation in ("sum", "average") and not question.group and len(rows) == 1:
        value = rows[0][compiled.value or ""]
        if value is None or rows[0][compiled.columns[-1]] == "0":
            return "没有可用的数据。"
        return f"{_amount(value, question)}（共 {rows[0][compiled.columns[-1]]} 个）。"
    if question.operation in ("rank", "count") and question.best:
        names = "、".join(dict.fromkeys(_name(row) for row in rows))
        unit = rows[0].get("unitText") or ""
        return f"{names}（{_amount(rows[0][compiled.value or ''] or '', question)}{unit}）。"
    things = {tuple(row[name] for name in _things(row)) for row in rows}
    if question.group:
        return _grouped(question, compiled, rows)
    more = f"，{len(rows)} 行" if len(rows) != len(things) else ""
    return f"{len(things)} {unit}{thing}{more}。"


def _grouped(question: Question, compiled: Compiled, rows: Sequence[dict[str, str | None]]) -> str:
    """Return the numbers of few groups in one sentence, how many groups there are otherwise."""
    key = compiled.columns[0]
    if len(rows) > _TOLD or not compiled.value:
        return f"{len(rows)} 组，见下表。"
    unit = "年" if question.group == "year" else ""
    parts = [f"{row[key] or '未写明'}{unit} {_amount(row[compiled.value] or '0', question)}" for row in rows]
    return "，".join(parts) + "。"


_TOLD = 6  # groups whose numbers are told in the sentence
_UNITS = {
    "project": ("项目", "个"),
    "department": ("部门", "个"),
    "indicator": ("指标", "个"),
    "document": ("文件", "份"),
    "figure": ("数据", "条"),
    "finding": ("审核发现", "条"),
    "task": ("任务", "项"),
    "goal": ("目标", "项"),
}


def _things(row: dict[str, str | None]) -> list[str]:
    for name in ("indicator", "project", "department"):
        if name in row and not (name == "indicator" and "project" in row):
            return [name]
    return list(row)


def _name(row: dict[str, str | None]) -> str:
    for name in ("indicatorName", "projectName", "departmentName", "label"):
        if row.get(name) and not (name == "indicatorName" and "project" in row):
            return str(row[name])
    return ""


def _amount(value: str, question: Question) -> str:
    name = question.measure.name if question.measure else ""
    if name in _MONEY:
        number = Decimal(value)
        shown = f"{number / 10000:,f}"
        return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + " 万元" if number else "0 元"
    return f"{value}%" if name == "rate" or _percent(question) else value


def _percent(question: Question) -> bool:
    of = question.measure.of if question.measure else None
    return of is not None and any(key.startswith("satisfaction") for key in of.concepts)
