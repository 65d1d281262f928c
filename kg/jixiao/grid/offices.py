"""Decide whose a document is: every witness votes, for the office that fills a form before the one above it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.grid.cells import is_placeholder, kind_of, label_likeness
from jixiao.grid.drafts import Draft
from jixiao.grid.fields import Witness
from jixiao.grid.naming import Name, office_name, without_code
from jixiao.grid.statements import paragraph_source
from jixiao.grid.surroundings import stated_in
from jixiao.model import Document, Source
from jixiao.prose.head import TextLine, find_title, read_lines
from jixiao.prose.offices import (
    canonical_core,
    clean_office,
    is_office,
    office_in_title,
    same_office,
    split_offices,
    take_apart,
)
from jixiao.prose.sentences import without_ordinal
from jixiao.prose.spellings import find_spellings
from jixiao.text.folding import squeeze
from jixiao.text.names import join_wraps

FILLING = 6.0
BY_FIELD = {"unit": 3.0, "upper": 3.5, "above": -4.0, "finance": -4.0, "publisher": 1.5}
TITLE, PREFIX, SIGNED, JOINT, LISTED, SPOKEN = 3.6, 3.0, 2.5, 2.5, 2.5, 1.0
ADDRESSED = 3.0  # whom a letter is written to
DOING = 1.5  # who carries a project out, as a sentence tells
LOUD = 6.5  # what a label says of its field where it is the name of the one that fills the form
APPLIES = -1.0  # who applies may be a unit of the office
OWN_UNIT = 2.0  # a unit of the office above is the one whose form it is
ONLY_ABOVE = -2.5  # a government, a finance office, or one that is called the one above
REPEATS = 0.25  # what each further witness of one place adds
LOOSE, FINANCIAL = 0.25, 0.4  # a name in the middle of a title; the office of finance, which publishes for others
UNHEARD = 0.4  # a name in a field of offices that ends in no known word of them
SIGNATURE, HEADLINE = 40, 80  # characters of a line of signers, of a title
HEAD = 3  # lines that may be a title
FINANCE = ("财政局", "财政厅")
_SHORT_FORM = re.compile(r"[（(][^（()）]{2,12}[)）]$")  # 生态环境局（市环保局）
_CUT = re.compile(r"[级算直各属]部$|^财政预决算")  # 市级部(门), a bread crumb
_FOLLOWS = re.compile(
    r"$|\s|关于|\d|二[〇○]|的|部门|单位|项目|绩效|预算|决算|财政|整体|本级|机关|[（(]|专项|支出|所属|自评"
)
_TOTALS = re.compile(r"(?P<office>[^，。；：、\d\s]{4,40}?)(?:19|20)\d\d年度?(?:收入|支出|一般公共预算|财政拨款)")
_DOER = re.compile(r"(?:由|对|经)(?P<office>[^，。；、\s由对经]{4,30}?)(?:负责|具体|组织|牵头|承担)*实施")
_CALLED = re.compile(r"[\u4e00-\u9fff（）()]{5,30}")
_UNPLACED = re.compile(r"(?:省|自治区|市|州|县|区)级?$")
_DATED = re.compile(r"^(?:\d{4})?年度?")
_TOWN = re.compile(r"^[^\W\d省市县区州旗]{2,5}(?:镇|乡|街道|苏木)")
_COUNTY = re.compile(
    r"(?:^|[《“，。；：（(\s])([^\W\d的和与及省市县区镇乡]{1,4}(?:县|区|旗|市))(?=\d{4}年|(?:人民)?政府|财政局)"
)


@dataclass(frozen=True, slots=True)
class Vote:
    """Hold one witness of the office of a document: the name as printed, its place, its weight and its source."""

    name: str
    place: str
    weight: float
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the decided office, its other printed spellings, where it is printed, how far it beats the next best."""

    name: str | None = None
    aliases: tuple[str, ...] = ()
    source: Source | None = None
    margin: float = 0.0


def decide_office(document: Document, drafts: Sequence[Draft]) -> Decision:
    """Return the office a document is about: of all votes, spellings of one office counted together."""
    lines = list(read_lines(document))
    votes = [*_of_fields(drafts), *_of_registers(drafts), *_of_titles(lines, drafts), *_of_lines(document)]
    weights = _weighed(votes)
    groups = sorted(_grouped(weights), key=lambda group: (-_sum(weights, group), min(group)))
    if not groups or _sum(weights, groups[0]) <= 0:
        return Decision()
    name = _fullest(groups[0], weights)
    # Whoever's totals the text states is the document's office, whatever it is called there.
    totals = [vote.name for vote in votes if vote.place == "totals"]
    aliases = {*groups[0], *totals, *find_spellings(lines, name)} - {name}
    printed = [vote.source for vote in votes if vote.name == name and vote.source]
    source = min(printed, key=lambda each: each.line, default=None)
    rival = max(0.0, _sum(weights, groups[1])) if len(groups) > 1 else 0.0
    return Decision(_in_county(name, document), tuple(sorted(aliases)), source, _sum(weights, groups[0]) - rival)


# ---------------------------------------------------------------- witnesses


def _of_fields(drafts: Sequence[Draft]) -> Iterator[Vote]:
    for draft in drafts:
        uppers = [office_name(each.value) for each in draft.witnesses("upper")]
        for witness in draft.fields.of(*BY_FIELD):
            yield from _labelled(witness, uppers)


def _labelled(witness: Witness, uppers: Sequence[Name] = ()) -> Iterator[Vote]:
    """Yield the vote of a labelled field whose value is one office; ``uppers`` are those named as the ones above."""
    named = office_name(witness.value)
    several = split_offices(named.text)
    if len(several) > 1:
        yield from (Vote(name, witness.label, JOINT * _own_weight(name), witness.source) for name in several)
    name = _one_office(named.text) or _called_one(witness, named.text)
    if not name or len(several) > 1:
        return
    weight = BY_FIELD[witness.field] * (1.0 if is_office(name) else UNHEARD)
    unplaced = _UNPLACED.match(name.removesuffix(take_apart(name).core))  # 省水利厅, of whichever province
    if witness.field == "upper" and (name.endswith(("人民政府", *FINANCE)) or "上级" in witness.label or unplaced):
        weight += ONLY_ABOVE
    if witness.field == "unit":
        if witness.weight >= LOUD or "预算" in witness.label or witness.label.startswith(("部门", "单位")):
            weight = FILLING
        if witness.label.startswith(("申请", "申报")):
            weight += APPLIES
        if any(_is_below(named, above) for above in uppers):
            weight += OWN_UNIT
    yield Vote(name, witness.label, weight, witness.source)


def _one_office(text: str) -> str | None:
    """Return the name of the office that a value is, None for none."""
    names = (clean_office(text), clean_office(_SHORT_FORM.sub("", text)))
    name = next(filter(is_office, names), None)
    return None if name is None or _CUT.search(name) else name


def _called_one(witness: Witness, text: str) -> str | None:
    """Return the name in a field of offices that ends in no known word of them (国家海岛生态观测院)."""
    name = clean_office(text)
    told = witness.field in ("unit", "upper") and _CALLED.fullmatch(name) and not is_placeholder(text)
    return name if told and kind_of(name) in ("name", "maybe") and take_apart(name).core else None


def _is_below(unit: Name, above: Name) -> bool:
    """Tell whether a unit's code goes on with that of the office above, or it is its namesake of another place."""
    if unit.code and above.code:
        return unit.code.startswith(above.code) and unit.code != above.code
    one, other = take_apart(unit.text), take_apart(above.text)
    return canonical_core(one.core) == canonical_core(other.core) and bool(one.region) and one.region != other.region


def _of_registers(drafts: Sequence[Draft]) -> Iterator[Vote]:
    """Yield the votes of the offices a register lists: its own where there is but one."""
    listed = {
        clean_office(without_code(text).text)
        for draft in drafts
        for block in draft.blocks
        for entry in block.entries
        for role in ("office", "project")
        if is_office(without_code(text := entry.of(role)).text)
    }
    for name in listed:
        yield Vote(name, "register", LISTED / len(listed))


def _of_titles(lines: list[TextLine], drafts: Sequence[Draft]) -> Iterator[Vote]:
    title = find_title(lines)
    heads = [line for line in lines[:HEAD] if 0 < len(line.text) < HEADLINE and "。" not in line.text]
    for line in {each.text: each for each in (*heads, *filter(None, [title]))}.values():
        yield from _titled(line.text, TITLE, line.source)
    for draft in drafts:
        yield from _titled(draft.around.title, PREFIX, None)


def _titled(title: str, weight: float, source: Source | None) -> Iterator[Vote]:
    """Yield the votes of a title; an office right before other words than those of titles may be part of a name."""
    named = office_in_title(title)
    if not named:
        return
    if not _FOLLOWS.match(title.partition(named)[2]):
        weight *= LOOSE
    for name in split_offices(named):
        yield Vote(name, "title", weight * _own_weight(name), source)


def _of_lines(document: Document) -> Iterator[Vote]:
    for paragraph in document.paragraphs:
        source = paragraph_source(paragraph)
        for witness in stated_in(paragraph):
            if witness.field in BY_FIELD:
                yield from _labelled(witness)
        written_to = paragraph.text.rstrip().endswith(("：", ":"))
        for name in _signers(paragraph.text.rstrip("：: \n")):
            weight = ADDRESSED if written_to else SIGNED * _own_weight(name)
            yield Vote(name, "addressee" if written_to else "signature", weight, source)
        for line in paragraph.text.splitlines():
            for done in _DOER.finditer(squeeze(line)):
                if is_office(done["office"]):
                    yield Vote(clean_office(done["office"]), "doer", DOING, source)
            found = _TOTALS.match(without_ordinal(squeeze(line)))
            if found and is_office(found["office"]):
                yield Vote(clean_office(found["office"]), "totals", SPOKEN, source)


def _signers(text: str) -> Iterator[str]:
    """Yield the offices that a short line consists of."""
    if len(text) >= SIGNATURE or label_likeness(text) > 0 or re.search(r"[:：，。；]", text):
        return
    for part in re.split(r"[\s　、]+", text.strip()):
        names = split_offices(_DATED.sub("", part))
        yield from (clean_office(name) for name in names if is_office(name) and not _CUT.search(name))


def _own_weight(name: str) -> float:
    return FINANCIAL if name.endswith(FINANCE) else 1.0


# ---------------------------------------------------------------- counting


def _weighed(votes: Iterable[Vote]) -> dict[str, float]:
    """Return what each name weighs: a form of forty projects is no landslide."""
    weights: defaultdict[str, float] = defaultdict(float)
    seen: set[tuple[str, str]] = set()
    for vote in votes:
        again = (vote.place, vote.name) in seen
        seen.add((vote.place, vote.name))
        weights[vote.name] += vote.weight * (REPEATS if again else 1.0)
    return weights


def _sum(weights: dict[str, float], names: Iterable[str]) -> float:
    return sum(weights[name] for name in names)


def _grouped(weights: dict[str, float]) -> list[list[str]]:
    """Group the spellings of one office, each with the fullest name that it can be."""
    groups: list[list[str]] = []
    for name in sorted(weights, key=lambda each: (-len(each), each)):
        home = next((group for group in groups if same_office(name, group[0])), None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    return groups


def _fullest(names: Sequence[str], weights: dict[str, float]) -> str:
    """Return the spelling with the longest region, among those that weigh something."""
    strong = [name for name in names if weights[name] > 0] or list(names)
    return max(strong, key=lambda name: (len(take_apart(name).region), len(name), weights[name], name))


def _in_county(name: str, document: Document) -> str:
    """Return the name of a town's office with its county where the text speaks of but one."""
    if not _TOWN.match(name):
        return name
    counties = {found for each in document.paragraphs for found in _COUNTY.findall(join_wraps(each.text))}
    return f"{counties.pop()}{name}" if len(counties) == 1 else name
