"""Read what a document says of itself: title, kind, department, fiscal year, publication, listed tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.model import Document, DocumentKind, Source
from jixiao.prose.head import Line, find_contents, find_signature, find_title, kind_of, read_lines, words
from jixiao.prose.offices import clean_office, is_office, office_in_title, same_office, take_apart
from jixiao.prose.sentences import without_ordinal
from jixiao.prose.spellings import find_spellings
from jixiao.text.dates import find_date, parse_date, read_fiscal_year

_SINGLE_FORMS = (DocumentKind.APPROVAL, DocumentKind.TARGETS, DocumentKind.SELF_EVALUATION)
_LABEL = re.compile(r"([^\s：:]{2,12}?)\s*[:：]\s*([^\s：:]*)")
_BRACKETS = re.compile(r"[\s：:]|[（(](?:盖章|公章|签章)[）)]")
_SENTENCE_OFFICE = re.compile(r"([^，。；：、\d\s]{4,40}?)(?:19|20)\d\d年度?(收入|支出|一般公共预算|财政拨款)?")
_YEAR_LINE = re.compile(r"[（(]?\s*(?:19|20)\d\d\s*年度?\s*[）)]?")
_MOST = 3
_MINOR = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """Hold what a document says of itself.

    ``department`` is the fullest official name of its office, None when it names none; ``aliases`` are the other
    printed spellings. ``published`` is an ISO date or month. ``listed_tables`` are the titles in the contents list.
    ``sources`` says by field name where each was printed; ``table_sources`` belongs to ``listed_tables``.
    """

    title: str
    kind: DocumentKind
    department: str | None = None
    aliases: tuple[str, ...] = ()
    fiscal_year: int | None = None
    published: str | None = None
    listed_tables: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    table_sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Vote:
    name: str
    place: str
    weight: Decimal
    source: Source


def read_header(document: Document) -> DocumentHeader:
    """Return what a document says of itself.

    The office is found by vote of the title, labelled fields (部门名称, 主管部门 …), the subjects of sentences and the
    signature; the year by title, form years and table titles. Nothing is taken from the file name, except as a title
    of last resort.
    """
    lines = list(read_lines(document))
    title = find_title(lines)
    sources: dict[str, Source] = {}
    if title:
        sources["title"] = title.source
    kind = _kind(title, lines)
    department, aliases = _department(title, kind, lines, sources)
    contents = find_contents(lines)
    return DocumentHeader(
        title=title.text if title else document.name,
        kind=kind,
        department=department,
        aliases=aliases,
        fiscal_year=_fiscal_year(title, lines, sources),
        published=_published(lines, sources),
        listed_tables=tuple(line.text for line in contents),
        sources=sources,
        table_sources=tuple(line.source for line in contents),
    )


def _kind(title: Line | None, lines: list[Line]) -> DocumentKind:
    if title and (kind := kind_of(title.text)):
        return DocumentKind(kind)
    told = Counter(kind for line in lines if line.text.endswith("表") and (kind := kind_of(line.text)))
    return DocumentKind(min(told, key=lambda kind: (-told[kind], kind))) if told else DocumentKind.OTHER


# ---------------------------------------------------------------- department


def _department(
    title: Line | None, kind: DocumentKind, lines: list[Line], sources: dict[str, Source]
) -> tuple[str | None, tuple[str, ...]]:
    votes = list(_capped(_votes(title, kind, lines)))
    weights: defaultdict[str, Decimal] = defaultdict(Decimal)
    for vote in votes:
        weights[vote.name] += vote.weight
    clusters = _clusters(weights)
    if not clusters:
        return None, ()
    names = max(clusters, key=lambda cluster: (sum(weights[name] for name in cluster), min(cluster)))
    strong = [name for name in names if weights[name] >= _MINOR * max(weights[each] for each in names)]
    best = max(strong, key=lambda name: (len(take_apart(name).region), len(name), weights[name], name))
    sources["department"] = next(vote.source for vote in votes if vote.name == best)
    # Whoever's totals the text states is the document's office, whatever it is called there.
    names = [*names, *(vote.name for vote in votes if vote.place == "totals"), *find_spellings(lines, best)]
    return best, tuple(sorted(set(names) - {best}))


def _votes(title: Line | None, kind: DocumentKind, lines: list[Line]) -> Iterator[_Vote]:
    values: Mapping[str, float] = words()["votes"]
    labels: Mapping[str, list[float]] = words()["labels"]
    if title:
        before, _, after = title.text.partition("关于")
        for part, weight in ((after or before, values["title"]), (before if after else "", values["issuer"])):
            if name := office_in_title(part):
                yield _vote(name, "title", weight, title.source)
    for position, line in enumerate(lines):
        for label, value in _labelled(lines, position):
            weight = labels[label][1 if kind in _SINGLE_FORMS else 0]
            if is_office(value):
                yield _vote(value, label, weight, line.source)
        match = _SENTENCE_OFFICE.match(without_ordinal(line.text)) if line.row is None else None
        if match and is_office(match.group(1)):
            yield _vote(match.group(1), "totals" if match.group(2) else "sentence", values["sentence"], line.source)
    signer, _ = find_signature(lines)
    if signer:
        yield _vote(signer.text, "signature", values["signature"], signer.source)


def _vote(name: str, place: str, weight: float, source: Source) -> _Vote:
    return _Vote(clean_office(name), place, Decimal(str(weight)), source)


def _capped(votes: Iterable[_Vote]) -> Iterator[_Vote]:
    """Yield the votes of one place for one name at most a few times: a form of forty projects is no landslide."""
    seen: Counter[tuple[str, str]] = Counter()
    for vote in votes:
        seen[vote.name, vote.place] += 1
        if seen[vote.name, vote.place] <= _MOST:
            yield vote


def _labelled(lines: list[Line], position: int) -> Iterator[tuple[str, str]]:
    """Yield the labels of a line with the value beside, below or on the next line."""
    line = lines[position]
    labels: Mapping[str, object] = words()["labels"]
    if line.text:
        for match in _LABEL.finditer(line.printed):
            label, value = _BRACKETS.sub("", match.group(1)), match.group(2)
            if label in labels:
                following = lines[position + 1].text if position + 1 < len(lines) else ""
                yield label, value or following
        return
    for column, cell in enumerate(line.cells):
        label = _BRACKETS.sub("", cell.replace("(", "（").replace(")", "）"))
        if label not in labels:
            continue
        beside = next((other for other in line.cells[column + 1 :] if other), "")
        if is_office(beside):
            yield label, beside
        else:
            yield from ((label, value) for value in _below(lines, position, column))


def _below(lines: list[Line], position: int, column: int) -> Iterator[str]:
    for line in lines[position + 1 :]:
        if line.row is None or line.source.table != lines[position].source.table:
            return
        if column < len(line.cells) and line.cells[column]:
            yield line.cells[column]


def _clusters(weights: Mapping[str, Decimal]) -> list[list[str]]:
    """Group the spellings of one office: the heaviest and fullest names first, each with all that can be it."""
    clusters: list[list[str]] = []
    for name in sorted(weights, key=lambda name: (-len(take_apart(name).region), -weights[name], name)):
        scored = [
            (max(found[0] for other in cluster if (found := same_office(name, other))), -index, cluster)
            for index, cluster in enumerate(clusters)
            if any(same_office(name, other) for other in cluster)
        ]
        if scored:
            max(scored, key=lambda entry: entry[:2])[2].append(name)
        else:
            clusters.append([name])
    return clusters


# ---------------------------------------------------------------- year and date


def _fiscal_year(title: Line | None, lines: list[Line], sources: dict[str, Source]) -> int | None:
    if title and (year := read_fiscal_year(title.text)):
        sources["fiscal_year"] = title.source
        return year
    votes: Counter[int] = Counter()
    first: dict[int, Source] = {}
    for line in lines:
        text = line.text or " ".join(cell for cell in line.cells if cell)
        weight = 3 if _YEAR_LINE.fullmatch(text) or "年度" in text else 1
        if (year := read_fiscal_year(text)) and len(text) < 200:
            votes[year] += weight
            first.setdefault(year, line.source)
    if not votes:
        return None
    year = min(votes, key=lambda year: (-votes[year], -year))
    sources["fiscal_year"] = first[year]
    return year


def _published(lines: list[Line], sources: dict[str, Source]) -> str | None:
    for line, date in _dates(lines):
        sources["published"] = line.source
        return date
    return None


def _dates(lines: list[Line]) -> Iterator[tuple[Line, str]]:
    """Yield what can be the date of publication, the surest first: labelled, on the cover, below the signature."""
    labels = words()["published"]["labels"]
    contents = words()["contents"]["words"]
    for line in lines:
        match = re.search(rf"(?:{'|'.join(labels)})\s*[:：]\s*(.{{6,12}})", line.printed) if line.row is None else None
        if match and (date := find_date(match.group(1))):
            yield line, date
    for line in lines[:12]:
        if line.text in contents or line.row is not None or "：" in line.text:
            break
        if date := parse_date(line.text):
            yield line, date
    signer, date = find_signature(lines)
    if signer and date:
        yield signer, date
