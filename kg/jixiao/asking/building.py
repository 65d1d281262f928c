"""Build frames of the bound words of a question: what is asked of which table, and what is done with it.

A question may be about several tables: for each that it may be about a frame is built, in which every word has a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.asking.binding import merged
from jixiao.asking.cutting import Token
from jixiao.asking.frames import Column, Condition, Frame, NotUnderstoodError, Scope
from jixiao.asking.names import Names
from jixiao.asking.pieces import column_of, has_column, table_of, tables
from jixiao.asking.vocabulary import Topic
from jixiao.audit.registry import rules

OWNERS = ("project", "department")
RANKS = ("highest", "lowest", "strictest", "loosest", "descending", "ascending", "strictening", "loosening")
MONEY = ("spent", "amount", "medium", "spending", "initial", "adjusted", "executed", "remaining")
OF_INDICATORS = frozenset(
    {"target", "actual", "weight", "score", "lost", "deviation", "due", "explanation", "half", "unit"}
)
_GROUPS = ("department", "project", "rule", "document", "unit", "level1", "level2")
_GROUPINGS = ("unit", "level1", "level2")
_JOINERS = ("和", "与", "及", "、", "以及", "跟", "还有")
_COUNTED = ("finding", "indicator", "project", "task", "goal", "document")
_CARRIED = re.compile("落实|对应|实施")


@dataclass
class Draft:
    """Hold the parts of a frame while it is not settled what is done with them."""

    tokens: list[Token]
    names: Names
    scope: Scope = field(default_factory=Scope)
    topics: list[Topic] = field(default_factory=list)
    shown: list[Column] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    tables: list[Token] = field(default_factory=list)
    limit: int | None = None
    skip: int = 0
    counting: str = ""  # the word things are counted with
    unit: str = ""  # of what is asked for
    group: str = ""

    def has(self, kind: str, *values: str) -> bool:
        """Say whether a word of a meaning is there."""
        return any(token.means(kind, *values) for token in self.tokens)

    def ranks(self) -> list[str]:
        """Return how things are ordered."""
        found = [token.value for token in self.tokens if token.means("operation", *RANKS)]
        if not found and any(token.kind in ("top", "nth") for token in self.tokens):
            found = ["highest"]
        if not found and (self.has("bottom") or self.has("last")):
            found = ["lowest"]
        return found

    def most(self) -> bool:
        """Say whether the most or the fewest are asked for, which may be a number of things."""
        return any(set(token.text) & set("多少") for token in self.tokens if token.means("operation", *RANKS))

    def own(self) -> list[Column]:
        """Return the columns that are shown beside reasons."""
        return [each for each in self.shown if each.name != "reason"]

    def named(self, value: str) -> bool:
        """Say whether a table is named."""
        return any(token.value == value for token in self.tables)


def draft_of(tokens: list[Token], names: Names) -> Draft:
    """Return the parts that the words of a question make; raise where a year or place is not in the graph."""
    draft = Draft(tokens, names, _scope_of(tokens, names))
    before = Token("", "stop")
    for token in tokens:
        if token.kind in ("unknown", "comparator", "missing", "quantity"):
            raise NotUnderstoodError("words", (token.text,))
        taker = _TAKERS.get(token.kind)
        if taker is not None:
            taker(draft, token, before)
        before = token
    _settle_columns(draft)
    if not draft.has("link", "or"):
        draft.conditions = list(merged(tuple(draft.conditions)))
    _settle_periods(draft)
    if draft.shown and any(each.name == "figure" for each in draft.shown):
        draft.shown = [_phased(each, tokens) for each in draft.shown]
    return draft


def _settle_periods(draft: Draft) -> None:
    """Read 中期目标与年度目标 as the targets of two periods."""
    yearly = [token for token in draft.tables if token.value == "goal" and token.text.startswith("年度")]
    if yearly and draft.scope.periods == ("medium-term",):
        draft.scope = replace(draft.scope, periods=("medium-term", "annual"))
        draft.tables.remove(yearly[0])


def _settle_columns(draft: Draft) -> None:
    """Read the columns that are named together: 预算和实际 is money, what a project is to have is its money."""
    names = [each.name for each in draft.shown]
    named = bool(draft.scope.projects)
    others = draft.tables or draft.conditions or draft.topics or draft.shown
    if named and not others and not draft.unit and any(token.kind == "column" for token in draft.tokens):
        draft.shown, draft.counting = [Column("amount")], ""  # 某项目有多少
        names = ["amount"]
    if names == ["amount"] and any(topic.is_cost for topic in draft.topics):
        draft.shown, draft.counting = [], ""  # 总成本多少钱 asks for the target of a cost
        return
    if "amount" in names and "actual" in names and not draft.topics:
        draft.shown[names.index("actual")] = Column("executed")
    if "medium-term" in draft.scope.periods and "amount" in names:
        draft.scope = replace(draft.scope, periods=())
        draft.shown.insert(names.index("amount"), Column("medium"))
    if any(each.kind == "each" for each in draft.conditions) and set(names) & {"amount", "spent"}:
        draft.shown = [each for each in draft.shown if each.name not in ("amount", "spent")]
        draft.unit = "元"


def _phased(column: Column, tokens: list[Token]) -> Column:
    """Return a printed figure, of the budget or the final accounts where that is said."""
    if column.name != "figure":
        return column
    phase = ""
    if any("预算" in each.text for each in tokens if each.means("column", "amount")):
        phase = "budget"
    if any("决算" in each.text for each in tokens if each.kind == "document"):
        phase = "final"
    return replace(column, phase=phase)


def _scope_of(tokens: list[Token], names: Names) -> Scope:
    """Return within what is asked; raise where the graph has none of it."""
    absent = [token.text for token in tokens if _absent(token, names)]
    if absent:
        known = "、".join(map(str, sorted(names.years)))
        raise NotUnderstoodError("absent", tuple(absent), years=known)
    unheard = [token.text.upper() for token in tokens if token.kind == "rule" and token.value not in rules()]
    if unheard:
        raise NotUnderstoodError("words", tuple(unheard))
    years = [token.value for token in tokens if token.kind == "year"]
    years += [year for token in tokens if token.kind == "years" for year in token.value]
    if any(token.kind == "latest" for token in tokens) and names.years:
        years.append(max(names.years))
    parts: dict[str, Any] = {
        f"{kind}s": tuple((each.text, each.value) for each in tokens if each.kind == kind) for kind in _PAIRED
    }
    for kind, part in _VALUED.items():
        parts[part] = tuple(dict.fromkeys(each.value for each in tokens if each.kind == kind))
    regions = dict.fromkeys(region for token in tokens if token.kind == "region" for region in token.value)
    return Scope(regions=tuple(regions), years=tuple(dict.fromkeys(years)), **parts)


def _absent(token: Token, names: Names) -> bool:
    """Say whether a word names a year or a region the graph has nothing of."""
    if token.kind == "year":
        return token.value not in names.years
    if token.kind == "region":
        return not any(names.holds(region) for region in token.value)
    return token.kind == "years" and not token.value


_PAIRED = ("department", "project", "form", "document")
_VALUED = {"period": "periods", "rule": "rules", "severity": "severities", "category": "categories"}


def _take_topic(draft: Draft, token: Token, before: Token) -> None:
    """Take a topic; those joined by 和 or 或 are one, whose parts are alternatives."""
    after_or = before.means("link", "or")
    joins = after_or or (before.kind == "topic" and token.before.startswith(_JOINERS))
    if draft.topics and joins:
        draft.topics[-1] = _either_of(draft.topics[-1], token.value)
    else:
        draft.topics.append(token.value)


def _either_of(first: Topic, second: Topic) -> Topic:
    above = first.above if first.above == second.above else ()
    label = "、".join(dict.fromkeys((first.label, second.label)))
    parts = (*(first.parts or (first,)), second)
    levels, concepts = first.levels + second.levels, first.concepts + second.concepts
    exact = first.exact and second.exact
    return Topic(label, levels, concepts, first.texts + second.texts, exact=exact, above=above, parts=parts)


def _take_column(draft: Draft, token: Token, before: Token) -> None:
    """Take a column; 多少 counts only what it stands beside."""
    if token.value == "count":
        draft.counting = token.text
    elif token.value == "how_many":
        place = next(number for number, each in enumerate(draft.tokens) if each is token)
        after = [each for each in draft.tokens[place + 1 : place + 2] if each.kind in ("table", "topic")]
        if after or (token.text == "数量" and before.kind in ("table", "topic")):
            draft.counting = token.text
    else:
        draft.shown.append(Column(str(token.value)))


def _take_table(draft: Draft, token: Token, _: Token) -> None:
    draft.tables.append(token)
    if token.each and token.value in _GROUPS and not draft.group:
        draft.group = str(token.value)


def _take_limit(draft: Draft, token: Token, _: Token) -> None:
    draft.limit = int(token.value)
    if token.kind in ("nth", "last"):
        draft.limit, draft.skip = 1, int(token.value) - 1


def _take_operation(draft: Draft, token: Token, _: Token) -> None:
    if token.value == "by_year":
        draft.group = "year"


def _take_link(draft: Draft, token: Token, _: Token) -> None:
    if token.value == "reason":
        draft.shown.append(Column("reason"))
    elif token.value == "meaning":
        draft.shown.append(Column("explanation"))
    elif token.value in ("roll", "unit", "ends", "titled", "of"):
        raise NotUnderstoodError("words", (token.text,))


def _take_sized(draft: Draft, token: Token, _: Token) -> None:
    draft.unit = str(token.value)


def _take_one(draft: Draft, token: Token, _: Token) -> None:
    draft.conditions.append(Condition("each", text=str(token.value)))


_TAKERS: dict[str, Any] = {
    "topic": _take_topic,
    "column": _take_column,
    "table": _take_table,
    "top": _take_limit,
    "bottom": _take_limit,
    "nth": _take_limit,
    "last": _take_limit,
    "limit": _take_limit,
    "operation": _take_operation,
    "link": _take_link,
    "sized": _take_sized,
    "one": _take_one,
    "figure": lambda draft, token, _: draft.shown.append(Column("figure", label=token.value)),
    "condition": lambda draft, token, _: draft.conditions.append(token.value),
}


# ---------------------------------------------------------------- which table


def tables_for(draft: Draft) -> Iterator[str]:
    """Yield the tables a question may be about, the likeliest first: what is asked for, what stands last."""
    free = [token for token in draft.tables if token.value not in ("evaluation", *_GROUPINGS)]
    free = [token for token in free if not (token.each and token.value == draft.group)]
    asked = next((str(token.value) for token in free if token.asked), "")
    if draft.scope.projects and draft.topics and draft.counting and [each.value for each in free] == ["department"]:
        draft.tables, draft.unit, draft.counting = [], "家", ""  # 某项目检查多少家单位
        yield "indicator"
        return
    figure = any(each.name == "figure" for each in draft.shown)
    if asked:
        yield asked
        if asked == "goal":
            yield "indicator"
        return
    if _asks_targets(draft, free):
        yield "indicator"
        return
    if figure:
        yield "figure"
        return
    last = max((place for place, token in enumerate(draft.tokens) if token in free), default=-1)
    if free and not any(token.kind == "topic" for token in draft.tokens[last + 1 :]):
        yield str(free[-1].value)
        if free[-1].value == "goal":
            yield "indicator"
        return
    yield from _implied(draft)


def _asks_targets(draft: Draft, free: list[Token]) -> bool:
    """Say whether units, dates or topics that are asked for mean indicators."""
    kinds = {each.kind for each in draft.conditions}
    plain_end = not free or free[-1].value == "indicator"
    dated = bool(kinds & {"due", "monthly", "dated"})
    asked = any(token.kind == "topic" and token.asked for token in draft.tokens)
    return bool(draft.unit) or "sized" in kinds or (plain_end and (dated or asked))


def _implied(draft: Draft) -> Iterator[str]:
    """Yield the tables that have the columns and conditions that are named."""
    own = {each.name for each in draft.own()}
    numbers = {each.column.name for each in draft.conditions if each.column}
    kinds = {each.kind for each in draft.conditions}
    named = draft.scope.projects or draft.scope.categories
    told = (own | numbers) & OF_INDICATORS or kinds & {"missed", "reached", "states", "says", "ends", "each"}
    if draft.group in _GROUPINGS or told or (draft.scope.periods and not own and not numbers):
        yield "indicator"
    if draft.topics:
        yield from _of_topics(draft, own)
    if draft.group in OWNERS:
        yield draft.group
    if own or numbers or named:
        measured = own <= {"rate", "total"} and (draft.ranks() or draft.has("operation", "average"))
        if named or measured or draft.conditions:
            yield "project"
        if not named and not draft.conditions:
            yield "department"
    if kinds and not own:
        yield "project"
    if draft.scope.rules or draft.scope.severities:
        yield "finding"
    if draft.scope.documents:
        yield "document"


def _of_topics(draft: Draft, own: set[str]) -> Iterator[str]:
    """Yield the tables that topics may be names of: projects where money is asked for, else indicators."""
    plain = own and own <= set(MONEY) | {"rate", "total", "code", "category", "grade"} and not draft.conditions
    levels = any(topic.levels for topic in draft.topics)
    if plain and not levels and not draft.ranks() and _projects(draft, draft.topics):
        yield "project"
    yield "indicator"
    if plain and not levels:
        yield "project"


def _projects(draft: Draft, topics: list[Topic]) -> bool:
    """Say whether every topic stands in the own name of a project within the scope."""
    places = {iri for _, iris in draft.scope.departments for iri in iris}
    places |= draft.names.departments_at(draft.scope.regions)
    return all(draft.names.projects_with(topic.label, places) for topic in topics)


# ---------------------------------------------------------------- the parts in a table


def frame_of(draft: Draft, table: str) -> Frame:
    """Return the rows of a table that a question is about, before anything is done with them."""
    table, group = _counted(draft, table)
    dated = group == "year" and table in ("department", "rule") and not draft.shown
    if dated or (draft.unit and table != "indicator"):
        raise NotUnderstoodError("unsupported", (draft.unit or "年度",))
    scope, conditions = _fitted_scope(draft.scope, table)
    conditions = [_fitted(each, table) for each in draft.conditions] + conditions
    if table != "indicator" and not (table == "department" and draft.ranks()):
        conditions += [_of_topic(topic, table, draft) for topic in draft.topics]
    conditions += _of_tables(draft, table, group, conditions)
    if table in OWNERS and scope.periods:
        conditions = _of_periods(conditions, scope.periods)
        scope = replace(scope, periods=())
    return Frame(
        table,
        scope,
        tuple(conditions),
        either=len(conditions) > 1 and draft.has("link", "or"),
        of=tuple(draft.topics) if table == "indicator" else (),
        group=group,
        limit=draft.limit,
        skip=draft.skip,
        owner=_owner(draft, table, group),
        show=_shown(draft, table),
    )


def _shown(draft: Draft, table: str) -> tuple[Column, ...]:
    """Return the columns that are shown; raise where a table has not one of them."""
    shown = tuple(dict.fromkeys(_fitted_column(each, table, draft) for each in draft.shown))
    if any(each.name == "reason" for each in shown) and not _reasoned(draft, table):
        raise NotUnderstoodError("reasons")
    if table != "figure":
        return shown
    others = [each for each in shown if each.name not in ("figure", "amount", "reason")]
    if others:
        raise NotUnderstoodError("unsupported", (str(column_of(others[0].name)["label"]),))
    return tuple(each for each in shown if each.name == "figure")


def _reasoned(draft: Draft, table: str) -> bool:
    """Say whether points or targets are spoken of: why those were missed is printed, why money was not spent is not."""
    if draft.has("operation", "compare") or draft.has("link", "than"):
        return False
    kinds = {each.kind for each in draft.conditions}
    columns = {each.name for each in draft.shown} | {each.column.name for each in draft.conditions if each.column}
    if table == "indicator":
        return True
    return bool("points" in kinds or "total" in columns or draft.named("evaluation"))


def moved(frame: Frame, table: str) -> Frame:
    """Return a frame about another table, with its conditions as ones of that."""
    if table == frame.table:
        return frame
    conditions = []
    for each in frame.conditions:
        if each.kind == "named":
            each = Condition("rows", rows=Frame(frame.table, conditions=(each,)))
        conditions.append(_fitted(each, table))
    return replace(frame, table=table, conditions=tuple(conditions))


def _counted(draft: Draft, table: str) -> tuple[str, str]:
    """Return what is counted or looked at, and what for each of: 哪个部门项目最多 counts projects of departments."""
    group = draft.group if draft.group != table else ""
    if table == "department" and any(each.name == "figure" for each in draft.shown):
        return "figure", group
    if table not in (*OWNERS, "rule", "year", "document") or group:
        return table, group
    asked = any(token.asked and token.value == table for token in draft.tables)
    ranks, own, most = draft.ranks(), draft.own(), draft.most()
    numbered = bool(draft.counting) and (asked or bool(ranks))
    others = [token.value for token in draft.tables if token.value != table and token.value in _COUNTED]
    if (numbered or most) and others and not own:
        return str(others[0]), table
    if (draft.scope.rules or draft.scope.severities) and (numbered or ranks) and not own:
        return "finding", table
    if most and draft.topics and not others and not own:
        return "indicator", table
    if table == "rule" and (ranks or draft.counting):
        return "finding", table
    if table == "year" and ranks and {each.name for each in own} & set(MONEY):
        return "project", table
    return table, ""


def _fitted(condition: Condition, table: str) -> Condition:
    """Return a condition as one of a table: what only indicators have is asked of those that belong to it."""
    if _fits(condition, table):
        return condition
    column, known = condition.column, tables()["test"].get(condition.kind, {})
    if condition.rows is not None:
        raise NotUnderstoodError("unsupported", (str(table_of(condition.rows.table)["label"]),))
    if condition.kind == "dated":
        raise NotUnderstoodError("unsupported", ("什么时候",))
    of_indicators = "indicator" in known or (column is not None and column.name in OF_INDICATORS)
    if condition.text == "vague":
        raise NotUnderstoodError("finished")
    if of_indicators and table in table_of("indicator")["tie"]:
        of = condition.of
        if column is not None:
            of = (*of, *column.of)
        return Condition("rows", rows=Frame("indicator", of=of, conditions=(replace(condition, of=()),)))
    if table in ("department", "indicator") and ("project" in known or column is not None):
        return Condition("rows", rows=Frame("project", conditions=(condition,)))
    raise NotUnderstoodError("unsupported", (column.label or str(column_of(column.name)["label"]) if column else "",))


def _fits(condition: Condition, table: str) -> bool:
    """Say whether a condition is one of a table as it stands."""
    column = condition.column
    if condition.rows is not None:
        return table in table_of(condition.rows.table)["tie"]
    if condition.kind == "points":
        return table in ("indicator", *OWNERS)
    if column is None:
        return table in tables()["test"].get(condition.kind, {})
    if table == "indicator" and (column.name == "target" or has_column(column.name, "project")):
        return True
    return has_column(column.name, table)


def _of_topic(topic: Topic, table: str, draft: Draft) -> Condition:
    """Return what a topic asks of a table that is not that of indicators: to have such, or to be called so."""
    called = topic.texts and ((draft.named(table) and not draft.named("indicator")) or topic.titled)
    if table == "department" and draft.named("project") and not topic.listed:
        return Condition("rows", rows=Frame("project", conditions=(Condition("named", of=(topic,)),)))
    if draft.named("task") and table in table_of("task")["tie"]:
        return Condition("rows", rows=Frame("task", conditions=(Condition("named", of=(topic,)),)))
    if table not in table_of("indicator")["tie"] or (called and not topic.listed):
        return Condition("named", of=(topic,))
    return Condition("rows", rows=Frame("indicator", of=(topic,)))


def _fitted_scope(scope: Scope, table: str) -> tuple[Scope, list[Condition]]:
    """Return the scope that a table has, and conditions for what only its findings or indicators have."""
    conditions = []
    if (scope.rules or scope.severities) and table not in ("finding", "rule"):
        found = Frame("finding", Scope(rules=scope.rules, severities=scope.severities))
        conditions.append(_fitted(Condition("rows", rows=found), table))
        scope = replace(scope, rules=(), severities=())
    if scope.categories and table not in ("project", "indicator", "department"):
        raise NotUnderstoodError("unsupported", scope.categories)
    if scope.categories and table != "project":
        owned = Frame("project", Scope(categories=scope.categories))
        conditions.append(_fitted(Condition("rows", rows=owned), table))
        scope = replace(scope, categories=())
    for part, allowed in _SCOPED.items():
        said = getattr(scope, part)
        if said and table not in allowed:
            raise NotUnderstoodError("unsupported", tuple(word if isinstance(word, str) else word[0] for word in said))
    return scope, conditions


_SCOPED = {
    "projects": ("project", "indicator", "department", "finding", "task", "goal"),
    "forms": ("indicator", "task", "goal"),
    "documents": ("document", "department", "project", "finding", "figure", "indicator", "task", "year"),
    "periods": ("indicator", "project", "department", "goal"),
}


def _of_periods(conditions: list[Condition], periods: tuple[str, ...]) -> list[Condition]:
    """Return conditions with the period of the indicators they ask for; without any, to have such is asked."""
    found = []
    for each in conditions:
        rows = each.rows
        if rows is not None and rows.table == "indicator":
            each = replace(each, rows=replace(rows, scope=replace(rows.scope, periods=periods)))
        found.append(each)
    if found == conditions and periods != ("annual",):
        found.append(Condition("rows", rows=Frame("indicator", Scope(periods=periods))))
    return found


def _of_tables(draft: Draft, table: str, group: str, conditions: list[Condition]) -> list[Condition]:
    """Return the conditions that other tables make: 有任务的部门; raise for one that has no part in the question."""
    found: list[Condition] = []
    held = {each.rows.table for each in conditions if each.rows}
    for token in draft.tables:
        value = str(token.value)
        if value in (table, group, "evaluation") or value in held or value in _GROUPINGS:
            continue
        if _beside(token, table, draft):
            continue
        if value == "indicator" and (held or draft.topics or any(each.of for each in conditions)):
            continue
        if value not in tables()["table"] or table not in table_of(value)["tie"]:
            raise NotUnderstoodError("unsupported", (token.text,))
        found.append(Condition("rows", rows=Frame(value)))
    if table in ("indicator", "project") and draft.named("evaluation") and not draft.own():
        found.append(Condition("evaluated"))
    if table == "department" and draft.named("evaluation") and not draft.own():
        found.append(Condition("column", Column("total")))
    return found


_BESIDE = {
    "project": ("indicator", "finding", "figure", "goal", "task"),
    "goal": ("indicator",),
    "finding": ("rule", "issue"),
    "document": ("year",),
    "rule": ("finding",),
}


def _beside(token: Token, table: str, draft: Draft) -> bool:
    """Say whether a table is shown beside another, says whose rows are meant, or whose money."""
    if token.value == "department":
        return True
    if token.value == "project" and any(each.name in ("spending", "amount") for each in draft.shown):
        return True
    if table == "task" and _CARRIED.search(token.before):
        return False
    return table in _BESIDE.get(str(token.value), ())


def _owner(draft: Draft, table: str, group: str) -> str:
    """Return whose indicators are meant, if that is said: those of projects, or of no project."""
    if table != "indicator":
        return ""
    if draft.named("project") or group == "project" or draft.scope.projects:
        return "project"
    for token in draft.tables:
        bare = token.value == "department" and not token.asked and not token.each
        if (
            bare
            and (draft.topics or "整体" in token.text)
            and not draft.ranks()
            and not draft.has("operation", "average")
        ):
            return "department"
    return ""


def _fitted_column(column: Column, table: str, draft: Draft) -> Column:
    """Return a column as one of a table; raise where it has none."""
    name = column.name
    if name == "total" and table == "indicator":
        return Column("score")
    if name in ("target", "spent"):
        return column
    if name == "figure" and table != "figure":
        raise NotUnderstoodError("unsupported", (column.label or "",))
    if table == "figure" or has_column(name, table) or (table == "project" and name == "reason"):
        return column
    if table == "indicator" and has_column(name, "project"):
        return column
    if draft.ranks() or draft.has("operation", "average", "sum", "difference", "whole") or draft.group:
        return column
    raise NotUnderstoodError("unsupported", (str(column_of(name)["label"]),))
