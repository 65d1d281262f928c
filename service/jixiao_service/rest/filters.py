"""Turn the parameters of a list into SQL over the side view; what is unknown or impossible says what to change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from jixiao.asking.vocabulary import descendants, known_concept
from jixiao.tables.schemas import column_kind, filterable
from jixiao.tables.words import fold_case
from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import code_rows
from jixiao.vocab import PREFIXES
from jixiao_service.problems import Problem

OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
HAS = "has"  # COLUMN_has: the text of a column has these words
HOW = ("limit", "cursor", "sort", "fields", "facet", "format", "bom", "machine")  # parameters that say how to answer
RESERVED = (*HOW, "q", "has", "region", "year", "indicator", "reference", "project_like", "functional_class")
LONGEST = 1000  # characters of a parameter
MOST = 50  # values of one parameter
_WORDS = 20  # of a search
_NAMED = 60  # characters of a project's name that are compared
_ENDING = re.compile("(?:项目|专项|工程|经费|资金|费用|费)+$")  # of any project's name
_TRUE = {"true": 1, "1": 1, "false": 0, "0": 0}
_FOUND_OF = {  # what of a row, beside itself, stands in which columns of a finding about it
    "projects": {"t.project_iri": "focus", "(t.document, t.name)": "document, project"},
    "departments": {"t.name": "department"},
    "documents": {"t.document": "document"},
    "indicators": {"(t.document, ifnull(t.project, ''), t.level3)": "document, ifnull(project, ''), indicator"},
}
_REFERENCE = """t.id IN (
  SELECT r.id FROM "reference-indicators" f JOIN reference_rows r USING (concept, unit, bound, scope, called)
  WHERE f.iri = ?
)"""

_SET_BY = """(t.concept, t.unit, t.bound) IN (
  SELECT r.concept, r.unit, r.bound FROM reference_rows r JOIN indicators i USING (id) WHERE {alike})"""

_OFFICES_OF = """i.department IN (
  SELECT department FROM (
    SELECT department, substr(item_code, 1, 3) AS class,
      row_number() OVER (PARTITION BY department ORDER BY max(amount) DESC, substr(item_code, 1, 3)) AS place
    FROM amounts WHERE item_scheme = 'functional' AND department IS NOT NULL AND item_code >= '2' GROUP BY 1, 2
  ) WHERE place = 1 AND class IN ({classes}))"""

Test = tuple[str, list[Any]]  # SQL with places, and what stands in them


@dataclass(frozen=True, slots=True)
class Where:
    """Hold conditions and their values."""

    tests: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        """Return the WHERE clause, empty for none."""
        if not self.tests:
            return ""
        return f" WHERE {' AND '.join(self.tests)}"

    def also(self, test: Test) -> Where:
        """Return these conditions and one more."""
        return Where((*self.tests, test[0]), (*self.values, *test[1]))


def bad(reason: str, reason_en: str, **details: Any) -> Problem:
    """Return the problem of a parameter: what is wrong and what to change."""
    return Problem("bad-parameters", reason=reason, reason_en=reason_en, **details)


def parameter_names(name: str) -> tuple[str, ...]:
    """Return every parameter a table's list understands."""
    own = filterable(name)
    ended = [f"{column}_{end}" for column in own for end in ends_of(name, column)]
    return (*RESERVED, *own, *ended)


def ends_of(name: str, column: str) -> tuple[str, ...]:
    """Return what may stand behind a column's name to ask for more than the same value."""
    kind = column_kind(name, column)
    if kind in ("number", "integer"):
        return tuple(OPERATORS)
    if kind in ("text", "list"):
        return (HAS,)
    return ()


def conditions(name: str, pairs: Sequence[tuple[str, str]]) -> Where:
    """Return the conditions of a list; repeating a parameter gives alternatives."""
    asked = _by_parameter(parameter_names(name), pairs)
    found = Where((), ())
    for key, given in asked.items():
        if len(given) > MOST:
            raise bad(f"参数 {key} 最多 {MOST} 个值", "too many values", parameter=key, limit=MOST)
        if key not in HOW:
            found = found.also(_test(name, key, given))
    _check_ranges(asked)
    return found


def narrowing(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters that say which rows, without those that say how to answer."""
    return [pair for pair in pairs if pair[0] not in HOW]


def _by_parameter(known: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for key, value in pairs:
        if key not in known:
            hint = "、".join(get_close_matches(key, known, 3))
            if hint:
                hint = f"；是否要 {hint}"
            raise bad(f"没有参数 {key[:60]}{hint}", "unknown parameter", parameter=key[:60], known=sorted(known))
        if len(value) > LONGEST:
            raise bad(f"参数 {key} 太长（最多 {LONGEST} 字）", "parameter too long", parameter=key, limit=LONGEST)
        asked.setdefault(key, []).append(value)
    return asked


def _test(name: str, key: str, given: Sequence[str]) -> Test:
    """Return the test of one parameter."""
    own = _TESTS.get(f"{name}.{key}") or _TESTS.get(key)
    if own is not None:
        return own(name, given)
    column, _, end = key.rpartition("_")
    if end == HAS:
        return _has_words((column,), given)
    if end not in OPERATORS:
        column, end = key, ""
    if column == "year" and "year" not in filterable(name):
        column = "fiscal_year"
    if column not in filterable(name):
        raise bad(f"表 {name} 没有 {key} 参数", "not a parameter of this table", parameter=key)
    if end:
        return f'"{column}" {OPERATORS[end]} ?', [_number(key, given[-1])]
    return _equals(name, column, given, key)


def _any(ways: Iterable[str]) -> str:
    return f"({' OR '.join(ways)})"


def _all_words(ways: Sequence[str], texts: Iterable[str]) -> Test:
    """Return the test that each of the words is found in one of the ways."""
    words = [word for text in texts for word in text.split()][:_WORDS]
    return " AND ".join([_any(ways)] * len(words)) or "1", [word for word in words for _ in ways]


def _has_words(columns: Sequence[str], given: Sequence[str]) -> Test:
    """Return the test that each of the words stands in one of the columns."""
    return _all_words([f"instr(lower(ifnull(\"{column}\", '')), ?)" for column in columns], map(str.lower, given))


def _sought(name: str, given: Sequence[str]) -> Test:
    """Return the test of what is searched for; wider reference figures count with those that have it in their name."""
    test, words = _all_words(['instr("sought", ?)'], map(fold_case, given))
    if name != "reference-indicators":
        return test, words
    alike = f"SELECT concept, unit, bound FROM \"reference-indicators\" WHERE scope = 'name' AND {test}"
    return f"({test} OR (scope <> 'name' AND (concept, unit, bound) IN ({alike})))", [*words, *words]


def _equals(name: str, column: str, given: Sequence[str], key: str) -> Test:
    """Return the test that a column holds one of the values; ``null`` is none at all."""
    kind = column_kind(name, column)
    if kind == "list":
        way = f'instr(char(10) || "{column}" || char(10), char(10) || ? || char(10))'
        return _any([way] * len(given)), list(given)
    values = [_column_value(key, kind, text) for text in given if text != "null"]
    ways = []
    if len(values) == 1:  # the planner chooses its index better than for IN
        ways.append(f'"{column}" = ?')
    elif values:
        ways.append(f'"{column}" IN ({_places(values)})')
    if "null" in given:
        ways.append(f'"{column}" IS NULL')
    return _any(ways), values


def _places(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _measures(name: str, given: Sequence[str]) -> Test:
    """Return the test of what is measured."""
    iris: list[Any] = [iri for value in given if value != "null" for iri in measured(name, value)]
    ways = []
    if iris:
        ways.append(f"concept IN ({_places(iris)})")
    if "null" in given:
        ways.append("concept IS NULL")
    return _any(ways), iris


def measured(name: str, value: str) -> list[str]:
    """Return the concepts a key or an IRI means: for indicators with all narrower ones, else itself."""
    key = value.removeprefix(PREFIXES["jxc"]).removeprefix("jxc:")
    if not known_concept(key):
        raise bad(f"没有概念 {key[:60]}，见 /api/v1/concepts", "no such concept", parameter="concept")
    if name != "indicators":
        return [f"{PREFIXES['jxc']}{key}"]
    return [f"{PREFIXES['jxc']}{each}" for each in descendants(key)]


def _within_region(name: str, given: Sequence[str]) -> Test:
    column = "region_code"
    if column not in filterable(name):
        raise bad(f"表 {name} 没有 region 参数", "not a parameter of this table", parameter="region")
    ends = []
    for code in given:
        if not code.isdigit() or len(code) not in (2, 4, 6):
            reason = "region 是 GB/T 2260 的 2、4 或 6 位代码，如 4103"
            raise bad(reason, "region is a code of 2, 4 or 6 digits", parameter="region")
        start = code
        while len(start) > 2 and start.endswith("00"):  # 410000 is all of 41
            start = start[:-2]
        ends += [start, start + ":"]
    return _any([f'("{column}" >= ? AND "{column}" < ?)'] * len(given)), ends


def _has_finding(name: str, given: Sequence[str]) -> Test:
    """Return the test that the audit found something of a row: has=finding, has=finding:R301."""
    tests, rules = [], []
    for each in given:
        kind, _, rule = each.partition(":")
        if kind != "finding":
            raise bad("has 只能是 finding 或 finding:规则号", "has must be finding or finding:RULE", parameter="has")
        narrowed = " WHERE rule = ?" if rule else ""
        for own, theirs in {"t.iri": "focus", **_FOUND_OF.get(name, {})}.items():
            # sets, which are made once: a test of each row against all findings is a square
            tests.append(f"{own} IN (SELECT {theirs} FROM findings{narrowed})")
            rules += [rule] if rule else []
    return _any(tests), rules


def _set_by_projects(_: str, given: Sequence[str]) -> Test:
    """Return the test that a project whose name has half of the pairs of characters of one of these sets it."""
    alike, values = [], []
    for name in given:
        text = (_ENDING.sub("", squeeze(name)) or squeeze(name))[:_NAMED]
        pairs = sorted({text[i : i + 2] for i in range(max(1, len(text) - 1))})
        found = " + ".join(["(instr(i.project, ?) > 0)"] * len(pairs))
        alike.append(f"{found} >= {-(-len(pairs) // 2)}")
        values += pairs
    return _SET_BY.format(alike=_any(alike)), values


def _set_by_class(_: str, given: Sequence[str]) -> Test:
    """Return the test that an office sets it which spends most in one of these functional classes (类)."""
    classes = {}
    for row in code_rows("functional"):
        classes[row["code"]] = row["code"][:3]
        if len(row["code"]) == 3:
            classes[row["label"]] = classes[row["label"].removesuffix("支出")] = row["code"]
    unknown = [text[:_NAMED] for text in given if text not in classes]
    if unknown:
        reason = f"没有功能分类 {unknown[0]}；写代码（205）或类的名称（教育支出）"
        raise bad(reason, "no such functional class", parameter="functional_class")
    alike = _OFFICES_OF.format(classes=_places(given))
    return _SET_BY.format(alike=alike), [classes[text] for text in given]


_TESTS: Mapping[str, Callable[[str, Sequence[str]], Test]] = {
    "q": _sought,
    "has": _has_finding,
    "region": _within_region,
    "indicators.concept": _measures,
    "reference-indicators.concept": _measures,
    "indicators.reference": lambda _, given: (_any([_REFERENCE] * len(given)), list(given)),
    "reference-indicators.project_like": _set_by_projects,
    "reference-indicators.functional_class": _set_by_class,
    "indicators.indicator": lambda _, given: _has_words(("level1", "level2", "level3"), given),
}
"""Parameters that are no column of their own, or of one table no plain one."""


def _column_value(key: str, kind: str, text: str) -> Any:
    if kind in ("number", "integer"):
        return _number(key, text)
    if kind != "boolean":
        return text
    if text.lower() not in _TRUE:
        raise bad(f"{key} 只能是 true 或 false", "must be true or false", parameter=key)
    return _TRUE[text.lower()]


def _number(key: str, text: str) -> float:
    try:
        value = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > Decimal("1e30"):
        raise bad(f"{key} 要是一个数，如 {key}=95", "must be a number", parameter=key)
    return float(value)


def _check_ranges(asked: Mapping[str, Sequence[str]]) -> None:
    """Refuse ranges that hold no number."""
    for key, given in asked.items():
        column, _, end = key.rpartition("_")
        if end not in ("ge", "gt"):
            continue
        for other in ("le", "lt"):
            upper = asked.get(f"{column}_{other}")
            if upper is None:
                continue
            low, high = _number(key, given[-1]), _number(f"{column}_{other}", upper[-1])
            meet = low == high and (end, other) == ("ge", "le")
            if low >= high and not meet:
                reason = f"{key}={given[-1]} 与 {column}_{other}={upper[-1]} 之间没有数，请对调或放宽"
                raise bad(reason, "the range is empty; swap or widen the ends", parameter=key)


def pick_columns(known: Sequence[str], text: str, parameter: str) -> tuple[str, ...]:
    """Return the columns named in a list separated by commas."""
    picked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [each[:40] for each in picked if each not in known]
    if unknown:
        reason = f"{parameter} 里没有这一列：{'、'.join(unknown[:5])}；可用：{'、'.join(known)}"
        raise bad(reason, "no such column", parameter=parameter, known=list(known))
    return picked
