"""Decide what a question is about as a whole: its subject, what is done with it, and what stays to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.asking.lexicon import Selection
from jixiao.asking.questions import Condition, Measure, NotUnderstoodError, Question, Scope
from jixiao.asking.tokens import Token

_OWN = frozenset({"amount", "spending", "initial", "adjusted", "executed", "rate", "total"})
_GROUPS = frozenset({"department", "project"})
_COUNTS = {"project": "projects", "indicator": "indicators", "finding": "findings"}
_MONEY = _OWN - {"rate", "total"}


def shape(
    words: Words,
    asked: frozenset[int],
    scope: Scope,
    subjects: list[tuple[int, str]],
    selections: list[tuple[int, Selection]],
    measures: list[tuple[int, Measure]],
    conditions: tuple[Condition, ...],
    limit: int | None,
) -> Question:
    """Return the question; raise ``NotUnderstoodError`` when there is nothing it asks for."""
    grouped = {place + 1 for place in words.at("group")}
    each = (name for place, name in subjects if place in grouped and name in _GROUPS)
    group = next(each, "year" if words.by_year else None)
    free = [(place, name) for place, name in subjects if place not in grouped]
    evaluated = any(name == "evaluation" for _, name in subjects)
    free = [each for each in free if each[1] != "evaluation"]
    counting = words.counts(subjects, selections, measures, asked)
    shown = [measure for _, measure in measures if measure.name not in ("count", "how_many", "target", "actual")]
    if evaluated and not counting and not any(measure.name in ("total", "rate") for measure in shown):
        shown.append(Measure("total"))
    subject = _subject(free, group, asked, selections, shown, conditions, scope, words.averages or words.ranks)
    if subject is None:
        raise NotUnderstoodError("nothing")
    if subject == "department" and any(measure.name == "figure" for measure in shown):
        subject = "figure"  # which is shown with its department
    named = "department" in (group, *(name for _, name in free))
    if group == subject:
        group = None
    others = {name for _, name in free if name != subject} | ({"project"} if scope.projects else set())
    audited = subject != "finding" and ("finding" in others or bool(scope.rules or scope.severities))
    audited = audited and not words.ranks and not any(each.measure == Measure("findings") for each in conditions)
    topics = [each for _, each in selections if each.texts and not each.levels]
    if len(topics) > 1 and not (words.joins or words.either) and subject == "indicator":
        raise NotUnderstoodError("unsupported", tuple(each.label for each in topics))
    picked = _picked(selections)
    question = Question(
        subject,
        scope,
        (
            *conditions,
            *_having(subject, selections, words.ranks or words.averages, shown),
            *((Condition("finding"),) if audited else ()),
        ),
        either=words.either and len(conditions) > 1,
        group=group,
        limit=limit or words.limit,
        show=tuple(dict.fromkeys(shown)),
        reasons=words.reasons,
        of=picked if subject == "indicator" or words.ranks or words.averages else None,
        of_projects=subject == "indicator" and "project" in others,
    )
    listed = any(place in asked for place, name in free if name == subject)
    return _operate(question, words, counting, others | ({"department"} if named else set()), listed)


class Words:
    """Answer what the operations and connectives of a question are; ``joins`` says that 和 or its like stands in it."""

    def __init__(self, tokens: Sequence[Token], *, joins: bool = False) -> None:
        self._tokens = tokens
        ranks = [token for token in tokens if token.kind in ("top", "bottom")]
        self.limit = ranks[0].value if ranks else None
        self.descending = not (self.has("lowest") or self.has("ascending") or any(t.kind == "bottom" for t in ranks))
        self.best = self.has("highest") or self.has("lowest")
        self.most = any(token.kind == "operation" and set(token.text) & {"多", "少"} for token in tokens)
        self.largest = any("大" in token.text for token in ranks)
        self.ranks = bool(ranks) or self.best or self.has("descending") or self.has("ascending")
        self.averages = self.has("average")
        self.sums = self.has("sum")
        self.compares = self.has("compare")
        self.by_year = self.has("by_year")
        self.either = any(token.kind == "link" and token.value == "or" for token in tokens)
        self.joins = joins
        self.whole = self.has("whole")
        self.each = self.has("each") or self.has("group")
        self.versus = any(
            token.value in ("highest", "lowest")
            and (token.text.startswith(("更", "谁", "哪个")) or len(token.text) == 1)
            for token in tokens
            if token.kind == "operation"
        )
        self.reasons = any(token.kind == "link" and token.value == "reason" for token in tokens)

    def at(self, operation: str) -> list[int]:
        """Return where an operation stands."""
        return [
            place for place, token in enumerate(self._tokens) if token.kind == "operation" and token.value == operation
        ]

    def has(self, operation: str) -> bool:
        """Say whether an operation stands in the question."""
        return bool(self.at(operation))

    def counts(
        self,
        subjects: list[tuple[int, str]],
        selections: list[tuple[int, Selection]],
        measures: list[tuple[int, Measure]],
        asked: frozenset[int],
    ) -> bool:
        """Say whether things are to be counted: 多少个, or 多少 beside what can be counted."""
        names = {measure.name for _, measure in measures}
        if "count" in names:
            return not (names & _OWN and not subjects and not selections)
        countable = {place for place, _ in (*subjects, *selections)}
        places = [place for place, measure in measures if measure.name == "how_many"]
        return any(
            place + 1 in countable or (place - 1 in countable and self._tokens[place].text == "数量")
            for place in places
        )


def _subject(
    free: list[tuple[int, str]],
    group: str | None,
    asked: frozenset[int],
    selections: list[tuple[int, Selection]],
    shown: list[Measure],
    conditions: tuple[Condition, ...],
    scope: Scope,
    averaged: bool,
) -> str | None:
    places = {place for place, _ in selections}
    wanted = next((name for place, name in free if place in asked), None)
    if wanted:
        return wanted
    if asked & places:
        return "indicator"
    if not free and selections and all(not each.levels for _, each in selections) and shown and not averaged:
        money = all(measure.name in _OWN for measure in shown)
        return "project" if money and not conditions else "indicator"
    if any(measure.name == "figure" for measure in shown):
        return "figure"
    last = free[-1] if free else None
    if last and not any(place > last[0] for place in places):
        return last[1]
    if selections:
        return "indicator"
    if last:
        return last[1]
    if group and group != "year":
        return group
    if shown:
        own = {measure.name for measure in shown}
        of_projects = scope.projects or (own <= {"rate", "total"} and averaged)
        return "project" if of_projects else "department" if own <= _OWN else None
    if any(each.measure and each.measure.name in ("target", "actual") for each in conditions):
        return "indicator"
    if conditions or scope.projects:
        return "project"
    return "finding" if scope.rules else "document" if scope.documents else None


def _picked(selections: list[tuple[int, Selection]]) -> Selection | None:
    """Return one selection for all that are named: levels narrow topics, several of one kind are alternatives."""
    if not selections:
        return None
    levels = [each for _, each in selections if each.levels and not each.texts]
    topics = [each for _, each in selections if each not in levels]
    if levels and topics:
        return Selection(
            "".join(each.label for each in (*topics, *levels)),
            tuple(key for each in levels for key in each.levels),
            tuple(key for each in levels for key in each.concepts),
            tuple(text for each in topics for text in each.texts),
        )
    every = [each for _, each in selections]
    return Selection(
        "、".join(dict.fromkeys(each.label for each in every)),
        tuple(key for each in every for key in each.levels),
        tuple(key for each in every for key in each.concepts),
        tuple(text for each in every for text in each.texts),
    )


def _having(
    subject: str, selections: list[tuple[int, Selection]], ranked: bool, shown: list[Measure]
) -> tuple[Condition, ...]:
    """Return the conditions that selections are when the subject is not the indicators themselves."""
    if subject == "indicator" or (ranked and not shown):
        return ()
    return tuple(Condition("named" if each.texts else "has", of=each) for _, each in selections)


def _operate(question: Question, words: Words, counting: bool, others: set[str], listed: bool) -> Question:
    measure = question.show[-1] if question.show else None
    if measure is None and question.of and question.subject != "indicator":
        measure = Measure("target", question.of)
    if words.compares:
        return _compare(question, measure, counting or (words.most and measure is None), best=words.versus)
    if words.ranks:
        return _rank(question, words, measure, counting, others)
    group = question.group or _spread(question.scope, words)
    if words.averages:
        measure = measure or (Measure("target", question.of) if question.of else None)
        if measure is None:
            raise NotUnderstoodError("nothing")
        return replace(question, operation="average", measure=measure, group=group)
    if counting and not (question.show and question.subject != "indicator"):
        return replace(question, operation="count", group=group)
    return _sum(question, words, others, listed)


def _spread(scope: Scope, words: Words) -> str | None:
    """Return what several places or years make: one number for each of them (甲市和乙县各有多少个)."""
    if not words.each:
        return None
    return "department" if scope.places > 1 else "year" if len(scope.years) > 1 else None


def _sum(question: Question, words: Words, others: set[str], listed: bool) -> Question:
    """Return money added up where that is asked for; else the things themselves."""
    money = next((each for each in question.show if each.name in _MONEY), None)
    spending = money is not None and money.name == "spending"
    if spending and question.subject in ("department", "project"):
        group = "year" if words.by_year else "department" if "department" in others else None
        group = group or _spread(question.scope, words)
        return replace(question, subject="project", operation="sum", group=group, measure=Measure("amount"), show=())
    adds = words.sums or (money is not None and not listed and (words.whole or bool(question.group)))
    if not adds:
        return question
    if question.subject not in ("project", "department", "figure"):
        raise NotUnderstoodError("nothing")
    operation = "sum" if question.subject == "project" else "list"
    return replace(question, operation=operation, measure=money or Measure("amount"))


def _rank(question: Question, words: Words, measure: Measure | None, counting: bool, others: set[str]) -> Question:
    if measure is None and question.subject == "indicator":
        measure = Measure("target", question.of)
    several = question.scope.places > 1
    counted = sorted(others & set(_COUNTS)) if question.subject in ("department", "project") else []
    if counted and (measure is None or counting or measure.name == "target"):
        measure = Measure(_COUNTS["finding" if "finding" in counted else counted[-1]], question.of)
    elif words.most and measure and measure.name == "target" and question.subject != "indicator":
        measure = Measure("indicators", question.of)  # 产出指标最多的项目
    elif measure is None and words.largest and question.subject == "project":
        measure = Measure("amount")
    elif measure and measure.name == "amount" and question.subject == "department" and "project" in others:
        measure = Measure("spending")
    if measure is None and words.most and several and question.subject in _COUNTS:
        return replace(question, operation="count", group="department", best=words.versus)  # 甲市和乙县的项目谁多
    if measure is None:
        raise NotUnderstoodError("nothing")
    if words.versus and several and question.subject == "project" and measure.name in ("amount", "spending"):
        question, measure = replace(question, subject="department"), Measure("spending")  # 甲市和乙县谁的项目预算更多
    return replace(
        question,
        operation="rank",
        measure=measure,
        averaged=words.averages,
        descending=words.descending,
        best=words.best and question.limit is None,
    )


def _compare(question: Question, measure: Measure | None, counting: bool, *, best: bool) -> Question:
    scope = question.scope
    if scope.places < 2 and len(scope.years) < 2 and len(scope.projects) < 2:
        raise NotUnderstoodError("compare")
    if question.subject == "figure" or len(scope.projects) > 1:
        return replace(question, subject="figure" if question.subject == "figure" else "project")
    group = "department" if scope.places > 1 else "year"
    if counting and question.subject in ("project", "indicator"):
        return replace(question, operation="count", group=group, best=best)
    if question.of is not None and question.subject == "indicator":
        return replace(question, operation="average", group=group, measure=Measure("target", question.of))
    if measure and measure.name in ("rate", "total"):
        return replace(question, subject="project", operation="average", group=group, measure=measure)
    if question.subject in ("project", "department"):
        return replace(question, subject="project", operation="sum", group=group, measure=Measure("amount"), show=())
    if question.subject == "indicator":
        return replace(question, operation="count", group=group)
    raise NotUnderstoodError("compare")


def as_share(question: Question, whole: Sequence[Token]) -> Question:
    """Return a question as that for its share of all there is; ``whole`` are the words for all."""
    money = next((each for each in (*question.show, question.measure) if each and each.name in _MONEY), None)
    plain = question.group is None and not question.reasons and question.limit is None
    told = all(token.kind in ("subject", "operation", "field", "year", "years") for token in whole)
    subjects = {token.value for token in whole if token.kind == "subject"}
    if not told or subjects - {question.subject} or not plain or question.operation not in ("list", "count", "sum"):
        raise NotUnderstoodError("share", tuple(token.text for token in whole))
    if question.subject not in ("project", "indicator") or (money and question.subject != "project"):
        raise NotUnderstoodError("share", tuple(token.text for token in whole))
    years = tuple(token.value for token in whole if token.kind == "year")
    if any(token.kind == "years" for token in whole) or (years and years != question.scope.years):
        raise NotUnderstoodError("share", tuple(token.text for token in whole))
    return replace(question, operation="share", measure=money and Measure("amount"), show=(), whole=Scope(years=years))
