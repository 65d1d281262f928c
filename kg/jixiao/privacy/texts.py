"""Withhold persons from one text: what stands behind labels, personal numbers, and the names around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from jixiao.model import WITHHELD
from jixiao.privacy.names import DATE, find_names, names_only
from jixiao.privacy.numbers import Span, find_numbers
from jixiao.privacy.spelling import HAN
from jixiao.privacy.words import any_of, weight, words
from jixiao.values.content import is_blank_value

SHORT = 60  # characters of a line of signatures
LABEL, VALUE = 40, 400  # characters before and behind a colon that are looked at
_COLON = re.compile(r"\s*:\s*")
_NUMBER = r"\(?\+?\d[\d\s()\-—.]{5,}\d"
_NEXT_LABEL = re.compile(r"(?<=[\s:])[^\s\d:，。；;]{2,12}:|[，。；;|\t\n]|,(?!\d)")
_NO_PERSON = re.compile(
    r"\(?(?:\d{4}|[Xx×]{2,4}| +)年|(?:19|20)\d\d[-./]\d{1,2}(?!\d)|"
    r"\(?(?:单位)?(?:公章|盖章|签章|签字|签名)|略$|(?:1\d\d|1\d{4}|9\d{4})$"
)  # a date, a stamp, a hotline
_FILE = re.compile(r"[^\s“”\"《》。，]{1,80}\.(?:docx?|xlsx?|pdf|wps|et|jpe?g|png|zip|rar|txt|pptx?)(?![a-z])", re.I)
_LIVES = re.compile(
    r"(?:(?:居|租|暂)?住(?:在|于|址[:是为]?)|[家现]住|[家现]居|(?:(?<![\u3400-\u9fff])|(?<=[人户者员]))住(?![院建宅房户区宿]))((?:[^，。；;,()\t]{2,30}?(?:号楼?|室|组|社|单元|村|小区))+)"
)
# a building and what is in it (7栋1单元402, D3-1-1101), or the number within a group of a village (三组9号)
_DWELLING = (
    r"(?:(?<![\dA-Z-])(?!(?:19|20)\d\d-)[A-Z]?\d{1,4}(?:(?:栋|幢|号楼|排|单元|弄|-)[A-Z]?\d{1,4}(?![\d户套人万平米个间元%]))+(?:室|号|楼)?"
    r"|[\d一二三四五六七八九十]+组\d+号)"
)
_MOVED = re.compile(rf"(?:住|迁居?|搬)(?:在|于|到|至|往|入)?([^，。；;,()\t]{{2,30}}?{_DWELLING})")
_AT_HOME = re.compile(rf"\(([^()\t，。]{{3,40}}?{_DWELLING})\)")  # behind a name
_HOME = re.compile(rf"[^，。；;:()\t]{{3,40}}?{_DWELLING}")
_BORN = re.compile(
    r"([\d〇零一二三四五六七八九]{4}[年.-][\d一二三四五六七八九十]{1,2}[月.-](?:[\d一二三四五六七八九十]{1,3}日?)?)(?=出生(?![率人缺])|生(?![产活态长]))"
)
_PLATE = re.compile(
    r"(?:私家?车|车主|自驾|自备车)[^，。；]{0,8}?([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?[A-Z\d]{5,6})"
)


class _Widths(dict[int, str]):
    """Map a character to its form in one width, where that is one character, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_WIDTHS = _Widths()
_WIDTHS.update(
    {ord(dash): "-" for dash in "‐‒–—―−ˉ─－"} | {ord(dot): "·" for dot in "•・‧∙⋅"} | {ord("，"): "，", ord("；"): "；"}
)


def one_width(text: str) -> str:
    """Return a text in one width with every character at its place."""
    return text if text.isascii() else text.translate(_WIDTHS)


@lru_cache(maxsize=16384)
def withhold_text(text: str) -> str:
    """Return a text with what names persons replaced by 〔已隐去〕."""
    return replaced(text, find_persons(text))


def withhold_name(name: str) -> str:
    """Return the name of a file or a sheet without persons: also a part of it that is nothing but a person's name."""
    return replaced(name, [*find_persons(name), *_named_parts(one_width(name))])


def _named_parts(name: str) -> Iterator[Span]:
    """Yield the parts of a file's name that are nothing but a person's name."""
    yield from (Span(*part.span()) for part in re.finditer(r"[^-_—~\s().]+", name) if are_names(part[0], "named"))


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Return a text with the sure spans replaced; those that touch become one."""
    parts: list[str] = []
    at = 0
    for span in sorted((span for span in spans if span.sure), key=lambda each: (each.start, -each.end)):
        if span.end <= at:
            continue
        start = max(span.start, at)
        between = text[at:start]
        if parts and not between.strip(" \u3000"):
            parts[-1] = WITHHELD
        else:
            parts += [between, WITHHELD]
        at = span.end
    return "".join([*parts, text[at:]])


@lru_cache(maxsize=16384)
def find_persons(text: str, *, asked: str | None = None) -> tuple[Span, ...]:
    """Return where a text names persons, or may; ``asked`` as for ``find_names``."""
    folded = one_width(text)
    spans = [*_labelled(folded), *find_numbers(folded)]
    if len(folded) <= SHORT:
        spans += [Span(*found.span("number")) for found in _beside().finditer(folded)]
    spans += find_names(folded, spans, asked=asked or ("signed" if is_signed(folded) else None))
    for file in _FILE.finditer(folded):
        spans += [Span(file.start() + part.start, file.start() + part.end) for part in _named_parts(file[0])]
    ends = {span.end for span in spans if span.sure}
    spans += [Span(*found.span(1)) for found in _AT_HOME.finditer(folded) if found.start() in ends]
    for pattern in (_LIVES, _MOVED, _BORN, _PLATE):
        spans += [Span(*found.span(1)) for found in pattern.finditer(folded)]
    return tuple(spans)


def is_home(text: str) -> bool:
    """Tell whether a text in one width is only an address that ends in a building or a group of a village."""
    return _HOME.fullmatch(text) is not None


def is_signed(text: str) -> bool:
    """Tell whether a text in one width is a line of signatures: short parts, one asks for a person or is a date."""
    if len(text) > SHORT or not re.search(r"[\s:]", text):
        return False
    parts = [_signature().match(part) for part in re.split(r"[\s:、/()]+", text) if part]
    return len(parts) > 2 and all(parts) and any(part and part.lastgroup for part in parts)


@cache
def _signature() -> re.Pattern[str]:
    """Return the pattern of a part of a line of signatures; one that tells that it is such a line is ``told``."""
    asked = f"{label_pattern('persons')}|{any_of([*words().labels['weak'], *words().labels['signed']])}"
    return re.compile(rf"(?P<told>(?:[{HAN}]{{0,4}}(?:{asked})|{DATE})$)|[{HAN}·]{{1,8}}$|[A-Z\d-]+$")


def are_names(text: str, kind: str = "role") -> bool:
    """Tell whether a text is names and nothing else, as likely as what asks for them (``role``, ``labelled``) wants."""
    told = names_only(text)
    return told is not None and told >= weight(kind)


def _labelled(text: str) -> Iterator[Span]:
    """Yield what stands behind 填表人：, 联系电话： and the like, up to the next label or mark."""
    labels = [
        label
        for colon in _COLON.finditer(text)
        if (label := _said().search(text, max(0, colon.start() - LABEL), colon.start()))
    ]
    starts = [*(label.start() for label in labels), len(text)]
    for label, following in zip(labels, starts[1:], strict=True):
        colon = _COLON.match(text, label.end())
        start = colon.end() if colon else label.end()
        stop = max(start, min(following, start + VALUE))
        mark = _NEXT_LABEL.search(text, start, stop)
        value = text[start : mark.start() if mark else stop].rstrip()
        filled = value.strip(" _/\u3000")
        if not filled or _NO_PERSON.match(filled) or is_blank_value(filled):
            continue
        if label.lastgroup != "weak" or are_names(filled):
            yield Span(start, start + len(value))


@cache
def label_pattern(kind: str, *, apart: bool = True) -> str:
    """Return the pattern of the labels for ``persons``, ``roles``, ``numbers`` or ``addresses``."""
    labels = words().labels
    if kind == "roles":
        return rf"[{HAN}]{{0,12}}(?:{any_of(words().roles)})|{any_of(labels['weak'], apart=apart)}"
    if kind == "numbers":
        papers = rf"(?:{any_of(labels['papers'])})(?:{any_of(labels['called'])})+|护照|身份证"
        persons = rf"(?:{any_of(words().roles)})[{HAN}]{{0,4}}(?:编号|证号|号码)"
        return rf"{any_of(labels['numbers'], apart=apart)}|[{HAN}]{{0,8}}(?:{papers}|{persons})"
    if kind == "addresses":
        homes = rf"(?:{any_of(labels['homes'])})(?:{any_of(labels['addresses'])})"
        return rf"[{HAN}]{{0,6}}(?:{homes}|住址|户籍地|居住地|居所)"
    if kind == "persons":
        stems = any_of(labels["stems"], apart=apart)
        return rf"(?:{stems}) {{0,2}}人(?: {{0,2}}员)?(?:姓名)?|{any_of(labels['persons'], apart=apart)}"
    return any_of(labels[kind], apart=apart)


@cache
def any_label() -> str:
    """Return the pattern of the labels that ask for a person, a number or an address."""
    return "|".join(label_pattern(kind) for kind in ("persons", "numbers", "addresses"))


def _tail() -> str:
    """Return what may stand behind a label before its colon."""
    return rf"(?:[及和与、/]|{any_label()}|{any_of(words().labels['signed'])}|\([^)]{{1,10}}\))*"


@cache
def _said() -> re.Pattern[str]:
    weak = rf"(?P<weak>{label_pattern('roles')})(?:\([^)]{{1,10}}\))?"
    return re.compile(rf"(?:(?:{any_label()}){_tail()}|{weak})$")


@cache
def _beside() -> re.Pattern[str]:
    """Return the pattern of a number that nothing or a blank parts from its label."""
    labels = rf"{label_pattern('persons')}|{label_pattern('numbers')}"
    return re.compile(rf"(?:{labels}){_tail()} *(?P<number>{_NUMBER})")
