"""Refuse questions of which a word would be passed over: every word must show in what was understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jixiao.asking.lexicon import Selection, plain
from jixiao.asking.names import Names
from jixiao.asking.questions import Condition, NotUnderstoodError, Question
from jixiao.asking.reading import Reading
from jixiao.asking.shaping import Words
from jixiao.asking.tokens import Token

_AND = ("且", "同时", "但", "却", "而")
_PLAIN_SUBJECTS = frozenset({"project", "department", "indicator", "figure"})
_AUDITED = frozenset({"project", "department"})


def check(question: Question, words: Words, reading: Reading, names: Names) -> None:
    """Raise ``NotUnderstoodError`` with the words that have no part in the question as it was understood."""
    left = [
        token.text for place, token in enumerate(reading.tokens) if not _told(token, place, question, words, reading)
    ]
    if not left and _refused(question):
        left = [token.text for token in reading.tokens]
    last = reading.tokens[-1] if reading.tokens else None
    if last and _unnamed(last) and (question.conditions or question.operation == "rank"):
        left = [last.text]  # …的合同: what is asked for is nothing the graph lists
    joined = "".join(token.before for token in reading.tokens)
    if question.either and len(question.conditions) > 2 and any(word in joined for word in _AND):
        left = ["或"]  # 甲且乙或丙 may be read in two ways
    if left:
        raise NotUnderstoodError("unsupported", tuple(dict.fromkeys(left)))
    unheard = [text for each in _selections(question) for text in _unheard(each, names)]
    if unheard:
        raise NotUnderstoodError("words", tuple(dict.fromkeys(unheard)))


def _unnamed(token: Token) -> bool:
    """Say whether what is asked for is a bare topic (满意度最高的窗口)."""
    topic = token.kind in ("selection", "topic") and not token.value.levels and not token.value.concepts
    return topic and token.before.endswith("的")


def _selections(question: Question) -> list[Selection]:
    found = [each.of or (each.measure.of if each.measure else None) for each in question.conditions]
    return [each for each in (*found, question.of) if each is not None]


def _unheard(selection: Selection, names: Names) -> list[str]:
    """Return the texts of a topic that no name in the graph holds; levels and concepts are known without."""
    if selection.levels or selection.concepts:
        return []
    return [text for text in selection.texts if not names.knows(plain(text))]


def _told(token: Token, place: int, question: Question, words: Words, reading: Reading) -> bool:
    if place in reading.used or place in reading.around:
        return True
    kind, value = token.kind, token.value
    if kind in _WAYS:
        return _WAYS[kind](value, question, words)
    return kind not in ("after", "degree") or words.compares


def _subject(value: str, question: Question, words: Words) -> bool:
    if value in (question.subject, question.group):
        return True
    counted = question.measure.name if question.measure else ""
    if value == "project":
        return question.subject in ("indicator", "finding", "figure") or counted in ("projects", "spending")
    if value == "indicator":
        return counted == "indicators" or bool(_selections(question)) or any(map(_of_indicators, question.conditions))
    if value == "evaluation":
        measures = (*question.show, *(each.measure for each in question.conditions), question.measure)
        return question.reasons or any(each and each.name in ("total", "rate") for each in measures)
    if value == "finding":
        return _audited(question)
    # The department of everything else is shown beside it.
    return value == "department" and question.subject not in ("department", "issue")


def _of_indicators(condition: Condition) -> bool:
    return condition.kind in ("missing", "has", "full", "lost", "over-budget")


def _audited(question: Question) -> bool:
    counted = question.measure.name if question.measure else ""
    lacking = any(each.measure and each.measure.name == "findings" for each in question.conditions)
    found = any(each.kind == "finding" for each in question.conditions)
    return question.subject == "finding" or counted == "findings" or lacking or found


def _operation(value: str, question: Question, words: Words) -> bool:
    operation = question.operation
    if value in ("highest", "lowest", "descending", "ascending"):
        return operation == "rank" or bool(question.group)
    if value == "average":
        return operation == "average" or question.averaged
    if value == "sum":
        return operation == "sum" or question.subject in ("department", "figure")
    if value == "by_year":
        return question.group == "year" or operation == "list"
    if value == "compare":
        return bool(question.group) or question.subject == "figure" or len(question.scope.projects) > 1
    return True  # each, whole, group say how the rest is shown


def _field(value: str, question: Question, words: Words) -> bool:
    operation = question.operation
    if value in ("count", "how_many"):
        return (
            words.compares or operation != "list" or bool(question.show) or question.subject in ("indicator", "figure")
        )
    if value in ("target", "actual"):
        return question.subject == "indicator" or bool(question.measure and question.measure.name == value)
    shown = {each.name for each in (*question.show, question.measure) if each}
    return value in shown or operation in ("sum", "average", "rank") or words.compares


def _link(value: str, question: Question, words: Words) -> bool:
    if value == "or":
        scope = question.scope
        several = (scope.places, len(scope.years), len(scope.projects), len(scope.categories))
        topics = [len(each.texts) + len(each.levels) for each in _selections(question)]
        return question.either or max(*several, *topics, len(topics)) > 1
    if value == "reason":
        return question.reasons
    return value in ("source", "manner")


def _ranked(value: int, question: Question, words: Words) -> bool:
    return question.operation == "rank"


def _period(value: str, question: Question, words: Words) -> bool:
    return question.subject == "indicator" or bool(_selections(question))


def _form(value: str, question: Question, words: Words) -> bool:
    return question.subject in ("indicator", "goal", "task")


def _rule(value: str, question: Question, words: Words) -> bool:
    return _audited(question)


def _category(value: str, question: Question, words: Words) -> bool:
    return question.subject == "project"


_WAYS: dict[str, Callable[[Any, Question, Words], bool]] = {
    "subject": _subject,
    "operation": _operation,
    "field": _field,
    "link": _link,
    "top": _ranked,
    "bottom": _ranked,
    "period": _period,
    "form": _form,
    "rule": _rule,
    "severity": _rule,
    "category": _category,
}


def _refused(question: Question) -> bool:
    """Say whether a combination has no answer of its own."""
    scope, subject = question.scope, question.subject
    if subject == "figure" and (scope.projects or question.conditions or question.of):
        return True
    if subject != "figure" and any(each.name == "figure" for each in (*question.show, question.measure) if each):
        return True
    other = subject not in _PLAIN_SUBJECTS and (
        any(each.kind != "named" for each in question.conditions)
        or question.operation not in ("list", "count")
        or bool(question.show or question.of)
    )
    audited = any(each.kind == "finding" for each in question.conditions) and subject not in _AUDITED
    placed = bool(scope.projects) and subject in ("document", "issue")
    return other or audited or placed or (question.reasons and subject not in ("project", "indicator"))
