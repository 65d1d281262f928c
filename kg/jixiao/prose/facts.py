"""Read the figures that running text states: totals, parts, shares, changes and counts, each with its sentence.

The words are data (``facts.toml``); the grammar is one pass over a sentence's tokens: names make the subject, role
and phase words say what the next figure tells of it, and 其中 makes figures parts of the figure before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.model import Document, ProseFact
from jixiao.prose.clauses import clause_before, has_substance, in_brackets, item_before, item_beside, limited
from jixiao.prose.lexicon import Kind, lexicon
from jixiao.prose.sentences import Sentence, is_note, read_sentences
from jixiao.prose.statements import Discourse, Statement, Subject
from jixiao.prose.tokens import Plain, Token, plain_sentence, tokenize

_PROJECTS = re.compile(
    r"(?:(?:一般公共|政府性基金|国有资本经营)?预算|财政|部门|单位|重点|专项|支出|绩效|[一二]级|[省市县区]级|本级)*项目"
)
_JOINT = ("和", "及", "与", "、", "以及")
_BEFORE_BASE = ("", "的", "预算", "预算数", "决算数", "执行数", "年初预算数", "支出", "收入")
_SIGN = {"increase": 1, "decrease": -1}
_UNITS = {"yuan": "元", "percent": "%", "score": "分"}


def read_facts(document: Document, fiscal_year: int | None) -> tuple[ProseFact, ...]:
    """Return every figure that the running text states, in reading order.

    Amounts are in yuan, rates in percent, decreases negative. A figure without a year of its own has
    ``fiscal_year``. Limits (``不超过``, ``以上``), definitions and notes below tables state no facts.
    """
    discourse = Discourse()
    skipped = lexicon().skipped
    facts: list[ProseFact] = []
    for sentence in read_sentences(document):
        if is_note(sentence) or any(word in heading for heading in sentence.section for word in skipped):
            continue
        discourse.begin(sentence)
        facts.extend(_Reader(sentence, discourse, fiscal_year).read())
        discourse.end(sentence)
    return tuple(facts)


@dataclass(slots=True)
class _Reader:
    """Read one sentence from left to right."""

    sentence: Sentence
    discourse: Discourse
    fiscal_year: int | None
    plain: Plain = field(init=False)
    names: list[Token] = field(default_factory=list)
    role: str | None = None
    phase: str | None = None
    wholes: list[Token] = field(default_factory=list)
    base: int | None = None
    compared: bool = False
    based: Token | None = None
    counted: list[Token] = field(default_factory=list)
    after: ProseFact | None = None

    def read(self) -> Iterator[ProseFact]:
        """Yield the facts of the sentence."""
        self.plain = plain_sentence(self.sentence.text)
        tokens = tokenize(self.plain.text)
        for position, token in enumerate(tokens):
            if token.kind == "figure":
                yield from self._figure(token, tokens[position + 1] if position + 1 < len(tokens) else None)
            elif token.kind == "role":
                yield from self._role(token)
            else:
                self._note(token, tokens[position - 1] if position else None)
        if self.names:
            self.discourse.subject = self._named(self.names, "yuan") or self.discourse.subject

    # ------------------------------------------------------------ what is not a figure

    def _note(self, token: Token, before: Token | None) -> None:
        if token.kind == "break":
            self.role = None
            self.compared = self.compared and token.word == "，"
            if token.word in "；;":
                self.discourse.leave()
        elif token.kind == "year":
            self.discourse.year = int(token.word)
        elif token.kind == "base":
            self.compared, self.based = True, token
            self.base = int(token.word) if token.word else self._year_before()
        elif token.kind == "phase":
            self.phase = token.word
        elif self.role in ("share", "completion"):
            self.wholes.append(token)
        elif token.kind == "class" or self._names_something(token, before):
            self.names.append(token)

    def _names_something(self, token: Token, before: Token | None) -> bool:
        return bool(self._stands(token, before) and self._readings(token)) and not _is_source(token, before)

    def _stands(self, token: Token, before: Token | None) -> bool:
        """Tell whether a name stands where it may: some only open a clause or follow a year."""
        if not all(naming.starts for naming in token.namings):
            return True
        opens = before is not None and before.end == token.start and before.kind in ("year", "break", "base", "role")
        return token.start == 0 or opens

    def _nearby(self, token: Token) -> list[Token]:
        """Return the names that can be a figure's: those in brackets only when it stands in them too."""
        text = self.plain.text
        return self.names if in_brackets(text, token) else [name for name in self.names if not in_brackets(text, name)]

    def _role(self, token: Token) -> Iterator[ProseFact]:
        if token.word == "within":
            named = self._named(self.names, "yuan")
            nested = self.plain.text.startswith("其中", token.start)
            self.discourse.within(named.kinds if named else (), nested=nested)
            self.names.clear()
        elif token.word == "unchanged":
            if self.compared and (subject := self._everything() or self._subject("yuan", token)):
                yield from self._derived(token, "change-amount", Decimal(0), subject)
            self.compared = False
        else:
            self.role = token.word
            self.wholes.clear()

    # ------------------------------------------------------------ figures

    def _figure(self, token: Token, following: Token | None) -> Iterator[ProseFact]:
        if limited(self.plain.text, token):
            return
        self.names = self._nearby(token)
        facts = tuple(self._tell(token, following))
        yield from facts
        self.after = facts[-1] if facts else None
        self.role = self.phase = None
        self.wholes.clear()
        if facts or token.unit != "count":
            self.counted, self.names = self.names or self.counted, []

    def _tell(self, token: Token, following: Token | None) -> Iterator[ProseFact]:
        if token.unit == "count":
            yield from self._count(token, following)
        elif token.unit == "percent":
            yield from self._percent(token)
        elif token.unit == "score":
            yield from self._score(token)
        elif self._is_base_value(token) and (subject := self._subject("yuan", token)):
            yield from self._base_values(token, subject)
        elif self.role in _SIGN:
            subject = self._subject("yuan", token) or self._item(token)
            yield from self._derived(token, "change-amount", token.value * _SIGN[self.role], subject)
        else:
            before = self.discourse.subject
            subject = self._subject("yuan", token, inherit=self.phase is not None) or self._item(token)
            self.discourse.subject = before if in_brackets(self.plain.text, token) else subject
            yield from self._values(token, subject)

    def _is_base_value(self, token: Token) -> bool:
        """Tell whether a figure is that of the year compared with (比2023年11000万元增加 …)."""
        if self.based is None or self.role is not None:
            return False
        return self.plain.text[self.based.end : token.start] in _BEFORE_BASE

    def _base_values(self, token: Token, subject: Subject) -> Iterator[ProseFact]:
        for kind in subject.kinds:
            statement = self.discourse.derived(kind, subject.item)
            yield replace(self._fact(token, kind, token.value, statement, item=subject.item), year=self.base)

    def _percent(self, token: Token) -> Iterator[ProseFact]:
        bracketed = self.plain.text[token.start - 1 : token.start] == "（" and self.after is not None
        role = self.role or ("completion" if self.phase and self._follows(token, "的") else None)
        if role is None and bracketed and self.after is not None:
            role = "share" if self.after.subject is None else "decrease" if self.after.value < 0 else "increase"
        subject = self._subject("yuan", token) if role else self._named(self.names, "percent")
        if role in _SIGN:
            change = subject or self._item(token)
            yield from self._derived(token, "growth-rate", token.value * _SIGN[role], change)
        elif role and subject:
            yield from self._derived(token, "share" if role == "share" else "completion-rate", token.value, subject)
        elif subject:
            yield from self._values(token, subject)

    def _count(self, token: Token, following: Token | None) -> Iterator[ProseFact]:
        ahead = following is not None and following.kind == "name" and following.start == token.end
        subject = self._named([following], "count", token.counter) if ahead and following else None
        if token.counter in ("个", "项") and _PROJECTS.match(self.plain.text, token.end):
            subject = subject or Subject((lexicon().kinds["project-count"],))
        subject = subject or self._named(self.names, "count", token.counter) or self._counted_thing(token)
        if self.role in _SIGN:
            return
        if grade := self._grade_before(token):
            subject = Subject((lexicon().kinds["graded-project-count"],), grade)
        elif subject is None:
            return
        elif any(kind.key == "project-count" for kind in subject.kinds):
            subject = self._projects(token)
        self.discourse.subject = subject
        yield from self._values(token, subject)

    def _counted_thing(self, token: Token) -> Subject | None:
        """Return what was counted before, or, where the clause names something else (其中：轿车 2 辆), that thing."""
        subject = None if self.names else self._named(self.counted, "count", token.counter)
        if (
            subject
            and not subject.kinds[0].key.endswith("project-count")
            and has_substance(self.plain.text, None, token)
        ):
            return Subject((lexicon().kinds["named-count"],), item_before(self.plain.text, token.start))
        return subject

    def _grade_before(self, token: Token) -> str | None:
        """Return the grade that a count of projects follows (自评为优的 9 个)."""
        if token.counter not in ("个", "项") or not re.search("自评|评价|结果|等[级次]", self.plain.text):
            return None
        grades = "|".join(lexicon().grades)
        match = re.search(
            rf"({grades})(?:等[级次])?的?(?:项目)?(?:有|共)?$", clause_before(self.plain.text, token.start)
        )
        return match.group(1) if match else None

    def _projects(self, token: Token) -> Subject:
        """Tell a count of all projects from one of those with a grade, and of some others."""
        words = lexicon()
        rest = re.split(r"[，。；]", self.plain.text[token.end :], maxsplit=1)[0]
        grade = re.search(rf"(?:等[级次]|评|结果)[^，。；]{{0,4}}?[为是]({'|'.join(words.grades)})", rest)
        if grade:
            return Subject((words.kinds["graded-project-count"],), grade.group(1))
        for cues, key in (
            (words.evaluated, "evaluated-project-count"),
            (words.self_evaluated, "self-evaluation-done-count"),
        ):
            if any(word in rest for word in cues):
                return Subject((words.kinds[key],))
        clause = clause_before(self.plain.text, token.start)
        everything = any(word in clause + rest for word in words.total) and "其中" not in clause
        return Subject((words.kinds["project-count" if everything else "project-subset-count"],))

    def _score(self, token: Token) -> Iterator[ProseFact]:
        if (subject := self._named(self.names, "score")) is None:
            return
        words = lexicon()
        name = self.names[-1]
        subject = replace(subject, item=item_before(self.plain.text, name.start))
        facts = tuple(self._values(token, subject))
        yield from facts
        grade = re.match(
            rf"[^。；]{{0,12}}?等[级次][^，。；]{{0,2}}?为?({'|'.join(words.grades)})", self.plain.text[token.end :]
        )
        if grade and facts:
            kind = words.kinds["self-evaluation-grade"]
            yield replace(facts[0], kind=kind.key, label=kind.zh, text=grade.group(1))

    # ------------------------------------------------------------ subjects

    def _subject(self, unit: str, token: Token, *, inherit: bool = True) -> Subject | None:
        """Return what a figure is about: the nearest fitting name before it, else what the paragraph is about."""
        if (subject := self._named(self.names, unit)) is not None:
            name = self.names[-1]
            joint = len(self.names) > 1 and self.plain.text[self.names[-2].end : name.start] in _JOINT
            if joint and re.search("[各均]", self.plain.text[name.end : token.start]):
                self.discourse.subject = self._everything()
                return self.discourse.subject
            if not joint and not has_substance(self.plain.text, name, token):
                self.discourse.subject = subject
                return subject
            return self._item(token)
        if self.role in _SIGN and has_substance(self.plain.text, None, token):
            return None
        if self.phase and self.discourse.subject is None:
            unnamed = next((kind for kind in lexicon().unnamed if self._below(kind)), None)
            return Subject((unnamed,)) if unnamed else None
        return self.discourse.subject if inherit else None

    def _everything(self) -> Subject | None:
        """Return all that the clause names, when something is said of each (各增加, 保持一致)."""
        found = [subject for name in self.names if (subject := self._named([name], "yuan"))]
        kinds = dict.fromkeys(kind for subject in found for kind in subject.kinds)
        return Subject(tuple(kinds)) if len(found) > 1 else None

    def _item(self, token: Token) -> Subject:
        """Return the phrase beside a figure as a subject of its own."""
        subject = Subject((lexicon().kinds["named-amount"],), item_beside(self.plain.text, token))
        self.discourse.subject = subject
        return subject

    def _named(self, names: list[Token], unit: str, counter: str = "") -> Subject | None:
        for token in reversed(names):
            if token.kind == "class":
                if unit == "yuan":
                    return Subject((lexicon().kinds["function-expenditure"],), token.word)
                continue
            for kinds in self._readings(token):
                fits = not kinds[0].units or not counter or counter in kinds[0].units
                if kinds[0].unit == unit and fits:
                    return Subject(kinds)
        return None

    def _readings(self, token: Token) -> tuple[tuple[Kind, ...], ...]:
        """Return the kinds a name can stand for here, those that only this section allows first."""
        found = [naming.kinds for naming in token.namings if self._below(naming.kinds[0])]
        return tuple(sorted(found, key=lambda kinds: not kinds[0].sections))

    def _below(self, kind: Kind) -> bool:
        return not kind.sections or any(word in heading for heading in self.sentence.section for word in kind.sections)

    # ------------------------------------------------------------ facts

    def _values(self, token: Token, subject: Subject) -> Iterator[ProseFact]:
        for kind in subject.kinds:
            phase = self.phase or kind.phase
            aside = in_brackets(self.plain.text, token)
            statement = self.discourse.value(kind, subject.item, phase, aside=aside)
            yield self._fact(token, kind, token.value, statement, item=subject.item, phase=phase)

    def _derived(self, token: Token, key: str, value: Decimal, subject: Subject) -> Iterator[ProseFact]:
        derived = lexicon().kinds[key]
        for kind in subject.kinds:
            statement = self.discourse.derived(kind, subject.item)
            fact = self._fact(token, derived, value, statement, item=subject.item)
            if key in ("change-amount", "growth-rate"):
                fact = replace(fact, base_year=self.base or self._year_before())
            elif key == "completion-rate":
                fact = replace(fact, phase=self.phase)
            elif self._states_whole(token):
                named = self._named(self.wholes, "yuan")
                whole = self.discourse.whole(named.kinds) if named else None
                fact = replace(fact, part_of=whole.group if whole else None)
            yield replace(fact, subject=kind.key)

    def _states_whole(self, token: Token) -> bool:
        """Tell whether a share says of what (占 … 的 5%); otherwise it is of the figure it is a part of."""
        clause = self.plain.text[: token.start].rpartition("占")[2]
        return len(re.findall(r"[\u3400-\u9fff]", re.sub(r"比[例重]?|为|的|约", "", clause))) >= 2

    def _fact(
        self,
        token: Token,
        kind: Kind,
        value: Decimal,
        statement: Statement,
        *,
        item: str | None = None,
        phase: str | None = None,
    ) -> ProseFact:
        first, last = self.plain.offsets[token.start], self.plain.offsets[token.end - 1]
        return ProseFact(
            kind=kind.key,
            label=kind.zh,
            value=value if value else abs(value),
            unit=_UNITS.get(kind.unit) or token.counter or "个",
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
        return year - 1 if year else None

    def _follows(self, token: Token, text: str) -> bool:
        return self.plain.text[: token.start].endswith(text)


def _is_source(token: Token, before: Token | None) -> bool:
    """Tell whether 财政拨款 only says what pays for the name it follows (机关运行经费财政拨款预算)."""
    follows = before is not None and before.kind == "name" and before.end == token.start
    return bool(follows) and token.word.startswith("财政拨款")
