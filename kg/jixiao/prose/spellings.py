"""Find the other spellings of a document's own office: without its region, with the bare level, abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jixiao.prose.head import TextLine
from jixiao.prose.offices import Office, short_cores, tails, take_apart
from jixiao.text.vocabulary import alternatives

_LEVELS = "省市州县区旗镇乡"
_BEFORE = r"(?<![\u3400-\u9fff])|(?<=[由经向对请与和及在为到给按据括])"
_SHORTEST_CORE = 3
_SHORTEST_CUT = 5


def find_spellings(lines: Iterable[TextLine], name: str) -> tuple[str, ...]:
    """Return every printed spelling of an office besides ``name``, sorted.

    They are its name without all or some of its region, with only the level before it (区图书馆), in its usual
    short form (文旅局), with what may follow a name (本级), and cut off before that.
    """
    pattern = _pattern(take_apart(name))
    if pattern is None:
        return ()
    found: set[str] = set()
    for line in lines:
        for text in (line.text, *line.cells):
            found |= {match.group() for match in pattern.finditer(text)}
    return tuple(sorted(found - {name}))


def _pattern(office: Office) -> re.Pattern[str] | None:
    if len(office.core) < _SHORTEST_CORE:
        return None
    cores = alternatives({office.core, *short_cores(office.core)})
    inner = [office.region[match.end() :] for match in re.finditer(rf"[{_LEVELS}]", office.region)]
    levels = {each for each in _LEVELS if not office.region or office.region.endswith(each)}  # 州水务局 is no county's
    prefix = alternatives({office.region, *inner, *levels} - {""})
    after = alternatives(tails())
    spellings = rf"(?:{prefix})?(?:{cores})(?:{after})?"
    cut = alternatives(office.core[:end] for end in range(_SHORTEST_CUT + 1, len(office.core)))
    if cut:
        spellings += rf"|{re.escape(office.region)}(?:{cut})(?:{after})"
    return re.compile(rf"(?:{_BEFORE})(?:{spellings})")
