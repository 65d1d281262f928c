"""Build frames of the bound words of a question: what is asked of which table, in which every word has a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jixiao.asking.binding import about_indicators, merged, scoped, text_topic
from jixiao.asking.cutting import NONE, Token, Tokens, said, texts_of
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.names import Names
from jixiao.asking.patterns import filter_of, has_column, label_of, table_of, tables
from jixiao.asking.vocabulary import Topic

OWNERS = ("project", "department")
RANKED = "operation:highest|lowest|strictest|loosest|descending|ascending|strictening|loosening"
MONEY = ("spent", "amount", "medium", "spending", "initial", "adjusted", "executed", "remaining", "added")
_SCOPED = "year/form/document/period/rule/severity/category"
_GROUPS = ("department", "project", "rule", "document", "unit", "level1", "level2")
_GROUPINGS = ("unit", "level1", "level2")
_JOINERS = ("和", "与", "及", "、", "以及", "跟", "还有")
_COUNTED = ("finding", "indicator", "project", "task", "goal", "document")
_REFUSED = "unknown/comparator/except/missing/quantity/after/points/test/declined/link:roll|unit|ends|titled|of"
_LINKED = ("indicator", "project", "finding")  # tables whose rows tell what a filter of theirs says of another table


@dataclass
class Draft:
    """Hold the parts of a frame while it is not settled what is done with them; ``counting`` that rows are counted."""

    tokens: Tokens
    names: Names
    filters: list[Filter] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    shown: list[Column] = field(default_factory=list)
    tables: Tokens = field(default_factory=list)
    limit: int | None = None
    skip: int = 0
    counting: bool = False
    group: str = ""

    def words(self, words: str) -> Tokens:
        """Return the words of a meaning."""
        return said(self.tokens, words)

    def has(self, words: str) -> bool:
        """Say whether a word of a meaning is there."""
        return bool(self.words(words))

    def ranks(self) -> list[str]:
        """Return how things are ordered."""
        found = [str(token.value) for token in self.words(RANKED)]
        if not found and self.has("top/nth"):
            return ["highest"]
        if not found and self.has("bottom/last"):
            return ["lowest"]
        return found

    def most(self) -> bool:
        """Say whether the most or the fewest are asked for, which may be a number of things."""
        return any(set(token.text) & set("多少") for token in self.words(RANKED))

    def own(self) -> list[str]:
        """Return the columns that are shown beside reasons."""
        return [each.name for each in self.shown if each.name != "reason"]

    def shows(self, *names: str) -> bool:
        """Say whether one of some columns is shown."""
        return any(each.name in names for each in self.shown)

    def named(self, *values: str) -> bool:
        """Say whether a table is named."""
        return any(token.value in values for token in self.tables)

    def of(self, *kinds: str) -> list[Filter]:
        """Return the filters of some kinds."""
        return [each for each in self.filters if each.kind in kinds]

    def places(self) -> list[str]:
        """Return the places that are named."""
        return [value for each in self.of("place") for value in each.values]


def draft_of(tokens: Tokens, names: Names) -> Draft:
    """Return the parts that the words of a question make; raise where a year or place is not in the graph."""
    absent = tuple(token.text for token in tokens if _absent(token, names))
    if absent:
        raise NotUnderstoodError("absent", absent, years="、".join(map(str, sorted(names.years))))
    if left := texts_of(said(tokens, _REFUSED)):
        raise NotUnderstoodError("words", tuple(left))
    draft = Draft(tokens, names, scope_of(tokens, names))
    draft.topics, draft.tables, draft.counting = _topics(tokens), _tables(tokens), _counts(tokens)
    draft.shown = [_column(token, draft) for token in said(tokens, "column/figure/link:reason|meaning")]
    for token in said(tokens, "top/bottom/limit"):
        draft.limit = int(token.value)
    for token in said(tokens, "nth/last"):
        draft.limit, draft.skip = 1, int(token.value) - 1
    groups = [token.value for token in draft.tables if token.each and token.value in _GROUPS]
    groups += [token.value for token in said(tokens, "group")]
    draft.group = "year" if draft.has("operation:by_year") else next(iter(groups), "")
    tests = [token.value for token in said(tokens, "filter")]
    draft.filters += tests if draft.has("link:or") else merged(tests)
    return draft


def _absent(token: Token, names: Names) -> bool:
    """Say whether the graph has nothing of a year or place."""
    if token.kind == "year":
        return token.value not in names.years
    if token.kind == "region":
        return not names.departments_of_places(token.nodes)
    return token.kind == "years" and not _spanned(token, names)


def _spanned(token: Token, names: Names) -> list[int]:
    """Return the years of a span that the graph knows."""
    first, last = token.value
    return [year for year in sorted(names.years) if first <= year <= last]


def scope_of(tokens: Tokens, names: Names) -> list[Filter]:
    """Return the filters of what says within what is asked, those of one kind together as alternatives."""
    together: dict[str, Filter] = {}
    for each in dict.fromkeys(_scopes(tokens, names)):
        held = together.get(each.kind, Filter(each.kind))
        together[each.kind] = replace(held, values=held.values + each.values, labels=held.labels + each.labels)
    return list(together.values())


def _scopes(tokens: Tokens, names: Names) -> Iterator[Filter]:
    for token in tokens:
        if token.kind == "region":
            yield from (Filter("place", (region.value,), (region.label,)) for region in token.value)
        elif token.kind in OWNERS:
            yield Filter("place" if token.kind == "department" else "project", token.nodes, (token.text,))
        elif token.means(_SCOPED):
            yield scoped(token)
        elif token.kind == "years":
            yield from (scoped(replace(token, kind="year", value=year)) for year in _spanned(token, names))


def _topics(tokens: Tokens) -> list[Topic]:
    """Return the topics; those joined by 和 or 或 are one, whose parts are alternatives."""
    found: list[Topic] = []
    for before, token in pairwise([NONE, *tokens]):
        topic = token.value
        joins = before.means("link:or") or (before.kind == "topic" and token.before.startswith(_JOINERS))
        if token.kind == "topic" and found and joins:
            found[-1] = _either(found[-1], topic)
        elif token.kind == "topic":
            found.append(topic)
    return found


def _either(first: Topic, second: Topic) -> Topic:
    return Topic(
        "、".join(dict.fromkeys((first.label, second.label))),
        first.levels + second.levels,
        first.concepts + second.concepts,
        first.texts + second.texts,
        exact=first.exact,
        above=first.above,
    )


def _tables(tokens: Tokens) -> Tokens:
    """Return the tables; 某项目是干嘛的 asks for its goals, where a task does not say itself what it is."""
    found = said(tokens, "table/aim")
    told = said(found, "table:task|goal")
    aims = [replace(token, kind="table", value="goal") if token.kind == "aim" else token for token in found]
    return said(found, "table") if told else aims


def _counts(tokens: Tokens) -> bool:
    """Say whether it is asked how many there are; 多少座 asks for a value, which is looked up."""
    many = said(tokens, "many")
    others = [token.text for token in many if token.value not in tables()["counting"]["words"]]
    if others:
        raise NotUnderstoodError("unsupported", tuple(others))
    asks = zip([NONE, *tokens], tokens, [*tokens[1:], NONE], strict=False)
    beside = [before if token.text == "数量" else after for before, token, after in asks if token.kind == "how_many"]
    return bool(many or said(beside, "table/topic"))


def _column(token: Token, draft: Draft) -> Column:
    """Return the column that a word shows."""
    if token.kind == "link":
        return Column("reason" if token.value == "reason" else "explanation")
    if token.kind == "figure":
        return Column("figure", token.value, _phase(draft))
    return Column(token.value)


def _phase(draft: Draft) -> str:
    """Return whether a printed figure is asked for of the budget or of the final accounts."""
    if draft.has("column:spent") or "决算" in "".join(texts_of(draft.words("document"))):
        return "final"
    return "budget" if "预算" in "".join(texts_of(draft.words("column:amount"))) else ""


# ---------------------------------------------------------------- which table


def tables_for(draft: Draft) -> Iterator[str]:
    """Yield the tables a question may be about, the likeliest first: what is asked for, what stands last."""
    free = [token for token in draft.tables if token.value not in ("evaluation", *_GROUPINGS)]
    free = [token for token in free if not (token.each and token.value == draft.group)]
    counted = [after for before, after in pairwise(draft.tokens) if before.kind == "many" and after.kind == "table"]
    asked = [str(token.value) for token in free if token.asked or token in counted]
    last = max((place for place, token in enumerate(draft.tokens) if token in free), default=-1)
    if not asked and draft.shows("figure"):
        yield "figure"
        return
    if not asked and free and not said(draft.tokens[last + 1 :], "topic"):
        asked = [str(free[-1].value)]
    if not asked:
        yield from _implied(draft)
        return
    yield asked[-1]
    if asked[-1] == "goal" or (asked[-1] in OWNERS and draft.shows("target")):
        yield "indicator"  # 各单位预算执行率的目标


def _implied(draft: Draft) -> Iterator[str]:
    """Yield the tables that have the columns and filters that are named."""
    own = draft.own()
    tests = [each for each in draft.filters if not each.is_scope]
    numbers = [each for each in tests if each.column]
    named = draft.of("project", "category")
    of_indicators = any(map(_only_indicators, tests)) or any(has_column(name, "indicator") for name in own)
    if draft.group in _GROUPINGS or of_indicators or draft.of("period"):
        yield "indicator"
    if draft.topics:
        yield from _of_topics(draft, own)
    if draft.group in OWNERS:
        yield draft.group
    if own or numbers or named:
        measured = set(own) <= {"rate", "total"} and (draft.ranks() or draft.has("operation:average"))
        if named or measured or tests:
            yield "project"
        if not named and not tests and not draft.topics:
            yield "department"
    if tests and not own:
        yield "project"
    if draft.of("rule", "severity"):
        yield "finding"
    if draft.of("document"):
        yield "document"


def _only_indicators(each: Filter) -> bool:
    """Say whether only indicators have what a filter asks for."""
    if each.rows is not None:
        return each.rows.table == "indicator" and not each.negated
    if each.column is not None:
        return has_column(each.column.name, "indicator")
    return not any(table in filter_of(each.kind) for table in (*OWNERS, "any"))


def _of_topics(draft: Draft, own: list[str]) -> Iterator[str]:
    """Yield the tables that topics may be names of: projects where money is asked for, else indicators."""
    tests = any(not each.is_scope for each in draft.filters)
    levels = any(topic.levels for topic in draft.topics)
    plain = own and not tests and not levels and all(has_column(name, "project") or name in MONEY for name in own)
    if plain and not draft.ranks() and _projects(draft, *(topic.label for topic in draft.topics)):
        yield "project"
    yield "indicator"
    if plain:
        yield "project"


def _projects(draft: Draft, *texts: str) -> bool:
    """Say whether every text stands in the own name of a project within the scope."""
    places = draft.names.departments_of_places(draft.places())
    return all(draft.names.projects_with(text, places) for text in texts)


# ---------------------------------------------------------------- the parts in a table


def in_table(draft: Draft, table: str) -> Draft:
    """Return the parts as those of a table: money that is asked of indicators is a target in money."""
    if table != "indicator":
        return draft
    rates = draft.words("column:rate")
    if rates and draft.shows("target"):  # 预算执行率的目标: it is of the rate
        shown = [each for each in draft.shown if each.name != "rate"]
        draft = replace(draft, shown=shown, topics=[*draft.topics, *map(text_topic, texts_of(rates))])
    money = draft.words("column:amount|spent|executed")
    asked = [token.value for token in money if set(token.text) & set("多少几钱")]
    if not asked or not {*draft.own()} <= {*asked, "target", "actual"}:
        return draft
    shown = [each for each in draft.shown if each.name not in asked]
    shown += [Column("actual")] * any(name != "amount" for name in asked)
    return replace(draft, shown=shown, filters=[*draft.filters, Filter("money")])


def frame_of(draft: Draft, table: str) -> Frame:
    """Return the rows of a table that a question is about, before anything is done with them."""
    table, group = _counted(draft, table)
    filters, either = list(draft.filters), draft.has("link:or")
    if table == "indicator":
        filters += [Filter("topic", topic=topic) for topic in draft.topics]
    elif not (table == "department" and draft.ranks()):
        filters += [_of_topic(topic, table, draft) for topic in draft.topics]
    for each in draft.of("unlike"):
        if not _projects(draft, each.values[0]):  # no project is called so: all would be counted
            raise NotUnderstoodError("words", each.labels)
    filters = fitted(filters, table, either=either)
    filters += _of_tables(draft, table, group, filters)
    filters += _owner(draft, table)
    frame = Frame(table, tuple(filters), group=group, limit=draft.limit, skip=draft.skip, show=_shown(draft, table))
    return replace(frame, either=either and len(frame.tests) > 1)


def _counted(draft: Draft, table: str) -> tuple[str, str]:
    """Return what is counted or looked at, and what for each of: 哪个部门项目最多 counts projects of departments."""
    group = draft.group if draft.group != table else ""
    if table == "department" and draft.shows("figure"):
        return "figure", group
    if table not in (*OWNERS, "rule", "year", "document") or group:
        return table, group
    ranks = draft.ranks()
    asked = any(token.asked and token.value == table for token in draft.tables)
    numbered = draft.counting and (asked or bool(ranks))
    others = [str(token.value) for token in draft.tables if token.value != table and token.value in _COUNTED]
    if draft.own() or not (numbered or ranks):
        return table, ""
    if others and (numbered or draft.most()):
        return others[0], table
    if table == "rule" or draft.of("rule", "severity"):
        return "finding", table
    if draft.most() and draft.topics:
        return "indicator", table
    return table, ""


def moved(frame: Frame, table: str) -> Frame:
    """Return a frame about another table, with its filters as ones of that."""
    if table == frame.table:
        return frame
    return replace(frame, table=table, filters=tuple(fitted(list(frame.filters), table, either=frame.either)))


def fitted(filters: list[Filter], table: str, *, either: bool = False) -> list[Filter]:
    """Return filters as ones of a table: what only indicators have is asked of those that belong to it."""
    found: list[Filter] = []
    for each in filters:
        rows = each.rows
        if rows and rows.table == table == "indicator" and not (either or each.negated):
            found += rows.filters
        elif table == "indicator" and each.topic and each.kind in ("full", "lost"):
            found += [Filter("topic", topic=each.topic), replace(each, topic=None)]
        else:
            found.append(_fitted(each, table))
    return found


def _fitted(each: Filter, table: str) -> Filter:
    if "vague" in each.values and table != "indicator":
        raise NotUnderstoodError("finished")
    if each.rows and each.rows.table == table:
        raise NotUnderstoodError("missing")
    if _fits(each, table):
        return each
    for other in _LINKED:
        if each.rows is None and _fits(each, other) and table in table_of(other)["tie"] and each.kind != "dated":
            return Filter("rows", rows=Frame(other, (each,)))
    label = label_of(each.column) if each.column else "、".join(each.labels) or "这一条件"
    raise NotUnderstoodError("unsupported", (label,))


def _fits(each: Filter, table: str) -> bool:
    """Say whether a filter is one of a table as it stands."""
    if each.rows is not None:
        return table in table_of(each.rows.table)["tie"]
    if each.column is not None:
        project = table == "indicator" and (each.column.name == "target" or has_column(each.column.name, "project"))
        return project or has_column(each.column.name, table)
    known = filter_of(each.kind)
    return each.kind in ("named", "topic") or "any" in known or table in known


def _of_topic(topic: Topic, table: str, draft: Draft) -> Filter:
    """Return what a topic asks of a table that is not that of indicators: to have such, or to be called so."""
    named = Filter("named", topic=topic)
    called = topic.texts and ((draft.named(table) and not draft.named("indicator")) or topic.titled)
    for other in ("project", "task"):
        if other != table and draft.named(other) and table in table_of(other)["tie"]:
            return Filter("rows", rows=Frame(other, (named,)))
    if table not in table_of("indicator")["tie"] or (called and not topic.listed):
        return named
    return about_indicators([topic])


_BESIDE = {
    "project": ("indicator", "finding", "figure", "goal", "task"),
    "goal": ("indicator",),
    "finding": ("rule", "issue"),
    "document": ("year", "finding", "indicator", "project", "department", "task", "goal", "rule"),
    "rule": ("finding",),
}


def _of_tables(draft: Draft, table: str, group: str, filters: list[Filter]) -> list[Filter]:
    """Return the filters that other tables make: 有任务的部门; raise for one that has no part in the question."""
    found: list[Filter] = []
    held = {table, group, "evaluation", "department", *_GROUPINGS, *(each.rows.table for each in filters if each.rows)}
    if draft.shows("spending", "amount"):
        held.add("project")  # whose money it is
    for token in draft.tables:
        value = str(token.value)
        if value in held or table in _BESIDE.get(value, ()):
            continue
        if table not in table_of(value)["tie"]:
            raise NotUnderstoodError("unsupported", (token.text,))
        found.append(Filter("rows", rows=Frame(value)))
    if draft.named("evaluation") and not draft.own() and table in ("indicator", *OWNERS):
        found.append(Filter("evaluated"))
    return found


def _owner(draft: Draft, table: str) -> list[Filter]:
    """Return whose indicators are meant, if that is said: those of projects, or of no project."""
    if table != "indicator":
        return []
    if draft.named("project") and not draft.of("project"):
        return [Filter("of_projects")]
    plain = draft.topics and not draft.ranks() and not draft.has("operation:average")
    bare = [token for token in draft.tables if token.value == "department" and not (token.asked or token.each)]
    return [Filter("of_departments")] * bool(bare and (plain or "整体" in bare[0].text))


def _shown(draft: Draft, table: str) -> tuple[Column, ...]:
    """Return the columns that are shown; raise where a table has not one of them."""
    shown = tuple(dict.fromkeys(_fitted_column(each, table, draft) for each in draft.shown))
    if draft.shows("half") and draft.shows(*MONEY):
        raise NotUnderstoodError("unsupported", (label_of(Column("half")),))  # 上半年的支出 is nowhere printed
    if draft.shows("reason") and not _reasoned(draft, table):
        raise NotUnderstoodError("reasons")
    if table != "figure":
        return shown
    others = [each for each in shown if each.name not in ("figure", "amount", "spent", "reason")]
    if others:
        raise NotUnderstoodError("unsupported", (label_of(others[0]),))
    return tuple(each for each in shown if each.name == "figure")


def _reasoned(draft: Draft, table: str) -> bool:
    """Say whether points or targets are spoken of: why those were missed is printed, why money was not spent is not."""
    tested = [each for each in draft.filters if each.column == Column("total")]
    return table == "indicator" or bool(draft.of("lost", "full") or tested) or draft.shows("total")


def _fitted_column(column: Column, table: str, draft: Draft) -> Column:
    """Return a column as one of a table; raise where it has none."""
    name = column.name
    if name == "total" and table == "indicator":
        return Column("score")
    if name == "amount" and table == "department" and draft.named("project"):
        return Column("spending")
    reckoned = draft.ranks() or draft.has("operation:average|sum|difference|whole") or draft.group
    own = name == "spent" or has_column(name, table) or (table == "project" and name == "reason")
    if own or reckoned or table in ("figure", "indicator"):
        return column
    raise NotUnderstoodError("unsupported", (label_of(column),))
