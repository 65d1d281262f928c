"""Account for every printed cell of a form: it is in a record, is a word of the form itself, or becomes an issue.

The check is made after reading and knows nothing of how the cells were read, so what any reader drops is said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.forms.fields import source_of
from jixiao.forms.labels import fund_kind
from jixiao.forms.lexicon import lexicon
from jixiao.grid.contacts import WITHHELD, asks_for_contact
from jixiao.model import Cell, FilledForm, FundLine, Indicator, Issue, Plan, Row, Source, Table
from jixiao.text.folding import fold_label, fold_words
from jixiao.text.names import strip_item_prefix
from jixiao.values.amounts import money_factor, parse_amount, parse_percent, parse_points, parse_whole_money
from jixiao.values.content import is_blank_value, is_project_code

_SCALES = tuple(map(Decimal, (1, 1000, 10000, 100000000)))
_LEFT = re.compile(r"(?:目标|指标)?[\d一二三四五六七八九十①-⑳]*(?:目标|指标)?")  # item numbers
_TAGS = re.compile(r"</?p>")
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
SHORT = 12  # characters of a text that must be found as a whole


@dataclass(slots=True)
class _Printed:
    """Hold what records say about one row (or a whole form): folded texts and numbers, each as often as recorded."""

    texts: list[str] = field(default_factory=list)
    numbers: Counter[Decimal] = field(default_factory=Counter)
    surplus: bool = False  # a record says that its row prints something twice

    def say(self, *texts: str | None) -> None:
        self.texts += [folded for text in texts if text and (folded := _compared(text))]

    def count(self, *numbers: Decimal | None) -> None:
        self.numbers.update(number for number in numbers if number is not None)

    def take(self, text: str) -> bool:
        """Tell whether a cell's whole text or number is recorded, and take it away once."""
        folded = _compared(text)
        if folded in self.texts:
            self.texts.remove(folded)
            return True
        for number in _numbers(text):
            found = next((n for scale in _SCALES if self.numbers[n := number * scale] > 0), None)
            if found is not None:
                self.numbers[found] -= 1
                return True
        return False

    def take_part(self, text: str) -> bool:
        """Tell whether a cell's text is part of a recorded text, and take it out of it once."""
        folded = _compared(text)
        index = next((i for i, each in enumerate(self.texts) if folded in each), None)
        if index is not None:
            self.texts[index] = self.texts[index].replace(folded, "", 1)
        return index is not None

    def holds(self, text: str) -> bool:
        """Tell whether words stand in a recorded text, or are made up of recorded texts and labels."""
        return any(_compared(text) in each for each in self.texts) or replace(self, texts=[*self.texts]).take_parts(
            text
        )

    def take_parts(self, text: str) -> bool:
        """Tell whether words are made up of recorded texts, labels and item numbers, and take those texts away."""
        for texts in (list(self.texts), sorted(self.texts, key=len, reverse=True)):
            rest, used = _compared(text), list[str]()
            for each in filter(None, texts):
                if each in rest:
                    rest = rest.replace(each, "\n", 1)
                    used.append(each)
            if used and all(_LEFT.fullmatch(part) or _known(part) for part in rest.split("\n")):
                for each in used:
                    self.texts.remove(each)
                return True
        return False


def account(
    table: Table, forms: Sequence[FilledForm], issues: Sequence[Issue], heads: Collection[int] = ()
) -> list[Issue]:
    """Return an issue for each row of a table whose cells neither the forms nor the issues account for.

    ``heads`` are the indexes of the rows that name columns.
    """
    rows: defaultdict[tuple[int, str], _Printed] = defaultdict(_Printed)
    whole = _Printed()
    labels: set[str] = set()
    for form in forms:
        whole.say(form.title, form.department)
        for plan in form.plans:
            _say_plan(plan, rows, whole)
            labels |= {_compared(label) for i in plan.indicators for label in (i.level1, i.level2) if label}
    told = {(issue.source.line, issue.source.text) for issue in issues if issue.source}
    found = []
    for index, row in enumerate(table.rows):
        if index in heads or (row.place.line, row.text) in told:
            continue
        left = list(_unaccounted(row, rows[row.place.line, row.text], whole, labels))
        if left:
            found.append(_issue(table, row, left))
    return found


def _unaccounted(row: Row, printed: _Printed, whole: _Printed, labels: set[str]) -> Iterator[Cell]:
    if (len(row.filled) == 1 and lexicon().is_page(row.filled[0].text)) or _is_signed(row):
        return
    ordinal = row.filled[0] if row.filled and re.fullmatch(r"\s*\d{1,3}\s*", row.filled[0].text) else None
    pairs = pairwise(row.filled) if printed.surplus else ()
    doubled = {_compared(one.text) for one, two in pairs if _compared(one.text) == _compared(two.text)}
    rest = [cell for cell in row.filled if cell is not ordinal and not printed.take(cell.text)]
    if row.filled and fold_label(row.filled[0].text) in lexicon().execution:
        rest = [cell for cell in rest if not (_numbers(cell.text) and whole.take(cell.text))]
    for cell in rest:
        text = cell.text
        words = not _numbers(text) or is_project_code(text)
        if _known(text) or _compared(text) in labels or printed.take_part(text) or (words and printed.take_parts(text)):
            continue
        if words and (_compared(text) in doubled or whole.holds(text)):
            continue
        yield cell


def _is_signed(row: Row) -> bool:
    """Tell whether a row holds nothing but what stands in rows of signatures."""
    words = lexicon()
    return all(words.is_signing(cell.text) or fold_label(cell.text) in words.closing for cell in row.filled)


def _compared(text: str) -> str:
    """Return a text as it is compared: folded, without paragraph tags."""
    return fold_words(_TAGS.sub("", text))


def _known(text: str) -> bool:
    """Tell whether a text is a word of the form itself: a label, a header, a level, a sign, a blank."""
    words = lexicon()
    folded, label = _compared(text), fold_label(text)
    name = strip_item_prefix(text) or text
    return bool(
        not folded
        or WITHHELD in text
        or is_blank_value(text)
        or words.is_stamp(text)
        or words.is_placeholder(name)
        or any(words.level(number, text) or words.cut_level(number, text) for number in (1, 2))
        or words.split_levels(text)
        or {folded, label} & (words.groups | words.totals | words.subtotals | words.closing | words.execution)
        or words.columns.kinds(text, cut=True)
        or words.labels.kinds(text)
        or words.frames.kinds(text)
        or words.is_quality(text)
        or words.is_direction(text)
        or asks_for_contact(text) is not None
        or (len(folded) <= SHORT and not re.search(r"\d", text) and (money_factor(text) or fund_kind(text)))
        or _YEAR.fullmatch(re.sub(r"[\s()（）]", "", text))
    )


def _numbers(text: str) -> list[Decimal]:
    """Return the number a cell holds and nothing else, as an amount, a percentage or points."""
    values = (parse_amount(text), parse_whole_money(text), parse_percent(text), *parse_points(text))
    return [value for value in values if value is not None]


# ---------------------------------------------------------------- what the records say


def _say_plan(plan: Plan, rows: defaultdict[tuple[int, str], _Printed], whole: _Printed) -> None:
    whole.say(
        plan.project, plan.project_code, plan.unit_name, plan.supervisor, *plan.attributes, *plan.attributes.values()
    )
    for fund in plan.funds:
        _say_fund(rows[_key(fund.source)], fund)
        if fund.fund == "total":
            whole.count(fund.rate, fund.weight, fund.score)  # of a row 预算执行率 among the indicators
            whole.count(fund.amount)  # which a register may print in the middle of the project's rows
    for goal in plan.goals:
        rows[_key(goal.source)].say(goal.text, goal.achieved)
        whole.say(goal.text)  # a register may print it on a row above its first indicator
    for task in plan.tasks:
        rows[_key(task.source)].say(task.name, task.content, task.achieved)
        rows[_key(task.source)].count(task.amount)
    for item in plan.management:
        rows[_key(item.source)].say(item.name, item.statement, item.problem)
        rows[_key(item.source)].count(item.weight, item.score)
    for indicator in plan.indicators:
        _say_indicator(rows[_key(indicator.source)], indicator)
    if plan.evaluation:
        whole.say(plan.evaluation.scoring_note, plan.evaluation.grade)
        printed = rows[_key(plan.evaluation.source)] if plan.evaluation.source else whole
        printed.count(plan.evaluation.total, plan.evaluation.total_weight)


def _key(source: Source) -> tuple[int, str]:
    return source.line, source.text


def _say_fund(printed: _Printed, fund: FundLine) -> None:
    printed.say(fund.label)
    printed.count(fund.amount, fund.initial, fund.adjusted, fund.executed, fund.rate, fund.weight, fund.score)


def _say_indicator(printed: _Printed, indicator: Indicator) -> None:
    printed.say(indicator.level1, indicator.level2, indicator.level3, indicator.explanation, indicator.actual_text)
    printed.say(indicator.deviation_text, indicator.reason, indicator.half_year_target_text)
    printed.say(*(text for _, text in indicator.further))
    printed.surplus |= "surplus-cell" in indicator.repairs
    printed.count(indicator.weight, indicator.score)
    if indicator.target and strip_item_prefix(indicator.target.text) != indicator.level3:
        printed.say(indicator.target.text)  # a sentence may be both


def _issue(table: Table, row: Row, cells: Sequence[Cell]) -> Issue:
    shown = "；".join(cell.text.strip()[:60] for cell in cells)
    return Issue(
        code="cells-not-read",
        message=f"第{row.place.line}行有内容未收入图谱，请对照原文核对：{shown}",
        message_en=f"line {row.place.line}: printed cells that are not in the graph; compare with the document",
        source=source_of(table, row),
    )
