"""Read what a document says of itself: title, kind, department, fiscal year, publication."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.model import Document, DocumentKind, Source
from jixiao.prose.head import TextLine, document_kind, find_signature, find_title, header_words, read_lines
from jixiao.prose.offices import (
    canonical_core,
    clean_office,
    ends_in,
    is_office,
    is_unit,
    office_in_title,
    same_office,
    split_offices,
    take_apart,
)
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
    printed spellings. ``published`` is an ISO date or month. ``sources`` says by field name where each was printed.
    """

    title: str
    kind: DocumentKind
    department: str | None = None
    aliases: tuple[str, ...] = ()
    fiscal_year: int | None = None
    published: str | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)


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
    return DocumentHeader(
        title=title.text if title else document.name,
        kind=kind,
        department=department,
        aliases=aliases,
        fiscal_year=_fiscal_year(title, lines, sources),
        published=_published(lines, sources),
        sources=sources,
    )


def _kind(title: TextLine | None, lines: list[TextLine]) -> DocumentKind:
    kind = document_kind(title.text) if title else None
    if kind:
        return DocumentKind(kind)
    told = Counter(document_kind(line.text) for line in lines if line.text.endswith("表"))
    del told[None]
    return DocumentKind(min(told, key=lambda kind: (-told[kind], kind or ""), default=None) or DocumentKind.OTHER)


# ---------------------------------------------------------------- department


def _department(
    title: TextLine | None, kind: DocumentKind, lines: list[TextLine], sources: dict[str, Source]
) -> tuple[str | None, tuple[str, ...]]:
    votes = list(_capped(_votes(title, kind, lines)))
    weights: defaultdict[str, Decimal] = defaultdict(Decimal)
    for vote in votes:
        weights[vote.name] += vote.weight
    if not votes:
        return None, ()
    clusters = _clusters(weights)
    names = max(clusters, key=lambda cluster: (sum(weights[name] for name in cluster), min(cluster)))
    if below := _office_below(votes, names, title.text if title else ""):
        names = next(cluster for cluster in clusters if below in cluster)
    heaviest = max(weights[name] for name in names)
    strong = [name for name in names if weights[name] >= _MINOR * heaviest]
    best = max(strong, key=lambda name: (len(take_apart(name).region), len(name), weights[name], name))
    sources["department"] = next(vote.source for vote in votes if vote.name == best)
    # Whoever's totals the text states is the document's office, whatever it is called there.
    totals = [vote.name for vote in votes if vote.place == "totals"]
    aliases = {*names, *totals, *find_spellings(lines, best)} - {best}
    return best, tuple(sorted(aliases))


def _office_below(votes: Sequence[_Vote], winners: Collection[str], title: str) -> str | None:
    """Return whose document it is where only 主管部门 speaks for the winner, which is the office above.

    It is the unit (a library, a school) that the title is about and no project of its, or the namesake of a lower level
    that fills in forms.
    """
    places = {vote.place for vote in votes if vote.name in winners}
    if not all("主管" in place for place in places):
        return None
    cores = {canonical_core(take_apart(name).core) for name in winners}
    for vote in votes:
        titled = vote.place == "title" and vote.weight > 1 and is_unit(vote.name) and ends_in(title, vote.name)
        filling = "单位" in vote.place and vote.name not in winners
        if titled or (filling and canonical_core(take_apart(vote.name).core) in cores):
            return vote.name
    return None


def _votes(title: TextLine | None, kind: DocumentKind, lines: list[TextLine]) -> Iterator[_Vote]:
    values: Mapping[str, float] = header_words()["votes"]
    labels: Mapping[str, list[float]] = header_words()["labels"]
    if title:
        yield from _title_votes(title, values)
    for position, line in enumerate(lines):
        for label, value in labelled_values(lines, position):
            for office in split_offices(value):
                if is_office(office):
                    yield _vote(office, label, labels[label][kind in _SINGLE_FORMS], line.source)
        match = _SENTENCE_OFFICE.match(without_ordinal(line.text))
        if match and line.row is None and is_office(match.group(1)):
            place = "sentence"
            if match.group(2):
                place = "totals"
            yield _vote(match.group(1), place, values["sentence"], line.source)
    signer, _ = find_signature(lines)
    if signer:
        for office in split_offices(signer.text):
            yield _vote(office, "signature", values["signature"], signer.source)


def _title_votes(title: TextLine, values: Mapping[str, float]) -> Iterator[_Vote]:
    """Yield the vote of the office a title is about, and that of the issuer before 关于."""
    issuer, _, about = title.text.partition("关于")
    parts = {"title": about, "issuer": issuer} if about else {"title": issuer}
    for vote, text in parts.items():
        name = office_in_title(text)
        for office in split_offices(name or ""):
            if office:
                yield _vote(office, "title", values[vote], title.source)


def _vote(name: str, place: str, weight: float, source: Source) -> _Vote:
    return _Vote(clean_office(name), place, Decimal(str(weight)), source)


def _capped(votes: Iterable[_Vote]) -> Iterator[_Vote]:
    """Yield the votes of one place for one name at most a few times: a form of forty projects is no landslide."""
    seen: Counter[tuple[str, str]] = Counter()
    for vote in votes:
        seen[vote.name, vote.place] += 1
        if seen[vote.name, vote.place] <= _MOST:
            yield vote


def labelled_values(lines: list[TextLine], position: int) -> Iterator[tuple[str, str]]:
    """Yield the labels of a line with the value beside, below or on the next line."""
    line = lines[position]
    labels: Mapping[str, object] = header_words()["labels"]
    if line.text:
        following = next((line.text for line in lines[position + 1 : position + 2]), "")
        for match in _LABEL.finditer(line.printed):
            label = _BRACKETS.sub("", match.group(1))
            if label in labels:
                yield label, match.group(2) or following
        return
    for column, cell in enumerate(line.cells):
        label = _BRACKETS.sub("", cell.replace("(", "（").replace(")", "）"))
        if label not in labels:
            continue
        beside = next(filter(None, line.cells[column + 1 :]), "")
        values = [beside] if is_office(beside) else _below(lines, position, column)
        for value in values:
            yield label, value


def _below(lines: list[TextLine], position: int, column: int) -> Iterator[str]:
    for line in lines[position + 1 :]:
        if line.row is None or line.source.table != lines[position].source.table:
            return
        if column < len(line.cells) and line.cells[column]:
            yield line.cells[column]


def _clusters(weights: Mapping[str, Decimal]) -> list[list[str]]:
    """Group the spellings of one office: the heaviest and fullest names first, each with all that can be it."""
    clusters: list[list[str]] = []
    for name in sorted(weights, key=lambda name: (-len(take_apart(name).region), -weights[name], name)):
        best, highest = [name], Decimal(-1)
        for cluster in clusters:
            for other in cluster:
                same = same_office(name, other)
                if same and same[0] > highest:
                    best, highest = cluster, same[0]
        if highest < 0:
            clusters.append(best)
        else:
            best.append(name)
    return clusters


# ---------------------------------------------------------------- year and date


def _fiscal_year(title: TextLine | None, lines: list[TextLine], sources: dict[str, Source]) -> int | None:
    year = read_fiscal_year(title.text) if title else None
    if title and year:
        sources["fiscal_year"] = title.source
        return year
    votes: Counter[int] = Counter()
    first: dict[int, Source] = {}
    for line in lines:
        text = line.text or " ".join(filter(None, line.cells))
        year = read_fiscal_year(text)
        if year and len(text) < 200:
            votes[year] += 1
            if _YEAR_LINE.fullmatch(text) or "年度" in text:
                votes[year] += 2
            first.setdefault(year, line.source)
    if not votes:
        return None
    year = min(votes, key=lambda year: (-votes[year], -year))
    sources["fiscal_year"] = first[year]
    return year


def _published(lines: list[TextLine], sources: dict[str, Source]) -> str | None:
    """Return the date of publication, the surest first: labelled, on the cover, below the signature."""
    for find in (_labelled_dates, _cover_dates):
        for line, date in find(lines):
            if date:
                sources["published"] = line.source
                return date
    signer, date = find_signature(lines)
    if signer:
        sources["published"] = signer.source
    return date


def _labelled_dates(lines: list[TextLine]) -> Iterator[tuple[TextLine, str | None]]:
    label = re.compile(rf"(?:{'|'.join(header_words()['published']['labels'])})\s*[:：]\s*(.{{6,12}})")
    for line in lines:
        match = label.search(line.printed)
        if match and line.row is None:
            yield line, find_date(match.group(1))


def _cover_dates(lines: list[TextLine]) -> Iterator[tuple[TextLine, str | None]]:
    contents = header_words()["contents"]["words"]
    for line in lines[:12]:
        if line.text in contents or line.row is not None or "：" in line.text:
            return
        yield line, parse_date(line.text)
