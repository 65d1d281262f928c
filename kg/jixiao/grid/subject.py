"""Decide whom the forms of a document are about: office and year of the document, project and fund of each form.

All witnesses are weighed together: labelled fields, registers, titles, headings and sentences above the table, and what
the sister forms of the document say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from jixiao.grid.cells import header_likeness, is_placeholder, kind_of, label_likeness
from jixiao.grid.drafts import Draft
from jixiao.grid.fields import Witness
from jixiao.grid.naming import (
    cleaned,
    project_in_heading,
    project_in_sentence,
    project_in_title,
    without_code,
)
from jixiao.grid.offices import Decision, decide_office
from jixiao.grid.words import plain
from jixiao.model import Document
from jixiao.prose.head import find_title, read_lines
from jixiao.prose.offices import is_office
from jixiao.text.dates import read_fiscal_year, read_year
from jixiao.text.names import join_wraps

FIELD, BOXED, HEADING, IN_TITLE, SENTENCE, FUND, DOCUMENT = 5.0, 3.5, 3.2, 3.0, 2.2, 2.0, 1.5
AGREES, TAKEN = 0.4, 2.0  # a further witness of the same name; one that a sister form states as its own
HEADED, OFFICIAL = 0.5, 1.5  # what speaks against a name
STEPS = ((4.5, 1.0, 1.0), (2.2, 1.0, 0.9))  # score and margin a name must have, and how sure it is then
UNSURE = 0.75
LONGEST, LINE = 120, 80  # characters of a name, and of a title
_WORDED = re.compile(r"[^\W\d_]")  # a name has a letter or a character
_INNER = re.compile(r"^(?P<outer>.{3,}?)[（(](?P<inner>[^（()）]{4,})[)）]$")
_BRACKETED = re.compile(r"^[（(](?P<name>[^（()）]{4,}?)[，,、\s]+(?P<code>[\dA-Z]{10,})[)）]$")


@dataclass(frozen=True, slots=True)
class ProjectName:
    """Hold the decided project of a form, the fund above it, its code, and how sure the name is (0–1)."""

    name: str | None
    programme: str | None = None
    code: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Subject:
    """Hold what the forms of a document are about: its office and year, and the project of each draft."""

    office: Decision
    year: int | None
    projects: dict[int, ProjectName] = field(default_factory=dict)

    def project_of(self, draft: Draft) -> ProjectName:
        """Return the project of a draft."""
        return self.projects.get(id(draft), ProjectName(None))


def decide_subject(document: Document, drafts: Sequence[Draft], year: int | None) -> Subject:
    """Return the subject of a document and of each of its drafts."""
    office = decide_office(document, drafts)
    offices = [office.name, *office.aliases] if office.name else []
    stated = {id(draft): plain(each.value) for draft in drafts for each in draft.fields.of("project")[:1]}
    projects = {}
    for draft in drafts:
        sisters = {name for key, name in stated.items() if key != id(draft)}
        projects[id(draft)] = _decide_project(document, draft, offices, sisters)
    return Subject(office, _decide_year(document, drafts) or year, projects)


def _decide_year(document: Document, drafts: Sequence[Draft]) -> int | None:
    """Return the year of a document's title, else the one that most of its forms print."""
    title = find_title(list(read_lines(document)))
    printed: Counter[int] = Counter()
    for draft in drafts:
        stated = (read_year(witness.value) for witness in draft.witnesses("year"))  # 预算年度：2025年
        own = next(filter(None, (draft.around.year, *stated)), None)
        if draft.blocks and own:
            printed[own] += 1
    first = printed.most_common(1)
    return (title and read_fiscal_year(title.text)) or (first[0][0] if first else None)


# ---------------------------------------------------------------- the project


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Hold what one witness takes for the project: the name, how much that counts, and the code beside it."""

    name: str
    weight: float
    code: str | None = None


def _decide_project(document: Document, draft: Draft, offices: Sequence[str], sisters: Collection[str]) -> ProjectName:
    """Return the likeliest project of a form; ``sisters`` are the names that the fields of other forms state."""
    candidates = [each for each in _candidates(document, draft, offices) if _WORDED.search(each.name)]
    programme = next((without_code(each.value).text for each in draft.witnesses("programme")), None)
    code = next((plain(each.value) for each in draft.witnesses("code") if _is_own_code(each)), None)
    ranked = _ranked(candidates, sisters)
    if not ranked or ranked[0][0] <= 0:  # none is likelier a name than a label
        return ProjectName(None, programme, code)
    score, best = ranked[0]
    rivals = [other for other, each in ranked[1:] if not _alike(each.name, best.name)]
    name, outer = _inner(best.name, candidates)
    coded = (each.code for each in candidates if each.code)
    above = None if programme and _alike(programme, name) else programme or outer
    sure = _confidence(score, score - max(rivals, default=0.0))
    return ProjectName(name, above, code or best.code or next(coded, None), sure)


def _ranked(candidates: Sequence[_Candidate], sisters: Collection[str]) -> list[tuple[float, _Candidate]]:
    """Return the candidates with their scores, the likeliest first: each is supported by all others that agree."""
    scored = []
    for number, each in enumerate(candidates):
        others = [other for i, other in enumerate(candidates) if i != number and _alike(other.name, each.name)]
        support = AGREES * len({other.weight for other in others})
        foreign = TAKEN if each.weight < FIELD and plain(each.name) in sisters else 0.0
        scored.append((each.weight + support - foreign - _unlikely(each.name), each))
    return sorted(scored, key=lambda pair: -pair[0])


def _unlikely(name: str) -> float:
    """Return what speaks against a name: it reads as a label, as a header word, as an office."""
    words = max(0.0, label_likeness(name)) + HEADED * max(0.0, header_likeness(name))
    return words + (OFFICIAL if is_office(name) else 0.0)


def _confidence(score: float, margin: float) -> float:
    """Return how sure a project is: from its score and by how much it beats the next best name."""
    for least, apart, confidence in STEPS:
        if score >= least and margin >= apart:
            return confidence
    return UNSURE


def _is_own_code(witness: Witness) -> bool:
    """Tell whether a code is the project's: its label says so."""
    return "项目" in witness.label


def _alike(one: str, other: str) -> bool:
    return plain(one) in plain(other) or plain(other) in plain(one)


def _candidates(document: Document, draft: Draft, offices: Sequence[str]) -> Iterator[_Candidate]:
    for witness in draft.witnesses("project"):
        name = without_code(witness.value if witness.source.table else cleaned(witness.value))
        if not is_placeholder(name.text) and len(name.text) < LONGEST:
            yield _Candidate(name.text, FIELD + 0.1 * min(witness.weight, 9.0), name.code)
    for witness in draft.witnesses("programme"):
        name = without_code(witness.value)
        yield _Candidate(name.text, FUND, name.code)
    for distance, line in enumerate(reversed(draft.around.lines)):
        yield from _in_line(line.text, offices, -0.15 * distance)
    titles = [(draft.around.title, IN_TITLE), *((each.text, DOCUMENT) for each in list(document.paragraphs)[:3])]
    for text, weight in titles:
        title = project_in_title(text, offices) if len(text) < LINE else None
        if title:
            yield _Candidate(title, weight)


def _in_line(text: str, offices: Sequence[str], near: float) -> Iterator[_Candidate]:
    """Yield what a line above a form takes for its project; ``near`` is less the farther away it stands."""
    boxed = _BRACKETED.match(join_wraps(text))
    if boxed:
        yield _Candidate(boxed["name"], BOXED + near, boxed["code"])
    readings = (
        (project_in_heading(text, offices), HEADING),
        (project_in_title(text, offices) if len(text) < LINE else None, IN_TITLE),
        (project_in_sentence(text), SENTENCE),
    )
    for name, weight in readings:
        if name:
            yield _Candidate(name, weight + near)


def _inner(name: str, candidates: Sequence[_Candidate]) -> tuple[str, str | None]:
    """Return project and fund of a name with a second one in brackets, where another witness names the inner one.

    A name behind a place goes without it where another witness says it so.
    """
    for stem in (each.name.removesuffix("项目") for each in candidates):
        if kind_of(name.removesuffix(stem)) == "place":
            return stem, None
    found = _INNER.match(name)
    if not found:
        return name, None
    others = [plain(each.name) for each in candidates if each.name != name]
    inner = plain(found["inner"])
    if any(inner in other for other in others):
        return found["inner"], found["outer"]
    return name, None
