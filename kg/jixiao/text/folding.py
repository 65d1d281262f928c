"""Fold printed text: few laws, each said once. Every law builds on ``fold_width``.

| law | keeps | drops |
|---|---|---|
| ``fold_width`` | words, blanks, marks | differences of width, form and sign |
| ``squeeze`` | words, marks | blanks as well |
| ``fold_name`` | words, inner marks | letter case, quotes, brackets and the mark at the end as well |
| ``fold_words`` | words | all marks as well |
| ``fold_label`` | words | remarks in brackets and the item number in front as well |
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Unicode's Equivalent_Unified_Ideograph of the CJK radicals supplement, which NFKC leaves alone.
_SUPPLEMENT = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# NFKC makes 戶 and 靑 of these two Kangxi radicals; fonts for simplified Chinese draw 户 and 青 with them.
_RADICALS = str.maketrans(_SUPPLEMENT + "⼾⾭", _IDEOGRAPHS + "户青")
_SIGNS = str.maketrans("≧≦⩾⩽═〜∼‐‒–—―−ˉ─━•・‧∙⋅", "≥≤≥≤=~~---------·····")
_QUOTES_AND_BRACKETS = re.compile(r"[\s\"'“”‘’「」『』`()\[\]{}【】〔〕<>〈〉《》]+")
_DASHES = re.compile(r"-{2,}")
_END = "。.;,:、"
_MARKS = re.compile(r"[\s()\[\]【】〔〕<>《》“”\"'‘’「」:,、。.;/%*#·\-_]+")
_REMARK = re.compile(r"[(\[【〔<《].*?[)\]】〕>》]")
_ITEM_NUMBER = re.compile(r"^[一二三四五六七八九十\d]+[、.]")


@lru_cache(maxsize=16384)
def fold_width(text: str) -> str:
    """Return a text in one width and form; blanks, marks and letter case stay.

    Compatibility forms (full and half width, vertical, circled, squared) become what NFKC makes of them, Kangxi and
    supplement radicals (U+2E80–2FDF) their characters, ≧ ⩾ and ≦ ⩽ become ≥ and ≤, the box-drawing ═ becomes =, every
    dash and minus becomes -, every wave ~, every middle dot ·.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_RADICALS)).translate(_SIGNS)


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Return a text in one width without any blanks."""
    return "".join(fold_width(text).split())


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """Return a name for comparison: squeezed, lower case, without quotes, brackets and the mark at its end.

    What stands in brackets stays, and so do marks inside; a row of dashes is one dash.
    """
    folded = _QUOTES_AND_BRACKETS.sub("", fold_width(text)).casefold()
    return _DASHES.sub("-", folded).rstrip(_END)


@lru_cache(maxsize=65536)
def fold_words(text: str) -> str:
    """Return the words of a text: squeezed, without brackets, quotes and punctuation (what is in brackets stays)."""
    return _MARKS.sub("", fold_width(text))


def without_remarks(text: str) -> str:
    """Return a text in one width without what stands in brackets of any kind."""
    return _REMARK.sub("", fold_width(text))


@lru_cache(maxsize=65536)
def fold_label(text: str) -> str:
    """Return the words of a label, without remarks in brackets and without the item number in front.

    A label that stands in brackets as a whole (【产出指标】) keeps its words.
    """
    label = _ITEM_NUMBER.sub("", without_remarks(text).strip())
    return _MARKS.sub("", label) or fold_words(text)
