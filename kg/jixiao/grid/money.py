"""Keep the money of one form: the unit of every amount from the nearest statement, the fund each is of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jixiao.grid.lexicon import lexicon
from jixiao.grid.words import Word, label_word, period_in, plain
from jixiao.model import FundLine, Period, Source
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor, parse_amount, parse_money

USUAL = Decimal(10000)  # forms print 万元 where they say nothing
IMPLAUSIBLE = 100000  # a number as large is 元 where no unit is stated: it would be above a thousand million
_PARTED = re.compile(r"(?<=[\d元])\s*[(（]其中.*$", re.DOTALL)  # 235.00（其中：财政拨款200.00）
_BOXED = re.compile(r"\(([十百千]?[万亿]?元)\)")
_SCALED = re.compile(r"(?P<number>[\d,]+(?:\.\d+)?)(?P<scale>万|亿)元?")
_MISREAD = str.maketrans("OoIl|", "00111")
_POINTS = ("rate", "score", "weight")


@dataclass
class Purse:
    """Collect the lines of money of one form; ``unit_line`` is the nearest statement of a unit above the form."""

    unit_line: str | None = None
    lines: list[FundLine] = field(default_factory=list)
    inside: Decimal | None = None
    seen: Decimal | None = None
    assumed: bool = False
    doubtful: bool = False
    periods: dict[int, Period] = field(default_factory=dict)
    column: int = 0

    def label(self, text: str, column: int) -> None:
        """Take note of a label and where it stands: the parts of a sum are of the period that the sum above them is."""
        self.state(text)
        self.column = column
        if period := period_in(label_word(text)):
            self.periods[column] = period

    def period(self) -> Period:
        """Return the period of the sums below the last label: what the nearest label above it named."""
        nearest = min(self.periods, key=lambda column: (abs(column - self.column), column), default=None)
        return Period.ANNUAL if nearest is None else self.periods[nearest]

    def state(self, text: str) -> None:
        """Take note of a text that may state a unit of money (金额单位：元)."""
        if factor := money_factor(text):
            self.inside = self.seen = factor

    def forget(self) -> None:
        """Drop the lines, and the doubt about their unit."""
        self.lines.clear()
        self.doubtful = False

    def rated(self, told: Mapping[str, str], source: Source) -> None:
        """Add the rate and points that a row among the indicators states of the money."""
        self._spend("预算执行率", self._phases(told, ""), source)

    def _phases(self, told: Mapping[str, str], label: str) -> dict[str, Any]:
        """Return the sums, rates and points that texts state of what a label names, by phase."""
        found = {}
        for phase, text in told.items():
            value = parse_amount(text.rstrip("%％分")) if phase in _POINTS else self.yuan(text, label)
            if value is not None and phase != "expected":
                found[phase] = value
        return found

    def _spend(self, label: str, values: Mapping[str, Any], source: Source) -> None:
        """Say of the whole budget what was spent of it, at which rate and for how many points."""
        index = next((i for i, line in enumerate(self.lines) if line.fund == "total"), len(self.lines))
        self.lines[index:] = self.lines[index:] or [FundLine("total", label, source)]
        self.lines[index] = replace(self.lines[index], **values)

    def section(self, text: str) -> None:
        """Begin a section; its label may state the unit (项目资金（万元）)."""
        self.inside = money_factor(text) if text else None
        self.periods = {}

    def factor(self, *labels: str) -> Decimal:
        """Return what the unit of an amount is in yuan: of its labels, its section, the form, the line above."""
        for label in labels:
            if found := money_factor(label):
                self.seen = found
                return found
        known = self.inside or money_factor(self.unit_line) or self.seen
        self.assumed = known is None
        return known or USUAL

    def yuan(self, text: str, *labels: str) -> Decimal | None:
        """Return a printed amount in yuan, None for none; its parts may stand behind it in brackets."""
        text = _PARTED.sub("", text)
        number = parse_amount(_reread(text))
        if number is not None:
            factor = self.factor(*labels)
            self.doubtful = self.doubtful or (self.assumed and number != 0)
            plausible = not self.assumed or abs(number) < IMPLAUSIBLE
            return number * factor if plausible else number
        text = _BOXED.sub(r"\1", plain(text))
        whole = parse_money(text)
        if whole is not None:
            return whole
        scaled = _SCALED.fullmatch(plain(text))
        if scaled:
            return Decimal(scaled["number"].replace(",", "")) * (10000 if scaled["scale"] == "万" else 10**8)
        return None

    def add(self, label: str, text: str, source: Source, *, over: str = "", period: Period = Period.ANNUAL) -> bool:
        """Add a line of the budget; False where the text states no sum."""
        amount = self.yuan(text, label, over)
        if amount is None:
            return False
        self.lines.append(FundLine(_kind(label), _printed(label), source, period, amount))
        return True

    def pair(self, label: str, word: Word, text: str, source: Source) -> bool:
        """Add what a label of money says beside its value: a line of the budget, or what was executed of it."""
        if word.of("weight") >= 3.0:
            return False  # the points of the budget's execution
        phase = max(("executed", "adjusted", "initial", "rate"), key=word.of)
        if word.of(phase) < 2.0:
            return self.add(label, text, source, period=self.period())
        values = self._phases({phase: text}, label)
        if values:
            self._spend(label, values, source)
        return bool(values)

    def execution(self, label: str, read: Mapping[str, str], source: Source, *, total: bool) -> None:
        """Add a line of budget and execution side by side."""
        self.state(label)
        line = FundLine("total" if total else _kind(label), _printed(label), source)
        self.lines.append(replace(line, **self._phases(read, label)))

    def settle(self) -> None:
        """Put the whole investment of several years apart from this year's part where a form prints both.

        A sum of which it is said how much was spent is a budget as it stood at the year's end.
        """
        for i, line in enumerate(self.lines):
            if line.executed is not None and line.adjusted is None and line.initial is None:
                self.lines[i] = replace(line, adjusted=line.amount, amount=None)
        totals = [i for i, line in enumerate(self.lines) if line.fund == "total" and line.amount is not None]
        words = [label_word(self.lines[i].label) for i in totals]
        annual = [word.of("annual") >= 1.0 for word in words]
        if not any(annual) or all(annual):
            return
        for i, own in zip(totals, annual, strict=True):
            if not own:
                self.lines[i] = replace(self.lines[i], period=Period.MEDIUM_TERM)


def _reread(text: str) -> str:
    """Return a number with the letters put right that recognition takes for digits."""
    body = plain(text)
    return body.translate(_MISREAD) if re.fullmatch(r"[\dOoIl|,.]*\d[\dOoIl|,.]*", body) else text


def names_fund(label: str) -> bool:
    """Tell whether a label names one of the funds that budgets tell apart."""
    return lexicon().fund_kind(label) is not None


def _printed(label: str) -> str:
    return join_wraps(label).strip(":： ")


def _kind(label: str) -> str:
    """Return which fund a label of money names: the whole, a source, or what it is spent on."""
    word = label_word(label)
    if word.of("part") >= 2.0 or plain(label).startswith(("其中", "(", "（")):
        return lexicon().fund_kind(re.sub(r"^其中[:：]?", "", plain(label))) or "other"
    if word.of("total") > 0 or plain(label).endswith(("总额", "合计", "总计", "小计")):
        return "total"
    kind = lexicon().fund_kind(label)
    if kind:
        return kind
    return "total" if word.of("money") >= 2.0 else "item"
