"""Read the figures that running text states: totals, parts, shares, changes and counts, each with its sentence.

The words are data (``facts.toml``); the grammar is one pass over a sentence's spans: names make the subject, role
and phase words say what the next figure tells of it, and 其中 makes figures parts of the figure before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.model import Document, ProseFact
from jixiao.prose.clauses import clause_before, has_substance, in_brackets, item_before, item_beside, limited
from jixiao.prose.sentences import Sentence, is_note, read_sentences
from jixiao.prose.statements import Discourse, Statement, Subject
from jixiao.prose.terminology import Statistic, terminology
from jixiao.prose.tokens import Plain, Span, find_spans, plain_sentence

_PROJECTS = re.compile(
    r"(?:(?:一般公共|政府性基金|国有资本经营)?预算|财政|部门|单位|重点|专项|支出|绩效|[一二]级|[省市县区]级|本级)*项目"
)
_JOINT = ("和", "及", "与", "、", "以及")
_SIGN = {"increase": 1, "decrease": -1}
_UNITS = {"yuan": "元", "percent": "%", "score": "分"}


def read_facts(document: Document, fiscal_year: int | None) -> tuple[ProseFact, ...]:
    """Return every figure that the running text states, in reading order.

    Amounts are in yuan, rates in percent, decreases negative. A figure without a year of its own has
    ``fiscal_year``. Limits (``不超过``, ``以上``), definitions and notes below tables state no facts.
    """
    discourse = Discourse()
    facts: list[ProseFact] = []
    for sentence in read_sentences(document):
        if is_note(sentence) or terminology().skips(sentence.section):
            continue
        discourse.begin(sentence)
        facts.extend(_FactReader(sentence, discourse, fiscal_year).read())
        discourse.end(sentence)
    return tuple(facts)


@dataclass(slots=True)
class _FactReader:
    """Read one sentence from left to right."""

    sentence: Sentence
    discourse: Discourse
    fiscal_year: int | None
    plain: Plain = field(init=False)
    names: list[Span] = field(default_factory=list)
    role: str | None = None
    phase: str | None = None
    wholes: list[Span] = field(default_factory=list)
    base: int | None = None
    compared: bool = False
    counted: list[Span] = field(default_factory=list)

    def read(self) -> Iterator[ProseFact]:
        """Yield the facts of the sentence."""
        self.plain = plain_sentence(self.sentence.text)
        spans = find_spans(self.plain.text)
        for before, span, following in zip((None, *spans), spans, (*spans[1:], None), strict=False):
            if span.kind == "figure":
                yield from self._figure(span, following)
            elif span.kind == "role":
                yield from self._role(span)
            else:
                self._note(span, before)
        if self.names:
            self.discourse.subject = self._named(self.names, "yuan") or self.discourse.subject

    # ------------------------------------------------------------ what is not a figure

    def _note(self, span: Span, before: Span | None) -> None:
        if span.kind == "break":
            self.role = None
            self.compared = self.compared and span.word == "，"
        elif span.kind == "year":
            self.discourse.year = int(span.word)
        elif span.kind == "base":
            self.compared = True
            self.base = int(span.word or 0) or self._year_before()
        elif span.kind == "phase":
            self.phase = span.word
        elif self.role in ("share", "completion"):
            self.wholes.append(span)
        elif span.kind == "class" or self._names_something(span, before):
            self.names.append(span)

    def _names_something(self, span: Span, before: Span | None) -> bool:
        return bool(self._stands(span, before) and self._readings(span)) and not _is_source(span, before)

    def _stands(self, span: Span, before: Span | None) -> bool:
        """Tell whether a name stands where it may: some only open a clause or follow a year."""
        if not all(naming.starts for naming in span.namings):
            return True
        opens = before is not None and before.end == span.start and before.kind in ("year", "break", "base", "role")
        return span.start == 0 or opens

    def _nearby(self, span: Span) -> list[Span]:
        """Return the names that can be a figure's: those in brackets only when it stands in them too."""
        text = self.plain.text
        if in_brackets(text, span):
            return self.names
        return [name for name in self.names if not in_brackets(text, name)]

    def _role(self, span: Span) -> Iterator[ProseFact]:
        if span.word == "within":
            named = self._named(self.names, "yuan")
            nested = self.plain.text.startswith("其中", span.start)
            self.discourse.within(named.kinds if named else (), nested=nested)
            self.names.clear()
        elif span.word == "unchanged":
            if self.compared and (subject := self._everything() or self._subject("yuan", span)):
                yield from self._derived(span, "change-amount", Decimal(0), subject)
            self.compared = False
        else:
            self.role = span.word
            self.wholes.clear()

    # ------------------------------------------------------------ figures

    def _figure(self, span: Span, following: Span | None) -> Iterator[ProseFact]:
        if limited(self.plain.text, span):
            return
        self.names = self._nearby(span)
        facts = tuple(self._tell(span, following))
        yield from facts
        self.role = self.phase = None
        self.wholes.clear()
        if facts or span.unit != "count":
            self.counted, self.names = self.names or self.counted, []

    def _tell(self, span: Span, following: Span | None) -> Iterator[ProseFact]:
        if span.unit == "count":
            yield from self._count(span, following)
        elif span.unit == "percent":
            yield from self._percent(span)
        elif span.unit == "score":
            yield from self._score(span)
        elif self.role in _SIGN:
            subject = self._subject("yuan", span) or self._item(span)
            yield from self._derived(span, "change-amount", span.value * _SIGN[self.role], subject)
        else:
            before = self.discourse.subject
            subject = self._subject("yuan", span, inherit=self.phase is not None) or self._item(span)
            self.discourse.subject = before if in_brackets(self.plain.text, span) else subject
            yield from self._values(span, subject)

    def _percent(self, span: Span) -> Iterator[ProseFact]:
        role = self.role
        if role is None:
            subject = self._named(self.names, "percent")
            if subject:
                yield from self._values(span, subject)
            return
        subject = self._subject("yuan", span)
        if role in _SIGN:
            yield from self._derived(span, "growth-rate", span.value * _SIGN[role], subject or self._item(span))
        elif subject:
            key = "share" if role == "share" else "completion-rate"
            yield from self._derived(span, key, span.value, subject)

    def _count(self, span: Span, following: Span | None) -> Iterator[ProseFact]:
        if self.role in _SIGN:
            return
        subject = self._following_thing(span, following) or self._named(self.names, "count", span.counter)
        subject = subject or self._counted_thing(span)
        if subject is None:
            return
        if any(kind.key == "project-count" for kind in subject.kinds):
            subject = self._projects(span)
        self.discourse.subject = subject
        yield from self._values(span, subject)

    def _following_thing(self, span: Span, following: Span | None) -> Subject | None:
        """Return what a count names right behind it (3 个项目)."""
        subject = None
        if following and following.kind == "name" and following.start == span.end:
            subject = self._named([following], "count", span.counter)
        if subject is None and span.counter in ("个", "项") and _PROJECTS.match(self.plain.text, span.end):
            subject = Subject((terminology().kinds["project-count"],))
        return subject

    def _counted_thing(self, span: Span) -> Subject | None:
        """Return what was counted before, or, where the clause names something else (其中：轿车 2 辆), that thing."""
        subject = None if self.names else self._named(self.counted, "count", span.counter)
        if subject is None or subject.kinds[0].key.endswith("project-count"):
            return subject
        if has_substance(self.plain.text, None, span):
            return Subject((terminology().kinds["named-count"],), item_before(self.plain.text, span.start))
        return subject

    def _projects(self, span: Span) -> Subject:
        """Tell a count of all projects from one of those with a grade, and of some others."""
        words = terminology()
        rest = re.split(r"[，。；]", self.plain.text[span.end :], maxsplit=1)[0]
        grade = re.search(rf"(?:等[级次]|评|结果)[^，。；]{{0,4}}?[为是]({words.grades})", rest)
        if grade:
            return Subject((words.kinds["graded-project-count"],), grade.group(1))
        clause = clause_before(self.plain.text, span.start)
        key = "project-subset-count"
        if any(word in rest for word in words.evaluated):
            key = "evaluated-project-count"
        elif any(word in rest for word in words.self_evaluated):
            key = "self-evaluation-done-count"
        elif "其中" not in clause and any(word in clause + rest for word in words.total):
            key = "project-count"
        return Subject((words.kinds[key],))

    def _score(self, span: Span) -> Iterator[ProseFact]:
        if (subject := self._named(self.names, "score")) is None:
            return
        words = terminology()
        name = self.names[-1]
        subject = replace(subject, item=item_before(self.plain.text, name.start))
        facts = tuple(self._values(span, subject))
        yield from facts
        grade = re.match(rf"[^。；]{{0,12}}?等[级次][^，。；]{{0,2}}?为?({words.grades})", self.plain.text[span.end :])
        if grade and facts:
            kind = words.kinds["self-evaluation-grade"]
            yield replace(facts[0], kind=kind.key, label=kind.zh, text=grade.group(1))

    # ------------------------------------------------------------ subjects

    def _subject(self, unit: str, span: Span, *, inherit: bool = True) -> Subject | None:
        """Return what a figure is about: the nearest fitting name before it, else what the paragraph is about."""
        if (subject := self._named(self.names, unit)) is not None:
            name = self.names[-1]
            joint = len(self.names) > 1 and self.plain.text[self.names[-2].end : name.start] in _JOINT
            if joint and re.search("[各均]", self.plain.text[name.end : span.start]):
                self.discourse.subject = self._everything()
                return self.discourse.subject
            if not joint and not has_substance(self.plain.text, name, span):
                self.discourse.subject = subject
                return subject
            return self._item(span)
        if self.role in _SIGN and has_substance(self.plain.text, None, span):
            return None
        if self.phase and self.discourse.subject is None:
            unnamed = next((kind for kind in terminology().unnamed if self._below(kind)), None)
            if unnamed:
                return Subject((unnamed,))
            return None
        if inherit:
            return self.discourse.subject
        return None

    def _everything(self) -> Subject | None:
        """Return all that the clause names, when something is said of each (各增加, 保持一致)."""
        found = [subject for name in self.names if (subject := self._named([name], "yuan"))]
        kinds = dict.fromkeys(kind for subject in found for kind in subject.kinds)
        if len(found) > 1:
            return Subject(tuple(kinds))
        return None

    def _item(self, span: Span) -> Subject:
        """Return the phrase beside a figure as a subject of its own."""
        subject = Subject((terminology().kinds["named-amount"],), item_beside(self.plain.text, span))
        self.discourse.subject = subject
        return subject

    def _named(self, names: list[Span], unit: str, counter: str = "") -> Subject | None:
        for span in reversed(names):
            if span.kind == "class":
                if unit == "yuan":
                    return Subject((terminology().kinds["function-expenditure"],), span.word)
                continue
            for kinds in self._readings(span):
                fits = not kinds[0].units or not counter or counter in kinds[0].units
                if kinds[0].unit == unit and fits:
                    return Subject(kinds)
        return None

    def _readings(self, span: Span) -> tuple[tuple[Statistic, ...], ...]:
        """Return the kinds a name can stand for here, those that only this section allows first."""
        found = [naming.kinds for naming in span.namings if self._below(naming.kinds[0])]
        return tuple(sorted(found, key=lambda kinds: not kinds[0].sections))

    def _below(self, kind: Statistic) -> bool:
        return not kind.sections or any(word in heading for heading in self.sentence.section for word in kind.sections)

    # ------------------------------------------------------------ facts

    def _values(self, span: Span, subject: Subject) -> Iterator[ProseFact]:
        for kind in subject.kinds:
            phase = self.phase or kind.phase
            aside = in_brackets(self.plain.text, span)
            statement = self.discourse.value(kind, subject.item, phase, aside=aside)
            yield self._fact(span, kind, span.value, statement, item=subject.item, phase=phase)

    def _derived(self, span: Span, key: str, value: Decimal, subject: Subject) -> Iterator[ProseFact]:
        derived = terminology().kinds[key]
        for kind in subject.kinds:
            statement = self.discourse.derived(kind, subject.item)
            fact = self._fact(span, derived, value, statement, item=subject.item)
            if key in ("change-amount", "growth-rate"):
                fact = replace(fact, base_year=self.base or self._year_before())
            elif key == "completion-rate":
                fact = replace(fact, phase=self.phase)
            elif self._states_whole(span):
                fact = replace(fact, part_of=self._whole())
            yield replace(fact, subject=kind.key)

    def _whole(self) -> str | None:
        """Return the group of the figure a share is of."""
        named = self._named(self.wholes, "yuan")
        whole = self.discourse.whole(named.kinds) if named else None
        return whole.group if whole else None

    def _states_whole(self, span: Span) -> bool:
        """Tell whether a share says of what (占 … 的 5%); otherwise it is of the figure it is a part of."""
        clause = self.plain.text[: span.start].rpartition("占")[2]
        return len(re.findall(r"[\u3400-\u9fff]", re.sub(r"比[例重]?|为|的|约", "", clause))) >= 2

    def _fact(
        self,
        span: Span,
        kind: Statistic,
        value: Decimal,
        statement: Statement,
        *,
        item: str | None = None,
        phase: str | None = None,
    ) -> ProseFact:
        first, last = self.plain.offsets[span.start], self.plain.offsets[span.end - 1]
        return ProseFact(
            kind=kind.key,
            label=kind.zh,
            value=value,
            unit=_UNITS.get(kind.unit) or span.counter or "个",
            text=self.sentence.text[first : last + 1],
            source=self.sentence.source(first),
            year=self._year(),
            item=item,
            phase=phase,
            group=statement.group,
            part_of=statement.part_of.group if statement.part_of else None,
        )

    def _year(self) -> int | None:
        return self.discourse.year or self.fiscal_year

    def _year_before(self) -> int | None:
        year = self._year()
        if year:
            return year - 1
        return None


def _is_source(span: Span, before: Span | None) -> bool:
    """Tell whether 财政拨款 only says what pays for the name it follows (机关运行经费财政拨款预算)."""
    follows = before is not None and before.kind == "name" and before.end == span.start
    return bool(follows) and span.word.startswith("财政拨款")
