"""Tell what is spelt like the name of a Chinese person, and find names by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from jixiao.privacy.numbers import Span
from jixiao.privacy.words import any_of, words
from jixiao.text.dictionary import word_kind

DATE = r"\d{4}(?:年\d+月(?:\d+日)?|[-./]\d{1,2}(?:[-./]\d{1,2})?)"
LONGEST = 20  # characters of a text that names persons (several, or with their post)
_HAN = "\u3400-\u9fff"
_ALIAS = re.compile(rf"^[{_HAN}][某×XＸ*○]{{1,2}}$|^[{_HAN}][{_HAN}]?[×Xx*○]{{1,2}}$")


def is_name(text: str) -> bool:
    """Tell whether a whole text is spelt like a name: a surname and one or two characters, none of a common word."""
    text = text.strip()
    if re.fullmatch(rf"[{_HAN}] [{_HAN}]", text):
        text = text.replace(" ", "")
    if _ALIAS.match(text):
        return True
    return bool(re.fullmatch(rf"{_name()}|[{words().rare}][{_HAN}]{{2}}", text)) and not _is_word(text)


def holds_names_only(text: str) -> bool:
    """Tell whether a text is names, with offices, posts, numbers, dates and marks between them."""
    if len(text) > 2 * LONGEST:
        return False
    bare = re.sub(rf"[(（].*?[)）]|等?\s?\d+(?:人|户|名|位)|{DATE}|\d[\d\s-]*", "、", text)
    parts = [part.strip() for part in re.split(r"[、,，;；/]|\s{2,}|(?<=\S\S)\s(?=\S\S)", bare) if part.strip()]
    persons = [_without_post(part) for part in parts if not part.endswith(words().offices)]
    several = [each for part in persons for each in ([part] if is_name(part) else re.split("[和及与]", part))]
    return any(map(is_name, several)) and all(not part or _may_be_listed(part) for part in several)


def find_names(text: str) -> Iterator[Span]:
    """Yield the names that verbs, groups, posts and 同志 stand around, in a text of one width."""
    for pattern, kind in _contexts():
        found = pattern.search(text)
        while found:
            start, end = found.span("name")
            if kind == "open":
                end = _end_of_name(text, start, end)
            name = text[start:end]
            free = kind in ("any", "known")  # of spelling
            word = _is_word(name) or _begins_in_word(text, found.start(), start) or _reads_as_words(text, start, end)
            if free or not word:
                yield Span(start, end, sure=free or kind == "signed" or _is_sure(name))
            found = pattern.search(text, found.start() + 1)


def names_listed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the names in a list of which one item is a name that was found: the items beside it, one after another."""
    waiting = [span for span in spans if span.sure]
    seen = {span.start for span in waiting}
    while waiting:
        span = waiting.pop()
        for found in (_next_item().match(text, span.end), _last_item().search(text[: span.start])):
            if found and found.start("name") not in seen and _may_be_listed(found["name"]):
                seen.add(found.start("name"))
                waiting.append(Span(*found.span("name")))
                yield waiting[-1]


def _may_be_listed(text: str) -> bool:
    """Tell whether an item of a list of persons is one: also with one or three characters behind its surname."""
    return is_name(text) or (len(text) in (2, 4) and text[0] in words().single + words().rare and not _is_word(text))


@cache
def _next_item() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\s?[、,，;/和及与]|\s+)\s?(?:\d{{1,2}}[.、)])?(?P<name>[{_HAN}·]{{2,6}})(?=$|等|[^{_HAN}·])"
    )


@cache
def _last_item() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^{_HAN}·])(?P<name>[{_HAN}·]{{2,6}})(?:\s?[、,，;/]|\s+)\s?(?:\d{{1,2}}[.、)])?$")


def _end_of_name(text: str, start: int, end: int) -> int:
    """Return where the longest name ends behind which a mark or a word begins; ``start`` where none does."""
    for at in range(end, start + 1, -1):
        name = re.split("[、,和及与]", text[start:at])[-1]
        if _is_sure(name, 20) and _begins_anew(text, at):
            return at
    return start


def _is_sure(name: str, frequent: int | None = None) -> bool:
    """Tell whether a name has more than two characters, a frequent surname, or is a known part."""
    return len(name) > 2 or name in words().parts or (len(name) == 2 and name[0] in words().single[:frequent])


def _begins_anew(text: str, at: int) -> bool:
    """Tell whether a mark, a verb or a word of the dictionary begins at a place: what stands before it is complete."""
    if not re.match(rf"[{_HAN}·A-Za-z]", text[at : at + 1]) or text[at] in words().verbs:
        return True
    return text[at] not in words().places and _is_common(text[at : at + 2])


def _begins_in_word(text: str, context: int, start: int) -> bool:
    """Tell whether a word goes over the place where a name begins, and over or up to its context (保|护工|程)."""
    inside = start - context < 2 or _is_common(text[max(0, context - 1) : context + 1])
    return inside and _is_common(text[max(0, start - 1) : start + 1])


def _reads_as_words(text: str, start: int, end: int) -> bool:
    """Tell whether what is spelt like a name is a word and what belongs to it (安全|教育, 成年后)."""
    begins = text[start : start + 2]
    ends = not re.match(f"[{_HAN}]", text[end : end + 1])
    if ends or begins in words().compound or not _is_common(begins):
        return False
    return text[start] not in words().single[:20] or _begins_anew(text, start + 2)


def _is_common(text: str) -> bool:
    """Tell whether the dictionary knows a word that is no name."""
    return len(text) > 1 and word_kind(text) not in (None, "nr", "nrfg", "nrt", "nz")


def name_before(text: str, end: int) -> Span | None:
    """Return the name that stands right before a place, where a number of the same person begins."""
    called = "账[户号]|卡号|电话|手机号?|身份证号?|微信号?"
    found = re.search(
        rf"(?:^|[^{_HAN}]|[至给找向员人])(?P<name>{_name()})[\s(:,;、]*(?:{called})?[\s:]*$",
        text[max(0, end - 12) : end],
    )
    if found is None or _is_word(found["name"]):
        return None
    offset = max(0, end - 12)
    return Span(offset + found.start("name"), offset + found.end("name"))


@cache
def _name() -> str:
    """Return the pattern of a name: surname and given name, or several parts joined by a middle dot."""
    lexicon = words()
    compound = rf"(?:{any_of(lexicon.compound)})[{_HAN}]{{1,2}}"
    joined = rf"[{_HAN}]{{2,6}}(?:·[{_HAN}]{{1,6}})+"
    unnamed = rf"(?:{any_of(lexicon.parts)})(?:(?:{any_of(lexicon.parts)}){{1,2}}|[{lexicon.last}])"
    return rf"(?:{compound}|{unnamed}|{_foreign()}|[{lexicon.single}][{_HAN}]{{1,2}}|{joined})"


@cache
def _foreign() -> str:
    """Return the pattern of a name of another language: characters that stand for its sounds, or a known part."""
    return rf"[{words().sounds}]{{3,7}}|{any_of(words().parts)}"


@lru_cache(maxsize=16384)
def _is_word(text: str) -> bool:
    """Tell whether what begins like a surname is a common word, or ends like an office, a thing or a measure."""
    lexicon = words()
    if not text:
        return True
    if "·" in text or text[:2] in lexicon.compound:
        return False
    if text[:2] in lexicon.ordinary or text[-1] in lexicon.endings:
        return True
    return _is_common(text)


def _without_post(text: str) -> str:
    posts = any_of([*words().around["titles_before"], *words().around["titles_after"]])
    return re.sub(rf"^\s*{words().levels}(?:{posts})\s*|\s*{words().levels}(?:{posts})\s*$", "", text.strip())


@cache
def _contexts() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns with a group ``name``, and the key of ``[contexts]`` they stand under."""
    lexicon = words()
    parts = {key.upper(): any_of(value) for key, value in lexicon.around.items()}
    post = r"(?:\([^()]{1,8}\))?"
    many = rf"{_name()}{post}(?:[、,和及与]{_name()}{post})*"
    parts |= {
        "HAN": _HAN,
        "NAME": _name(),
        "MANY": many,
        "VERBS": lexicon.verbs,
        "LEVELS": lexicon.levels,
        "PARTS": any_of(lexicon.parts),
        "LAST": lexicon.last,
        "DATE": DATE,
        "OFFICES": any_of(lexicon.offices),
        "END": rf"(?=$|[^{_HAN}·A-Za-z])",
    }
    place = re.compile("|".join(sorted(parts, key=len, reverse=True)))
    return tuple(
        (re.compile(place.sub(lambda found: parts[found[0]], pattern)), key)
        for key, patterns in lexicon.contexts.items()
        for pattern in patterns
    )
