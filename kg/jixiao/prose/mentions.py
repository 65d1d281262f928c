"""Find where running text names projects: beside an amount, beside a score, in a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from jixiao.model import Document, Mention, ProseFact
from jixiao.prose.sentences import Sentence, is_note, read_sentences
from jixiao.prose.terminology import terminology

_SHORTEST, _LONGEST = 2, 60
_LIST_LEAD = re.compile(r".*(?:[，。；：:]|分别为|分别是|具体为|主要为|包括|即|将|对|[^行成因认]为)")
_LIST_END = re.compile(r"(?:等[^、，。]{0,12})?(?:[一二两三四五六七八九十\d]+个[^、，。]*|等)$|的.*$")
_FIGURE = re.compile(r"\d(?:亿|万|千)?元|\d[%分]")
_COUNTED = re.compile(r"(?:\d+|[一二两三四五六七八九十]+)个[^，。；]{0,4}项目")
_MARK = re.compile(r"、(?![^（(“《）)”》]*[）)”》])")  # outside brackets and quotation marks
_ALONE = 20
_GENERAL = re.compile(r"等(?:\d+个)?(?:项目|经费|支出)?$")


def read_mentions(document: Document, facts: Iterable[ProseFact]) -> tuple[Mention, ...]:
    """Return what may be project names in running text, in reading order; linking keeps those that are.

    ``facts`` are the document's figures: a name beside an amount carries it (yuan), one beside a score the score.
    """
    found = [*_beside_figures(facts), *_in_lists(document)]
    unique = {(mention.source.line, mention.printed): mention for mention in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda mention: (mention.source.line, mention.printed)))


def _beside_figures(facts: Iterable[ProseFact]) -> Iterator[Mention]:
    for fact in facts:
        if fact.item is None:
            continue
        name = _GENERAL.sub("", fact.item)
        if fact.kind == "self-evaluation-score":
            yield Mention("prose", name, fact.source, score=fact.value)
        elif fact.kind == "named-amount":
            yield Mention("prose", name, fact.source, amount=fact.value)
        elif fact.kind == "change-amount" and fact.subject == "named-amount":
            yield Mention("prose", name, fact.source)


def _in_lists(document: Document) -> Iterator[Mention]:
    for sentence in read_sentences(document):
        if is_note(sentence) or terminology().skips(sentence.section):
            continue
        if "项目" in sentence.text:
            yield from _list_items(sentence)


def _list_items(sentence: Sentence) -> Iterator[Mention]:
    for start, end in _clauses(sentence.text):
        marks = (mark.start() for mark in _MARK.finditer(sentence.text, start, end))
        bounds = [start - 1, *marks, end]
        for left, right in pairwise(bounds):
            item, offset = sentence.text[left + 1 : right], left + 1
            lead = _LIST_LEAD.match(item)
            if lead and offset == start:
                item, offset = item[lead.end() :], offset + lead.end()
            names = [item]
            if right == end:
                item = _LIST_END.sub("", item)
                # The last 和 of a list may join its last two items, or stand inside a name: both are offered.
                names = [item]
                if "和" in item:
                    names += item.rsplit("和", 1)
            for name in names:
                if _SHORTEST <= len(name) <= _LONGEST and not _FIGURE.search(name):
                    yield Mention("prose", name, sentence.source(offset))


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the clauses that hold a list, or stand alone after a count of projects (…1个项目…，甲。)."""
    start = 0
    for match in re.finditer(r"[，。；]|$", text):
        clause = text[start : match.start()]
        if "、" in clause or (_COUNTED.search(text[:start]) and _SHORTEST <= len(clause) <= _ALONE):
            yield start, match.start()
        start = match.end()
