"""Find names of persons in a text: each stretch is weighed by its spelling and by what stands around it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from jixiao.privacy.numbers import Span
from jixiao.privacy.spelling import HAN, LATIN, names_spelt, spelt
from jixiao.privacy.words import any_of, weight, words
from jixiao.text.dictionary import word_kind

DATE = r"\d{4}(?:年\d+月(?:\d+日)?|[-./]\d{1,2}(?:[-./]\d{1,2})?)"
LONGEST = 20  # characters of a text that names persons (several, or with their post)
_CONTEXT = 5  # characters of a word that stands around a name
_APART = re.compile(r"(?:\([^()]{1,8}\))?(?:\s?[、,，;；/和及与]|\s)\s{0,2}(?:\d{1,2}[.、)])?")
AHEAD = 12  # characters behind a name
_SPACED = re.compile(rf"(?<![{HAN}])[{HAN}](?:\s{{1,3}}[{HAN}]){{1,2}}(?![{HAN}])")
_LENGTHS = (4, 3, 2, 1)  # of words
_INSIDE = re.compile(rf"[{HAN}]+")
_DATED = re.compile(rf"\s{{1,4}}{DATE}\s*$")
_LEAD = re.compile(r"[\s“\"《(:]*(?:\d{1,2}[.、)])?$")
_IS = re.compile(r"(?<=..)(?:为|是|系|有|现为|分别为|分别是|依次为|包括)$")  # 负责人为…
_POST = re.compile(r"\([^()]{1,10}\)$")


@dataclass(slots=True)
class _Candidate:
    """Hold a stretch that may be a name, with its weights: of its spelling, of what stands before and behind it."""

    start: int
    end: int
    spelling: float
    before: float
    after: float
    listed: float = 0.0

    @property
    def told(self) -> float:
        return self.spelling + self.before + self.after + self.listed

    def alone(self, text: str) -> float:
        """Return what it weighs against a name that nothing around it tells of a person."""
        if max(self.before, self.after, self.listed) >= weight("telling"):
            return 0.0
        return 0.0 if self.end - self.start == len(text.strip()) else weight("alone")


def find_names(text: str, known: Iterable[Span] = (), *, asked: str | None = None) -> list[Span]:
    """Return the names of a text in one width, none over another.

    ``known`` persons and numbers tell of those beside; what the label or head of a cell ``asked`` for weighs, too.
    """
    known = tuple(known)
    numbers = {span.start for span in known}
    candidates = [
        _Candidate(start, end, spelling, _before(text, start), _after(text, end, numbers))
        for start, end, spelling in names_spelt(text)
        if spelling > weight("least")
    ]
    asking = words().asked.get(asked or "", -math.inf)
    for candidate in candidates:
        if candidate.after > weight("thing") and not (asked == "signed" and _touched(text, candidate)):
            candidate.before = max(candidate.before, asking)
    _share_in_lists(text, candidates, {span.end for span in known if span.sure})
    chosen: list[Span] = []
    taken = bytearray(len(text))
    weighed = ((candidate.told + candidate.alone(text), candidate) for candidate in candidates)
    for told, candidate in sorted(weighed, key=lambda each: -each[0]):
        if told < weight("doubt"):
            break
        if not any(taken[candidate.start : candidate.end]):
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            chosen.append(Span(candidate.start, candidate.end, sure=told >= weight("sure")))
    return chosen


def _touched(text: str, candidate: _Candidate) -> bool:
    """Tell whether another character stands right before or behind a candidate."""
    start, end = candidate.start, candidate.end
    return bool(_INSIDE.fullmatch(text[start - 1 : start]) or _INSIDE.fullmatch(text[end : end + 1]))


def names_only(text: str) -> float | None:
    """Return how likely a text is names and nothing else, with offices, posts, numbers and dates between; None if not.

    Of several names the least likely counts.
    """
    if len(text) > 2 * LONGEST:
        return None
    bare = re.sub(rf"[(（].*?[)）]|等?\s?\d+(?:人|户|名|位)|{DATE}|\d[\d\s-]*", "、", text.strip())
    bare = _SPACED.sub(lambda found: "".join(found[0].split()), bare)
    bare = LATIN.sub(lambda found: "·".join(found[0].split()), bare)
    parts = [part for part in re.split(r"[、,，;；/。]|\s+", bare) if part]
    persons = [_post().sub("", part) for part in parts if not _is_office(part)]
    weights = [spelt(part) for part in persons if part]
    if not weights or None in weights:
        return None
    return min(each for each in weights if each is not None)


def _is_office(text: str) -> bool:
    return len(text) > 2 and text.endswith(words().spelling.offices) and (spelt(text) or -20.0) < weight("label")


@cache
def _post() -> re.Pattern[str]:
    post = rf"{words().levels}(?:{any_of(words().posts)})"
    return re.compile(rf"^(?:{post})(?=.|$)|(?<=..)(?:{post})$")


def _before(text: str, start: int) -> float:
    """Return what the characters before a place tell about a name that begins there."""
    window = text[max(0, start - 24) : start]
    lead = _LEAD.search(window)
    marks = lead[0] if lead else ""
    rest = window[: len(window) - len(marks)]
    rest = _IS.sub(":", _POST.sub("", rest))
    if rest.endswith(":"):
        rest, marks = rest[:-1].rstrip("( "), ":"
    told = _longest(words().before, (rest[-length:] for length in range(min(_CONTEXT, len(rest)), 0, -1)))
    if not told and ":" in marks and _INSIDE.fullmatch(rest[-1:]):
        return weight("unknown_label")
    if not told and not marks and _INSIDE.fullmatch(rest[-1:]) and _is_noun(rest[-length:] for length in _LENGTHS):
        return weight("inside")
    if ":" in marks and told:
        return told + weight("colon")
    return told


def _after(text: str, end: int, numbers: set[int]) -> float:
    """Return what the characters behind a place tell about a name that ends there, or a number that begins there."""
    towards = _towards().match(text, end)
    if towards and not numbers.isdisjoint(range(end, towards.end() + 1)):
        return weight("numbered")
    if _DATED.match(text, end):
        return weight("dated")
    rest = _level().sub("", text[end : end + AHEAD])
    told = _longest(words().after, (rest[:length] for length in range(min(_CONTEXT, len(rest)), 0, -1)))
    if told > 0 or (told and text[end] != " "):
        return told
    goes_on = _INSIDE.match(text, end, end + AHEAD)
    if goes_on and goes_on[0].endswith(words().spelling.offices):
        return weight("thing")
    if goes_on and _is_noun(goes_on[0][:length] for length in _LENGTHS):
        return weight("inside")
    return 0.0


@cache
def _level() -> re.Pattern[str]:
    return re.compile(rf"^ *(?:{words().levels})")


def _is_noun(texts: Iterable[str]) -> bool:
    """Tell whether the first of some texts that is a word, the longest, is none that a sentence goes on with."""
    kinds = (word_kind(text) for text in texts if _INSIDE.fullmatch(text))
    return next((kind for kind in kinds if kind), "n")[0] not in "vdpcumrtfy"


@cache
def _towards() -> re.Pattern[str]:
    """Return what stands between a person and a number of his."""
    labels = words().labels
    called = rf"(?:{any_of([*labels['numbers'], *labels['papers']])})?(?:{any_of(labels['called'])})?"
    return re.compile(rf"(?:\([^()\d]{{0,20}}\)?)?[\s(:,;、，/]*{called}[\s:为是]*")


def _longest(weights: Mapping[str, float], texts: Iterable[str]) -> float:
    return next((weights[text] for text in texts if text in weights), 0.0)


def _share_in_lists(text: str, candidates: list[_Candidate], known: set[int]) -> None:
    """Let names that only marks part share what stands before the first and behind the last; a person adds to both."""
    starts: dict[int, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        starts[candidate.start].append(candidate)
    pairs = [
        (candidate, follower)
        for candidate in sorted(candidates, key=lambda each: each.start)
        if (apart := _APART.match(text, candidate.end))
        for follower in starts[apart.end()]
    ]
    listed = weight("listed")
    sure = weight("sure")
    for first, second in pairs:
        second.before = max(second.before, first.before)
    for first, second in reversed(pairs):
        first.after = max(first.after, second.after)
        if second.told + second.alone(text) >= sure:
            first.listed = listed
    for first, second in pairs:
        if first.told + first.alone(text) >= sure:
            second.listed = listed
    for end in known:
        apart = _APART.match(text, end)
        for follower in starts[apart.end()] if apart else ():
            follower.listed = listed
