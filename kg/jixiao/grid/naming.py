"""Read names out of titles, headings and sentences: a grammar of place, office, year, name, and kind of form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from jixiao.grid.weights import weights
from jixiao.grid.words import plain
from jixiao.prose.offices import is_office, office_in_title, take_apart
from jixiao.text.names import join_wraps

_CODE = re.compile(
    r"^\s*(?:[\[【(（]\s*(?P<boxed>[\dA-Z]{2,24})\s*[\]】)）]\s*|(?P<bare>(?!(?:19|20)\d\d\s*[-_—－])(?=[\dA-Z]*\d\d)[\dA-Z]{2,24})\s*[-_—－]\s*)(?=\D)"
)
_NUMERAL = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_ORDINAL = rf"[（(]?{_NUMERAL}[)）、.．]"
_LEAD = re.compile(
    rf"^(?:#+\s*)?(?:附[件表]\s*\d*[:：.]?|表\s*{_NUMERAL}?\s*[:：]|项目\s*[一二三四五六七八九十\d]+\s*[:：、]|{_ORDINAL})\s*"
)
_YEARS = re.compile(r"(?:19|20)\d{2}\s*年?\s*度?|二〇[〇一二三四五六七八九十]{2}年度?")
_TRAILING = re.compile(r"(?:分解|下达|分配|安排|使用|拨付|计划|方案|情况|一览|明细|汇总|清单|表|以?及|与|和|、|的)+$")
_PLACED = re.compile(r"^[^\W\d]{2,10}?(?:省|市|县|区|州|盟|旗|镇|乡|街道)(?:本?级|直)?(?=\s*(?:19|20)\d{2}\s*年|二〇)")
_BEFORE_KIND = (
    r"分?(?:县区|区县|市县|地区|县|区)(?:[（(][市县区][)）])?|各(?:县区|区县)|区域|整体|支出|预算|项目|年度|单位|部门"
)
_KINDS = r"绩\s*效|自\s*评|评价表|监控|申报表|批复表|审核表|审定表|目标表|明细表|登记表|公开表|情况表|实施方案"
_KIND = re.compile(rf"(?:{_BEFORE_KIND})*(?:{_KINDS})")
_ABOUT = re.compile(r"^关于(?:提前)?(?:做好|下达|拨付|安排|公开|公布|批复|印发|报送|开展|公示)*")
_SENTENCE = re.compile(r"[，。；！]|均|现将|如下")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{3,40})[”\"」』]")
_MONEY = re.compile(r"[（(][^（()）\d]{0,8}(?P<sum>[\d,.]+\s*[亿万]*元)\s*[)）]")
_BAND = re.compile(rf"^(?:(?:子?项目)\s*{_NUMERAL}\s*[:：、]|{_ORDINAL}\s*项目(?:名称)?\s*[:：])")
_COUNTED = re.compile(r"等[一二三四五六七八九十\d]+个项目$")
_SUBTITLE = re.compile(r"^[—–-]{2,}\s*(?:以|关于)?(?P<name>[^，。；！：:]{3,40}?)(?:为例)?$")
_REMARK = re.compile(r"[（(](?P<text>[^（）()]*)(?P<closed>[)）]?)$")
_DOING = re.compile(r"实施(?:了|的)?(?:(?:19|20)\d{2}年度?)?(?P<name>[^，。；、]{3,40}?项目)")
LEAST = 3  # characters a name must have beside words of every title


@dataclass(frozen=True, slots=True)
class Name:
    """Hold a name without the code printed before it."""

    text: str
    code: str | None = None


_CODE_BEHIND = re.compile(r"[-_—－]\d+$")
_GLUED = re.compile(r"^(?P<code>\d{3,12})\s*(?=[\u4e00-\u9fff])(?!\d{4}年)")


@lru_cache(maxsize=8192)
def office_name(text: str) -> Name:
    """Return an office's printed name and the code before it, even where nothing stands between them."""
    name = without_code(text)
    glued = _GLUED.match(name.text)
    if name.code or not glued:
        return name
    return Name(_CODE_BEHIND.sub("", name.text[glued.end() :]), glued["code"])


@lru_cache(maxsize=8192)
def without_code(text: str) -> Name:
    """Return a printed name and the code that stands before it (``001-…``, ``[331] …``)."""
    printed = join_wraps(text)
    found = _CODE.match(printed)
    if not found:
        return Name(printed)
    return Name(printed[found.end() :].strip(), found["boxed"] or found["bare"])


def coded(text: str) -> Name:
    """Return an office's printed name with its code in the form that the reader of offices knows (``042-…``)."""
    name = office_name(text)
    return Name(f"{name.code}-{name.text}" if name.code and name.code.isdigit() else name.text, name.code)


def is_generic(text: str) -> bool:
    """Tell whether a name holds nothing beside words that every title has."""
    body = plain(text)
    for word in weights().generic:
        body = body.replace(word, "")
    return len(re.sub(r"\W|\d", "", body)) < LEAST


def project_in_title(text: str, offices: Iterable[str] = ()) -> str | None:
    """Return the project a title or heading names before its kind of form, None for none."""
    printed = _LEAD.sub("", join_wraps(text).lstrip("# ")).strip()
    if subtitle := _SUBTITLE.match(printed):
        return None if is_generic(subtitle["name"]) or is_office(subtitle["name"]) else cleaned(subtitle["name"])
    if _SENTENCE.search(printed):
        return None
    quoted = _QUOTED.search(printed)
    if quoted and not is_generic(quoted[1]):
        return quoted[1]
    kind = _KIND.search(printed)
    if kind is None:
        return None
    return _named(printed[: kind.start()], offices)


def cleaned(text: str) -> str:
    """Return a name that a line states, without a sum in brackets behind it and the kind of form."""
    printed = _MONEY.sub("", join_wraps(text)).strip(" ：:")
    kind = _KIND.search(printed)
    return (_named(printed[: kind.start()], ()) or printed) if kind else printed


def project_in_heading(text: str, offices: Iterable[str] = ()) -> str | None:
    """Return the project that a numbered heading names, with 项目 where it is printed."""
    lead = _LEAD.match(text)
    printed = _MONEY.sub("", _LEAD.sub("", join_wraps(text))).strip(" ：:")
    if not lead or len(printed) > 40 or re.search(r"[，。；：:]", printed) or is_generic(printed):
        return None
    said = bool(_MONEY.search(text)) or printed.endswith(("项目", "经费", "资金", "工程", "专项"))
    return printed if said and not is_office(printed) else None


@lru_cache(maxsize=8192)
def project_in_band(text: str) -> str | None:
    """Return the project whose rows a text that stands alone heads: 项目一：…, (2)项目名称：… (预算12万元)."""
    printed = join_wraps(text)
    found = _BAND.match(printed)
    return cleaned(printed[found.end() :]) or None if found else None


def sum_behind(text: str) -> str | None:
    """Return the sum of money in brackets behind a name."""
    found = _MONEY.search(join_wraps(text))
    return found["sum"] if found else None


def project_in_sentence(text: str) -> str | None:
    """Return the project a sentence says is carried out (实施…项目)."""
    found = _DOING.search(join_wraps(text))
    name = found["name"] if found else ""
    return name if name and not is_generic(name) and not re.match(r"以下|下列|上述", name) else None


def _named(text: str, offices: Iterable[str]) -> str | None:
    body = _ABOUT.sub("", _YEARS.sub("", _PLACED.sub("", text))).strip(" 　-—：:")
    for office in sorted(offices, key=len, reverse=True):
        core = take_apart(office).core
        for spelled in (office, core if len(core) >= 4 else office):
            body = body.removeprefix(spelled)
    own = office_in_title(body) if not is_office(body) else None
    if own and body.startswith(own):
        body = body[len(own) :]
    body = _COUNTED.sub("", _ABOUT.sub("", body).strip("的 "))
    remark = _REMARK.search(body)
    if remark and (is_generic(remark["text"]) or not remark["closed"]):
        body = body[: remark.start()]
    body = _TRAILING.sub("", body).strip("的 ")
    body = re.sub(r"(?:项目)?(?:支出|预算)?(?:项目)?$", "", body).strip("的 ")
    return None if is_generic(body) or is_office(body) else body
