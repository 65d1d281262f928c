"""Weigh how far characters are spelt like the name of a person rather than like the words they would be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from jixiao.privacy.words import any_of, weight, words
from jixiao.text.dictionary import ALL_FREQUENCIES, word_frequency, word_kind
from jixiao.text.divisions import division_names

HAN = "\u3400-\u9fff"
LONGEST_WORD = 6
PERSONS = {"nr", "nrfg", "nrt"}  # kinds of words of the dictionary
_RUN = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*")
_SPACED = re.compile(rf"(?<![{HAN}])([{HAN}])(\s{{1,3}})([{HAN}]{{1,6}})")
_WORD = "[A-Z][A-Za-z]*(?:-[A-Za-z]+)?"
LATIN = re.compile(rf"\b(?=[A-Z][A-Za-z]){_WORD}(?:[ ·]{_WORD}){{1,3}}\b(?!-)", re.ASCII)
_SYLLABLE = "(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]{1,3}(?:ng?|r)?"
_PINYIN = re.compile(rf"{_SYLLABLE} (?:{_SYLLABLE}-?){{1,2}}", re.IGNORECASE)


def spelt(text: str) -> float | None:
    """Return how much likelier a whole text is a name than words (natural logarithm), None for what no name is like."""
    return max((told for start, end, told in names_spelt(text) if end - start == len(text)), default=None)


def names_spelt(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and weight of every stretch that may be a name, in a text of one width; they overlap."""
    for alias in _alias().finditer(text):
        yield *alias.span(), weight("starred" if "*" in alias[0] else "alias")
    for latin in LATIN.finditer(text):
        yield *latin.span(), weight("pinyin" if _PINYIN.fullmatch(latin[0].replace("·", " ")) else "latin")
    for parted in _SPACED.finditer(text):
        for start, end, told in _in_run(parted[1] + parted[3]):
            if start == 0 and end > 1:
                yield parted.start(), parted.start(3) + end - 1, told + weight("spaced")
    for run in _RUN.finditer(text):
        for start, end, told in _in_run(run[0]):
            yield run.start() + start, run.start() + end, told


@lru_cache(maxsize=4096)
def _in_run(run: str) -> tuple[tuple[int, int, float], ...]:
    """Return the names of one run of characters, each weighed against the best reading of the run as words."""
    found = [(start, end, likely) for start in range(len(run)) for end, likely in _spellings(run, start)]
    if not found:
        return ()
    before, behind = _readings(run), _readings(run, backwards=True)
    return tuple(
        (start, end, before[start] + likely + behind[end] - before[-1] + _known(run, start, end))
        for start, end, likely in found
    )


def is_strange(text: str) -> bool:
    """Tell whether a short text cannot be read as words: a name without a surname that is known."""
    readable = _RUN.fullmatch(text) and _readings(text)[-1] > weight("strange") * len(text)
    return 1 < len(text) < 5 and bool(_RUN.fullmatch(text)) and not readable


def _known(run: str, start: int, end: int) -> float:
    """Return what it weighs against a name that the dictionary has it, or what it begins: who everybody knows."""
    known = word_kind(run[start:end]) in PERSONS or word_kind(run[start : start + 3]) in PERSONS
    return weight("known") if known else 0.0


def _spellings(run: str, start: int) -> Iterator[tuple[int, float]]:
    """Yield where a name that starts at a place may end, with the logarithm of its likelihood."""
    lexicon = words().spelling
    first = run[start]
    joined = _joined().match(run, start)
    if joined and not all(len(part) > 1 and _word(part) is not None for part in joined[0].split("·")):
        yield joined.end(), weight("joined")
    if run[start : start + 2] in lexicon.compound:
        yield from _given(run, start + 2, weight("compound"))
    if first in lexicon.surnames:
        yield from _given(run, start + 1, lexicon.surnames[first])
    if parts := _parts().match(run, start):
        single = weight("single") if len(parts[0]) == len(parts[1]) else 0.0
        yield parts.end(), weight("part") * len(parts[0]) / 2 + single
    sounds = _sounds().match(run, start)
    for end in range(start + 3, sounds.end() + 1 if sounds else 0):
        yield end, weight("foreign") + weight("sound") * (end - start)


def _given(run: str, start: int, surname: float) -> Iterator[tuple[int, float]]:
    """Yield the given names of one, two and three characters that may stand behind a surname."""
    lexicon, rare = words().spelling, weight("character")
    likely = surname + weight("name")
    for at, character in enumerate(run[start : start + 3]):
        if character == "·":
            return
        place = weight("place") if character in lexicon.places else 0.0
        yield start + at + 1, likely + lexicon.last.get(character, rare) + lexicon.lengths[at] + place
        likely += lexicon.middle.get(character, rare)


def _readings(run: str, *, backwards: bool = False) -> list[float]:
    """Return for every place how likely the best words up to it are, or those from it on."""
    size = len(run)
    best = [0.0] + [-math.inf] * size
    for start in range(size):
        for length in range(1, min(LONGEST_WORD, size - start) + 1):
            word = run[size - start - length : size - start] if backwards else run[start : start + length]
            likely = _word(word)
            if likely is not None:
                best[start + length] = max(best[start + length], best[start] + likely)
    return best[::-1] if backwards else best


@lru_cache(maxsize=65536)
def _word(word: str) -> float | None:
    """Return how likely a word is; None for what is none, or is the name of a person."""
    if word in words().spelling.ordinary or word in words().labels["persons"] or word in division_names():
        return weight("word")
    frequency = word_frequency(word)
    if len(word) == 1:
        return max(math.log((frequency or 1) / ALL_FREQUENCIES), weight("unknown"))
    if not frequency or _is_of_a_person(word):
        return None
    return math.log(frequency / ALL_FREQUENCIES)


def _is_of_a_person(word: str) -> bool:
    """Tell whether the dictionary has a word as a person's; four characters behind no double surname are an idiom."""
    lexicon = words().spelling
    spelt_so = word[0] in lexicon.surnames and (len(word) < 4 or word[:2] in lexicon.compound)
    return spelt_so and word_kind(word) in PERSONS


@cache
def _alias() -> re.Pattern[str]:
    """Return the pattern of names that hide a part: 张某某, 李××, 王*."""
    surname = f"[{''.join(sorted(words().spelling.surnames))}]"
    hidden = rf"(?:[{HAN}]?[×XxＸ○]{{1,2}}|[{HAN}]\*|\*{{1,2}}[{HAN}]?)(?![A-Za-z×*\d])"
    return re.compile(rf"{surname}(?:某{{1,2}}|(?<![{HAN}].){hidden})")


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(rf"[{HAN}]{{2,6}}(?:·[{HAN}]{{1,6}})+")


@cache
def _parts() -> re.Pattern[str]:
    part = any_of(words().spelling.parts)
    return re.compile(rf"({part})(?:(?:{part}){{1,2}}|[{words().spelling.endings_of_parts}])?")


@cache
def _sounds() -> re.Pattern[str]:
    return re.compile(rf"[{words().spelling.sounds}]{{3,7}}")
