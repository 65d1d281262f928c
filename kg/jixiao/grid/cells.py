"""Type the cells of a table once: what kind of thing stands in each, apart from where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jixiao.grid.lexicon import lexicon
from jixiao.grid.words import header_word, label_word, plain
from jixiao.prose.offices import is_office
from jixiao.text.folding import squeeze
from jixiao.text.names import strip_item_prefix
from jixiao.values.amounts import parse_amount, parse_percent
from jixiao.values.content import is_blank_value, value_likeness
from jixiao.values.dates import read_moment
from jixiao.values.targets import is_comparator
from jixiao.values.units import is_unit

SURE, LIKELY, MAYBE = 0.75, 0.5, 0.3  # likeness to a value
SENTENCE = 12  # characters from which on a value is a sentence that names what it is of
BOTH = 3
LONGEST_LEVEL = 14  # characters of a label of a level that may be misread or cut
LONG = 26  # characters; a longer text is prose
_DASH = re.compile(r"[-—–－/／\\无]+|不适用|N/?A")
_TICK = re.compile(r"[√✓✔☑]+")
_YES = re.compile(r"是|否|是/否|有|无")
_SIGNED = re.compile(
    r"定性|定量|(?:正|反|逆|中)向(?:指标)?|定[性量]指标|约束性|预期性|越[大小高低]越好|[≧≦═﹥﹤>≥≤<=＝＞＜]{1,2}"
)
_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{2}")
_PLACE = re.compile(r"[^\W\d]{1,9}(?:省|市|县|区|州|旗|盟|镇|乡|街道|苏木|村|林场|农场|兵团|师|团)(?:本级)?")
_VAGUE = re.compile(r"若干[^\W\d]{0,4}|适量|不[定限]量")
_CODE = re.compile(r"(?=.*\d{6})[\dA-Z-]{8,26}")
_LEVEL = re.compile(r"(?:.{0,6}指标|[^\W\d]{2,6}目标)(?:\(.*\)分?)?")
_SENTENCE = re.compile(r"[。；;！]|[，,].+[，,]")
_PLACEHOLDER = re.compile(
    r"[xX×*＊]{2,}|_{2,}|〇{2,}|^[\(（][^()（）]*填[^()（）]*[\)）]$|^★|^…+$|^指标\s*[\dN一二三四五]?\s*[:：]?$"
)
_YEAR_BEHIND = re.compile(r"\((?:(?:19|20)\d\d年?[-—–至]?){1,2}度?\)$")
_BRACKETS = re.compile(r"(?<=.)\([^()]*\)")
_KNOWN_WORD = re.compile(r"[一二三四]级|绩效|具体|核心|考核|评价")
_RULE = re.compile(r"[扣得计][\d.]*分|不得分|计满分|得满分")
_SEAL = re.compile(r"盖章|公章|签字|签章|签名|\([章签]\)")


@dataclass(frozen=True, slots=True)
class Item:
    """Hold one filled cell on the grid: its text, first row and column, how many of each it covers, and its kind."""

    text: str
    row: int
    column: int
    width: int = 1
    height: int = 1

    @property
    def kind(self) -> str:
        """Return what kind of thing it holds."""
        return kind_of(self.text)

    @property
    def end(self) -> int:
        """Return the first column to its right."""
        return self.column + self.width


def states_itself(text: str) -> bool:
    """Tell whether a value is a sentence that names its indicator too (合理诉求事项群众满意率达到95%以上)."""
    return kind_of(text) == "value" and len(plain(text)) >= SENTENCE


@lru_cache(maxsize=65536)
def kind_of(text: str) -> str:
    """Return the kind of a cell's text: level1, level2, label, sign, unit, number, value, name, prose …"""
    body = plain(text)
    if not body:
        return "blank"
    if _TICK.fullmatch(body):
        return "tick"
    if _DASH.fullmatch(body):
        return "dash"
    if level_of(text):
        return f"level{level_of(text)}" if level_of(text) < BOTH else "level"
    if lexicon().split_levels(text):
        return "level1"  # 产出指标-数量指标
    if _SIGNED.fullmatch(body) or is_comparator(body):
        return "sign"
    return _measure(body) or ("written" if _is_written(text) else _wording(text, body))


def _is_written(text: str) -> bool:
    from jixiao.grid.written import is_written  # the grammar types its own words by these kinds

    return is_written(text)


def _measure(body: str) -> str | None:
    """Return the kind of a number, code, date or unit, None for words."""
    if parse_amount(body) is not None:
        return "amount" if _MONEY.fullmatch(body) else "number"
    if parse_percent(body) is not None:
        return "percent"
    if _CODE.fullmatch(body):
        return "code"
    if _YES.fullmatch(body):
        return "yesno"
    if is_unit(body) and value_likeness(body) < SURE:
        return "unit"
    return None


def _wording(text: str, body: str) -> str:
    undated = _YEAR_BEHIND.sub("", body)
    if undated and undated != body:
        return _wording(undated, undated)  # 年度目标（2025年）
    if is_placeholder(text):
        return "placeholder"
    if _RULE.search(body):
        return "prose"
    if _VAGUE.fullmatch(body):
        return "wording"
    likeness = value_likeness(text)
    if likeness >= SURE and re.search(r"\d", body):
        return "date" if _is_date(body) else "value"
    if is_office(body):
        return "office"
    if _PLACE.fullmatch(body):
        return "place"
    if _LEVEL.fullmatch(body) and likeness < LIKELY:
        return "label"
    if likeness >= LIKELY:
        return "wording" if not re.search(r"\d", body) else "value"
    if len(body) > LONG or _SENTENCE.search(body):
        return "prose"
    return "maybe" if likeness >= MAYBE else "name"


@lru_cache(maxsize=32768)
def level_of(text: str) -> int:
    """Return 1 or 2 for a printed level label of some era, ``BOTH`` for one of either, 0 for any other text."""
    words = lexicon()
    for spelled in (text, plain(text)):
        first, second = bool(words.level(1, spelled)), bool(words.level(2, spelled))
        if first or second:
            return first + 2 * second
    body = plain(text)
    if len(body) < LONGEST_LEVEL and not _KNOWN_WORD.search(body):
        first, second = bool(words.cut_level(1, body)), bool(words.cut_level(2, body))
    return first + 2 * second


@lru_cache(maxsize=32768)
def is_placeholder(text: str) -> bool:
    """Tell whether a text is what a template leaves to be filled in."""
    body = plain(strip_item_prefix(text) or text)
    body = _BRACKETS.sub("", body) or body
    return lexicon().is_placeholder(text) or _PLACEHOLDER.search(body) is not None


@lru_cache(maxsize=32768)
def is_unfilled(text: str) -> bool:
    """Tell whether a value cell holds no value: blank, a placeholder, a unit alone, an instruction."""
    body = plain(text)
    return is_blank_value(text) or is_placeholder(text) or (is_unit(body) and value_likeness(text) < LIKELY)


def is_seal(text: str) -> bool:
    """Tell whether a text is a place for a stamp, a signature or a date."""
    body = plain(text)
    return lexicon().is_signing(text) or bool(_SEAL.search(body) and len(body) < LONG)


@lru_cache(maxsize=32768)
def header_likeness(text: str) -> float:
    """Return how much a cell speaks as a header word: positive for one, negative for values and prose."""
    kind = kind_of(text)
    if kind in NO_HEADER:
        return -3.0
    word = header_word(text)
    dated = word.known == 1.0 and word.best >= 3.0  # 2021年完成数
    if kind in ("value", "date") and not dated:
        return -3.0
    score = min(word.best, 5.0) * word.known - 1.3
    if kind.startswith("level"):
        return min(score, -1.5)
    return score


NO_HEADER = frozenset({"number", "amount", "percent", "tick", "dash", "prose", "code", "yesno"})


@lru_cache(maxsize=32768)
def label_likeness(text: str) -> float:
    """Return how much a cell speaks as a label of a field beside or below it."""
    kind = kind_of(text)
    body = plain(text)
    word = label_word(text)
    said = word.known == 1.0 and word.best >= 3.0 and kind in ("value", "date", "unit")  # 2021年目标, 单位
    if kind in ("number", "amount", "percent", "value", "date", "tick", "dash", "code", "unit", "yesno") and not said:
        return -4.0
    score = min(word.best, 6.0) * word.known**2 - 1.0
    if len(body) > 16:
        score -= 0.35 * (len(body) - 16)
    if body.endswith((":", "：")):
        score += 2.0
    if kind == "prose":
        score -= 2.0
    return score


@lru_cache(maxsize=8192)
def is_frame(text: str) -> bool:
    """Tell whether a text is (a piece of) the frame that stands beside a block: 绩效指标, 年度绩效指标, 绩效, 指标."""
    word = header_word(text)
    if len(plain(text)) <= PIECE and plain(text) in _UPRIGHT:
        return True  # a piece of the words that run down beside the rows
    return word.known == 1.0 and word.of("frame") >= 0.5 and set(word.morphemes) <= _FRAME


PIECE, _UPRIGHT = 2, "年度绩效指标"
_FRAME = frozenset({"绩效", "指标", "体系", "年度", "目标", "绩效目标", "绩效指标", "分解", "考核", "及", "值"})


def _is_date(body: str) -> bool:
    plain = squeeze(body).rstrip("。;,")
    moment = read_moment(plain, 0, None)
    return moment is not None and moment.end == len(plain) and moment.exists
