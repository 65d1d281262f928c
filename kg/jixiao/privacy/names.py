"""Tell what is spelt like the name of a Chinese person, and find names by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from jixiao.privacy.numbers import Span
from jixiao.privacy.words import any_of, words
from jixiao.text.dictionary import word_kind

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
    return bool(re.fullmatch(_name(), text)) and not _is_word(text)


def holds_names_only(text: str) -> bool:
    """Tell whether a text is names, with posts, numbers and marks between them."""
    if len(text) > 2 * LONGEST:
        return False
    bare = re.sub(r"[(（].*?[)）]|等?\s?\d+(?:人|户|名|位)|\d{4}年\d+月(?:\d+日)?|\d[\d\s-]*", "、", text)
    parts = [part for part in re.split(r"[、,，;；/和及与]|\s{2,}|(?<=\S\S)\s(?=\S\S)", bare) if part.strip()]
    return bool(parts) and all(is_name(_without_post(part)) for part in parts)


def find_names(text: str) -> Iterator[Span]:
    """Yield the names that verbs, groups, posts and 同志 stand around, in a text of one width."""
    for pattern, strong in _contexts():
        for found in pattern.finditer(text):
            name = found["name"]
            if not strong and _is_word(name):
                continue
            if strong or len(name) > 2:
                yield Span(*found.span("name"))
            else:
                yield Span(*found.span("name"), sure=name[0] in words().single[:60])


def name_before(text: str, end: int) -> Span | None:
    """Return the name that stands right before a place, where a number of the same person begins."""
    found = re.search(rf"(?:^|[^{_HAN}])(?P<name>{_name()})[\s(:,;、]*$", text[max(0, end - 12) : end])
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
    return rf"(?:{compound}|{unnamed}|[{lexicon.single}][{_HAN}]{{1,2}}|{joined})"


@lru_cache(maxsize=16384)
def _is_word(text: str) -> bool:
    """Tell whether what begins like a surname is a common word, or ends like an office, a thing or a measure."""
    lexicon = words()
    if "·" in text:
        return False
    if text[:2] in lexicon.ordinary or text[-1] in lexicon.endings:
        return True
    return word_kind(text) not in (None, "nr", "nrfg", "nrt", "nz")


def _without_post(text: str) -> str:
    posts = any_of([*words().around["titles_before"], *words().around["titles_after"]])
    return re.sub(rf"^\s*(?:{posts})\s*|\s*(?:{posts})\s*$", "", text.strip())


@cache
def _contexts() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Return patterns with a group ``name``, and whether the context alone is enough for any spelling."""
    lexicon = words()
    parts = {key.upper(): any_of(value) for key, value in lexicon.around.items()}
    post = r"(?:\([^()]{1,8}\))?"
    many = rf"{_name()}{post}(?:[、,和及与]{_name()}{post})*"
    parts |= {
        "HAN": _HAN,
        "NAME": _name(),
        "MANY": many,
        "VERBS": lexicon.verbs,
        "PARTS": any_of(lexicon.parts),
        "LAST": lexicon.last,
        "END": rf"(?=$|[^{_HAN}·A-Za-z])",
    }
    place = re.compile("|".join(sorted(parts, key=len, reverse=True)))
    return tuple(
        (re.compile(place.sub(lambda found: parts[found[0]], pattern)), key != "spelt")
        for key, patterns in lexicon.contexts.items()
        for pattern in patterns
    )
