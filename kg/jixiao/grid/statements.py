"""Read what sentences state: sums of money (全年预算数86万元), goals, a name with its target (合格率达到95%以上)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from jixiao.grid.lexicon import lexicon
from jixiao.grid.words import label_word
from jixiao.model import FundLine, Goal, Paragraph, Source
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.text.vocabulary import alternatives
from jixiao.values.amounts import parse_money
from jixiao.values.content import value_likeness

_SUM = re.compile(r"(?P<label>[^，,。；;：:、\d（()）]*?)[:：]?(?P<sum>[\d,]+(?:\.\d+)?\s*[亿万千]*元)(?!/)")
_GOAL = re.compile(
    r"(?:^|[。；])(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])?(?P<label>[^：:，。]{0,10}目标)\s*(?:[为是]?[:：]|。)(?P<text>[^：:]{6,})$"
)


PUT_IN = 1.5  # what the words before a sum must say of money put in
_AIMED = re.compile(r"[≥≤<>=]|(?:目标|指标)值")
SURE, HEADED = Decimal(1), Decimal("0.85")  # confidence of a goal behind its label, of one below a heading
_GOAL_HEAD = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])?(?:项目|年度)?(?:总体|年度|绩效)目标[。：:]?"
)


def paragraph_source(line: Paragraph) -> Source:
    """Return a paragraph as a source."""
    return Source(None, line.place.line, line.text, line.place.page, line.place.where)


def goals_in_lines(lines: Sequence[Paragraph]) -> list[Goal]:
    """Return the goals that lines around a form state (总体目标：…)."""
    goals = []
    headed = False
    for line in lines:
        text = join_wraps(line.text)
        found = _GOAL.search(text)
        if found or (headed and text.endswith("。")):
            stated = found["text"].strip() if found else text
            goals.append(Goal(stated, paragraph_source(line), confidence=SURE if found else HEADED))
        headed = _GOAL_HEAD.fullmatch(text) is not None
    return goals


def money_in_lines(lines: Sequence[Paragraph]) -> Iterator[FundLine]:
    """Yield the budget that lines state, with what it was at first, after changes, and what was executed of it."""
    phases: dict[str, FundLine] = {}
    parts: list[FundLine] = []
    for line in lines:
        source = paragraph_source(line)
        for label, text in sums_of(line.text):
            if _AIMED.search(label):
                continue
            fund = FundLine("total", label or "资金", source, amount=parse_money(text))
            if phase := _phase(label):
                phases.setdefault(phase, fund)
            elif label_word(label).of("money") >= PUT_IN:
                parts.append(fund)
    if len(parts) == 1 and phases.keys() <= {"executed"}:
        phases["amount"] = parts[0]  # 安排市级资金86万元: the one source that is named gives all of it
    sums = {phase: line.amount for phase, line in phases.items()}
    first = next(iter(phases.values()), None)
    if first is None:
        return
    if sums.keys() == {"amount"}:
        yield first
    else:
        adjusted = sums.get("adjusted", sums.get("amount"))
        yield replace(first, amount=None, initial=sums.get("initial"), adjusted=adjusted, executed=sums.get("executed"))


def _phase(label: str) -> str | None:
    """Return which of its sums a budget is called by the words before it, None for no budget."""
    word = label_word(label)
    if word.of("part") >= 2.0:
        return None
    phase = max(("executed", "adjusted", "initial"), key=word.of)
    if word.of(phase) >= 2.0:
        return phase
    return "amount" if not label.strip() or word.of("money") >= PUT_IN else None


def sums_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield (words before, sum) of the sums of money a text states."""
    for found in _SUM.finditer(join_wraps(text)):
        yield found["label"][-16:], found["sum"]


# ---------------------------------------------------------------- notes

_NOTE = re.compile(r"注\s*[:：\d]|备注|说明\s*[:：]")
_NOTE_ITEM = re.compile(r"(?:[(（]?[\d一二三四五六七八九十]{1,2}[)）、.．])")
_SENTENCE_END = re.compile(r"[。；;！!)）]$")
_LABELLED = re.compile(r"[^，。；]{2,8}[:：]")


def note_below(lines: Iterable[str]) -> str | None:
    """Return the note printed below a form: its own items, and lines that go on with a sentence a page broke."""
    texts: list[str] = []
    for line in lines:
        text = re.sub(r"^#+\s*|\*\*|</?p>", "", line).strip()
        item = _NOTE_ITEM.match(text)
        broken = bool(texts) and not _SENTENCE_END.search(texts[-1]) and not _LABELLED.match(text)
        if not (item or broken) if texts else not _NOTE.match(text):
            break
        texts.append(text)
    return " ".join(texts) or None


# ---------------------------------------------------------------- numbered lists

_ITEM_START = re.compile(
    r"目标\s*\d{1,2}\s*[:：、.．]\s*|(?:(?<=^)|(?<=[\s；;。]))(?:\d{1,2}\s*[:：、.．](?!\d)|[(（][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳]|[一二三四五六七八九十]{1,3}、)\s*"
)


def split_items(text: str) -> list[str]:
    """Return the items of a numbered list inside one cell (1: … 2: …, （一）…), without those left blank."""
    starts = list(_ITEM_START.finditer(text))
    items = [text.strip()]
    if len(starts) > 1:
        bounds = [*(match.start() for match in starts[1:]), len(text)]
        items = [text[match.end() : end].strip() for match, end in zip(starts, bounds, strict=True)]
        items.insert(0, text[: starts[0].start()].strip())
    return [item for item in items if item]


# ---------------------------------------------------------------- a name and its target

_STATED = (
    re.compile(r"^(?P<name>.+?)\s*[（(](?P<value>[^（()）]+)[)）]\s*$"),
    re.compile(r"^(?P<name>[^：:]+)[：:]\s*(?P<value>.+)$"),
)
_LINK = re.compile(r"[为是]$")
_ITEM = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[(（][一二三四五六七八九十]+[)）]|[①-⑳])\s*")
_END = re.compile(r"[；;。，,]+$")
LIKELY = 0.3  # what stands in brackets or behind a colon looks this much like a value


def split_statement(text: str) -> tuple[str, str | None]:
    """Return (name, target text) of one statement; the target text is None where the statement holds none.

    A target in brackets or after a colon wins; else it begins at the comparator, the number or the wording.
    """
    plain = _END.sub("", strip_item_prefix(_ITEM.sub("", join_wraps(text))))
    for pattern in _STATED:
        found = pattern.match(plain)
        if found and value_likeness(found["value"]) >= LIKELY:
            return found["name"].strip(), found["value"].strip()
    found = _target_start().search(plain)
    if found and found.start() > 1:
        return _LINK.sub("", plain[: found.start()].strip()), plain[found.start() :].strip()
    return plain, None


@cache
def _target_start() -> re.Pattern[str]:
    comparators, changes, manners = (alternatives(words) for words in lexicon().statements.values())
    number = r"\d[\d,.]*"
    date = r"(?:\d{4}\s*年|\d{1,2}\s*月)"
    return re.compile(
        rf"(?:{comparators})\s*(?:{number}|{date})|(?:{changes})\s*(?:{comparators})?\s*{number}\s*[%％个]|{date}"
        rf"|(?<=为){number}$|{number}\s*(?:[%％‰]|[^\d\s，,]{{1,4}}(?:$|以上|以下|以内|左右|之内|前))|(?:{manners})[^，,]{{0,6}}$"
    )
