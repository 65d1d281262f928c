"""Build frames of the bound words of a question: what is asked of which table, in which every word has a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jixiao.asking.binding import about_indicators, merged, scoped, text_topic
from jixiao.asking.cutting import Token, Tokens
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.names import Names, named_nodes
from jixiao.asking.patterns import filter_of, has_column, label_of, table_of, tables
from jixiao.asking.vocabulary import Topic
from jixiao.audit.registry import rules

OWNERS = ("project", "department")
RANKS = ("highest", "lowest", "strictest", "loosest", "descending", "ascending", "strictening", "loosening")
MONEY = ("spent", "amount", "medium", "spending", "initial", "adjusted", "executed", "remaining", "added")
_SCOPED = ("year", "form", "document", "period", "rule", "severity", "category")
_GROUPS = ("department", "project", "rule", "document", "unit", "level1", "level2")
_GROUPINGS = ("unit", "level1", "level2")
_JOINERS = ("和", "与", "及", "、", "以及", "跟", "还有")
_COUNTED = ("finding", "indicator", "project", "task", "goal", "document")
_REFUSED = ("unknown", "comparator", "except", "missing", "quantity", "after", "points", "test", "declined")
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

    def has(self, kind: str, *values: str) -> bool:
        """Say whether a word of a meaning is there."""
        return any(token.means(kind, *values) for token in self.tokens)

    def words(self, kind: str, *values: str) -> Tokens:
        """Return the words of a meaning."""
        return [token for token in self.tokens if token.means(kind, *values)]

    def ranks(self) -> list[str]:
        """Return how things are ordered."""
        found = [str(token.value) for token in self.words("operation", *RANKS)]
        if not found and (self.has("top") or self.has("nth")):
            found = ["highest"]
        if not found and (self.has("bottom") or self.has("last")):
            found = ["lowest"]
        return found

    def most(self) -> bool:
        """Say whether the most or the fewest are asked for, which may be a number of things."""
        return any(set(token.text) & set("多少") for token in self.words("operation", *RANKS))

    def own(self) -> list[Column]:
        """Return the columns that are shown beside reasons."""
        return [each for each in self.shown if each.name != "reason"]

    def named(self, *values: str) -> bool:
        """Say whether a table is named."""
        return any(token.value in values for token in self.tables)

    def of(self, *kinds: str) -> tuple[Filter, ...]:
        """Return the filters of some kinds."""
        return tuple(each for each in self.filters if each.kind in kinds)

    def places(self) -> int:
        """Return how many places are named."""
        return sum(len(each.values) for each in self.of("place"))


def draft_of(tokens: Tokens, names: Names) -> Draft:
    """Return the parts that the words of a question make; raise where a year or place is not in the graph."""
    _check(tokens, names)
    draft = Draft(tokens, names, scope_of(tokens, names))
    before = Token("", "stop")
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else Token("", "stop")
        _take(draft, token, before, after)
        before = token
    tests = [token.value for token in tokens if token.kind == "filter"]
    draft.filters += tests if draft.has("link", "or") else merged(tests)
    return draft


def _check(tokens: Tokens, names: Names) -> None:
    """Raise for words that nothing takes, and for years, places and rules that the graph has nothing of."""
    absent = tuple(token.text for token in tokens if _absent(token, names))
    if absent:
        raise NotUnderstoodError("absent", absent, years="、".join(map(str, sorted(names.years))))
    left = [token.text for token in tokens if token.kind in _REFUSED]
    left += [token.text.upper() for token in tokens if token.kind == "rule" and token.value not in rules()]
    left += [token.text for token in tokens if token.means("link", "roll", "unit", "ends", "titled", "of")]
    if left:
        raise NotUnderstoodError("words", tuple(left))


def _absent(token: Token, names: Names) -> bool:
    if token.kind == "year":
        return token.value not in names.years
    if token.kind == "region":
        return not any(names.holds(region) for region in token.value)
    if token.kind == "years":
        return not _spanned(token, names)
    return False


def _spanned(token: Token, names: Names) -> list[int]:
    """Return the years of a span that the graph knows."""
    first, last = token.value
    return [year for year in sorted(names.years) if first <= year <= last]


def scope_of(tokens: Tokens, names: Names) -> list[Filter]:
    """Return the filters of what says within what is asked, those of one kind together as alternatives."""
    found: list[Filter] = []
    for token in tokens:
        if token.kind == "region":
            found += [Filter("place", (region.value,), (region.label,)) for region in token.value]
        elif token.kind in OWNERS:
            kind = "place" if token.kind == "department" else "project"
            found.append(Filter(kind, (named_nodes(token.value),), (token.text,)))
        elif token.kind in _SCOPED:
            found.append(scoped(token))
        elif token.kind == "years":
            found += [scoped(replace(token, kind="year", value=year)) for year in _spanned(token, names)]
        elif token.kind == "latest" and names.years:
            found.append(scoped(replace(token, kind="year", value=max(names.years))))
    together: dict[str, Filter] = {}
    for each in dict.fromkeys(found):
        held = together.get(each.kind, Filter(each.kind))
        together[each.kind] = replace(held, values=held.values + each.values, labels=held.labels + each.labels)
    return list(together.values())


def _take(draft: Draft, token: Token, before: Token, after: Token) -> None:
    """Let a word have its part."""
    kind, value = token.kind, str(token.value)
    if kind == "topic":
        _take_topic(draft, token, before)
    elif kind == "column":
        draft.shown.append(Column(value))
    elif kind == "figure":
        draft.shown.append(Column("figure", value, _phase(draft)))
    elif kind == "link" and value in ("reason", "meaning"):
        draft.shown.append(Column("reason" if value == "reason" else "explanation"))
    elif kind == "table":
        draft.tables.append(token)
        if token.each and value in _GROUPS and not draft.group:
            draft.group = value
    elif kind == "aim":
        _aim(draft, token)
    elif kind == "many":
        if value not in tables()["counting"]["words"]:  # 多少座 asks for a value, which is looked up
            raise NotUnderstoodError("unsupported", (token.text,))
        draft.counting = True
    elif kind == "how_many" and (after if token.text != "数量" else before).kind in ("table", "topic"):
        draft.counting = True
    elif kind in ("top", "bottom", "limit"):
        draft.limit = int(value)
    elif kind in ("nth", "last"):
        draft.limit, draft.skip = 1, int(value) - 1
    elif kind == "group":
        draft.group = value
    elif token.means("operation", "by_year"):
        draft.group = "year"


def _aim(draft: Draft, token: Token) -> None:
    """Ask for the goals of 某项目是干嘛的; a task says itself what it is."""
    if not draft.named("task", "goal"):
        draft.tables.append(replace(token, kind="table", value="goal"))


def _phase(draft: Draft) -> str:
    """Return whether a printed figure is asked for of the budget or of the final accounts."""
    if draft.has("column", "spent") or any("决算" in token.text for token in draft.words("document")):
        return "final"
    return "budget" if any("预算" in token.text for token in draft.words("column", "amount")) else ""


def _take_topic(draft: Draft, token: Token, before: Token) -> None:
    """Take a topic; those joined by 和 or 或 are one, whose parts are alternatives."""
    topic: Topic = token.value
    joins = before.means("link", "or") or (before.kind == "topic" and token.before.startswith(_JOINERS))
    if not draft.topics or not joins:
        draft.topics.append(topic)
        return
    first = draft.topics[-1]
    draft.topics[-1] = Topic(
        "、".join(dict.fromkeys((first.label, topic.label))),
        first.levels + topic.levels,
        first.concepts + topic.concepts,
        first.texts + topic.texts,
        exact=first.exact and topic.exact,
        above=first.above if first.above == topic.above else (),
    )


def settle_money(draft: Draft) -> None:
    """Read 某项目多少 as its budget."""
    others = draft.tables or draft.topics or draft.shown or draft.of("rows", "number")
    if draft.of("project") and not others and not draft.of("period", "form"):
        draft.shown, draft.counting = [Column("amount")], False


# ---------------------------------------------------------------- which table


def tables_for(draft: Draft) -> Iterator[str]:
    """Yield the tables a question may be about, the likeliest first: what is asked for, what stands last."""
    free = [token for token in draft.tables if token.value not in ("evaluation", *_GROUPINGS)]
    free = [token for token in free if not (token.each and token.value == draft.group)]
    counted = [after for before, after in pairwise(draft.tokens) if before.kind == "many" and after.kind == "table"]
    asked = [str(token.value) for token in free if token.asked or token in counted]
    last = max((place for place, token in enumerate(draft.tokens) if token in free), default=-1)
    if not asked and any(each.name == "figure" for each in draft.shown):
        yield "figure"
        return
    if not asked and free and not any(token.kind == "topic" for token in draft.tokens[last + 1 :]):
        asked = [str(free[-1].value)]
    if asked:
        yield asked[-1]
        if asked[-1] == "goal" or (asked[-1] in OWNERS and Column("target") in draft.shown):
            yield "indicator"  # 各单位预算执行率的目标
        return
    yield from _implied(draft)


def _implied(draft: Draft) -> Iterator[str]:
    """Yield the tables that have the columns and filters that are named."""
    own = [each.name for each in draft.own()]
    tests = [each for each in draft.filters if not each.is_scope]
    numbers = [each for each in tests if each.column]
    named = draft.of("project", "category")
    of_indicators = any(_only_indicators(each) for each in tests) or any(map(_only_indicators, draft.own()))
    if draft.group in _GROUPINGS or of_indicators or (draft.of("period") and not own and not numbers):
        yield "indicator"
    if draft.topics:
        yield from _of_topics(draft, own)
    if draft.group in OWNERS:
        yield draft.group
    if own or numbers or named:
        measured = set(own) <= {"rate", "total"} and (draft.ranks() or draft.has("operation", "average"))
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


def _only_indicators(each: Filter | Column) -> bool:
    """Say whether only indicators have a column, or what a filter asks for."""
    if isinstance(each, Column):
        return has_column(each.name, "indicator") and not any(has_column(each.name, table) for table in OWNERS)
    if each.rows is not None:
        asked = each.rows.table == "indicator" and not each.negated and each.number is None
        return asked and any(map(_only_indicators, each.rows.tests))
    if each.column is not None:
        return _only_indicators(each.column)
    return "indicator" in filter_of(each.kind) and not any(table in filter_of(each.kind) for table in OWNERS)


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
    places = draft.names.departments_of_places([value for each in draft.of("place") for value in each.values])
    return all(draft.names.projects_with(text, places) for text in texts)


# ---------------------------------------------------------------- the parts in a table


def in_table(draft: Draft, table: str) -> Draft:
    """Return the parts as those of a table: money that is asked of indicators is a target in money."""
    rates = draft.words("column", "rate")
    if table == "indicator" and rates and Column("target") in draft.shown:  # 预算执行率的目标: it is of the rate
        shown = [each for each in draft.shown if each.name != "rate"]
        draft = replace(draft, shown=shown, topics=[*draft.topics, *(text_topic(token.text) for token in rates)])
    said = [
        token for token in draft.words("column", "amount", "spent", "executed") if set(token.text) & set("多少几钱")
    ]
    asked = [Column(str(token.value)) for token in said]
    others = [each for each in draft.own() if each not in asked and each.name not in ("target", "actual")]
    if table != "indicator" or not asked or others or not draft.topics or draft.counting:
        return draft
    shown = [each for each in draft.shown if each not in asked]
    shown += [Column("actual")] * any(each.name != "amount" for each in asked)
    return replace(draft, shown=shown, filters=[*draft.filters, Filter("money")])


def frame_of(draft: Draft, table: str) -> Frame:
    """Return the rows of a table that a question is about, before anything is done with them."""
    table, group = _counted(draft, table)
    filters = list(draft.filters)
    if table == "indicator":
        filters += [Filter("topic", topic=topic) for topic in draft.topics]
    elif not (table == "department" and draft.ranks()):
        filters += [_of_topic(topic, table, draft) for topic in draft.topics]
    _check_left_out(draft, table)
    filters = fitted(filters, table, either=draft.has("link", "or"))
    filters += _of_tables(draft, table, group, filters)
    owner = _owner(draft, table, group)
    if owner:
        filters.append(Filter(owner))
    tests = [each for each in filters if not each.is_scope and each.kind != "topic"]
    return Frame(
        table,
        tuple(filters),
        either=len(tests) > 1 and draft.has("link", "or"),
        group=group,
        limit=draft.limit,
        skip=draft.skip,
        show=_shown(draft, table),
    )


def _check_left_out(draft: Draft, table: str) -> None:
    """Raise where no project is called as those that are to be left out: all would be counted."""
    for each in draft.of("unlike"):
        if table == "project" and not _projects(draft, each.values[0]):
            raise NotUnderstoodError("words", each.labels)


def _counted(draft: Draft, table: str) -> tuple[str, str]:
    """Return what is counted or looked at, and what for each of: 哪个部门项目最多 counts projects of departments."""
    group = draft.group if draft.group != table else ""
    figures = any(each.name == "figure" for each in draft.shown)
    if table == "department" and figures:
        return "figure", group
    if table not in (*OWNERS, "rule", "year", "document") or group:
        return table, group
    ranks, own = draft.ranks(), draft.own()
    asked = any(token.asked and token.value == table for token in draft.tables)
    numbered = draft.counting and (asked or bool(ranks))
    others = [str(token.value) for token in draft.tables if token.value != table and token.value in _COUNTED]
    if own or not (numbered or ranks):
        return table, ""
    if others and (numbered or draft.most()):
        return others[0], table
    if draft.of("rule", "severity") or (table == "rule" and (ranks or draft.counting)):
        return "finding", table
    if draft.most() and draft.topics and not others:
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
        if rows and rows.table == table == "indicator" and not (either or each.negated or each.number):
            found += rows.filters
        elif table == "indicator" and each.topic and each.kind in ("full", "lost"):
            found += [Filter("topic", topic=each.topic), replace(each, topic=None)]
        else:
            found.append(_fitted(each, table))
    return found


def _fitted(each: Filter, table: str) -> Filter:
    if "vague" in each.values and table != "indicator":
        raise NotUnderstoodError("finished")
    if each.rows and each.rows.table == table and each.negated:
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
    return each.kind == "named" or (each.kind == "topic" and table == "indicator") or "any" in known or table in known


def _of_topic(topic: Topic, table: str, draft: Draft) -> Filter:
    """Return what a topic asks of a table that is not that of indicators: to have such, or to be called so."""
    named = Filter("named", topic=topic)
    called = topic.texts and ((draft.named(table) and not draft.named("indicator")) or topic.titled)
    for other in ("project", "task"):
        tied = other != table and draft.named(other) and table in table_of(other)["tie"]
        if tied and (other == "task" or (table == "department" and not topic.listed)):
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
    held = {each.rows.table for each in filters if each.rows}
    if any(each.name in ("spending", "amount") for each in draft.shown):
        held.add("project")  # whose money it is
    for token in draft.tables:
        value = str(token.value)
        if value in (table, group, "evaluation", "department", *held, *_GROUPINGS) or table in _BESIDE.get(value, ()):
            continue
        if value not in tables()["table"] or table not in table_of(value)["tie"]:
            raise NotUnderstoodError("unsupported", (token.text,))
        found.append(Filter("rows", rows=Frame(value)))
    if draft.named("evaluation") and not draft.own() and table in ("indicator", *OWNERS):
        found.append(Filter("evaluated"))
    return found


def _owner(draft: Draft, table: str, group: str) -> str:
    """Return whose indicators are meant, if that is said: those of projects, or of no project."""
    if table != "indicator":
        return ""
    if (draft.named("project") or group == "project") and not draft.of("project"):
        return "of_projects"
    said = draft.topics and not draft.ranks() and not draft.has("operation", "average")
    bare = [token for token in draft.tables if token.value == "department" and not (token.asked or token.each)]
    return "of_departments" if bare and (said or "整体" in bare[0].text) else ""


def _shown(draft: Draft, table: str) -> tuple[Column, ...]:
    """Return the columns that are shown; raise where a table has not one of them."""
    shown = dict.fromkeys(_fitted_column(each, table, draft) for each in draft.shown)
    half = [each for each in shown if each.name == "half"]
    if half and any(each.name in MONEY for each in shown):
        raise NotUnderstoodError("unsupported", (label_of(half[0]),))  # 上半年的支出 is nowhere printed
    if any(each.name == "reason" for each in shown) and not _reasoned(draft, table):
        raise NotUnderstoodError("reasons")
    if table != "figure":
        return tuple(shown)
    others = [each for each in shown if each.name not in ("figure", "amount", "spent", "reason")]
    if others:
        raise NotUnderstoodError("unsupported", (label_of(others[0]),))
    return tuple(each for each in shown if each.name == "figure")


def _reasoned(draft: Draft, table: str) -> bool:
    """Say whether points or targets are spoken of: why those were missed is printed, why money was not spent is not."""
    columns = [each.name for each in draft.shown] + [each.column.name for each in draft.filters if each.column]
    return table == "indicator" or bool(draft.of("lost", "full")) or "total" in columns or draft.named("evaluation")


def _fitted_column(column: Column, table: str, draft: Draft) -> Column:
    """Return a column as one of a table; raise where it has none."""
    name = column.name
    if name == "total" and table == "indicator":
        return Column("score")
    if name == "amount" and table == "department" and draft.named("project"):
        return Column("spending")
    own = name == "spent" or has_column(name, table) or (table == "project" and name == "reason")
    if own or (table == "figure") or (table == "indicator" and has_column(name, "project")):
        return column
    reckoned = draft.ranks() or draft.has("operation", "average", "sum", "difference", "whole") or draft.group
    if reckoned and name != "figure":
        return column
    raise NotUnderstoodError("unsupported", (label_of(column),))
