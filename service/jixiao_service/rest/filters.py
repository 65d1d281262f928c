"""Turn the parameters of a list into SQL over the side view; what is unknown or impossible says what to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from jixiao.asking.lexicon import descendants, known_concept
from jixiao.search import columns, filterable, folded, kind_of
from jixiao.vocab import PREFIXES
from jixiao_service.problems import Problem

OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
RESERVED = ("limit", "cursor", "sort", "fields", "facet", "format", "bom", "q", "has", "region", "year", "indicator")
LONGEST = 1000  # characters of a parameter
MOST = 50  # values of one parameter
_TRUE = {"true": 1, "1": 1, "false": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Where:
    """Hold conditions and their values."""

    tests: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        """Return the WHERE clause, empty for none."""
        return f" WHERE {' AND '.join(self.tests)}" if self.tests else ""


def bad(reason: str, reason_en: str, **details: Any) -> Problem:
    """Return the problem of a parameter: what is wrong and what to change."""
    return Problem("bad-parameters", reason=reason, reason_en=reason_en, **details)


def parameter_names(name: str) -> tuple[str, ...]:
    """Return every parameter a table's list understands."""
    own = filterable(name)
    ranges = [
        f"{column}_{end}" for column in own if kind_of(name, column) in ("number", "integer") for end in OPERATORS
    ]
    return (*RESERVED, *own, *ranges)


def where(name: str, pairs: Sequence[tuple[str, str]]) -> Where:
    """Return the conditions of a list; repeating a parameter gives alternatives."""
    known = parameter_names(name)
    asked: dict[str, list[str]] = {}
    for key, value in pairs:
        if key not in known:
            close = get_close_matches(key, known, 3)
            hint = f"；是否要 {'、'.join(close)}" if close else ""
            raise bad(f"没有参数 {key[:60]}{hint}", "unknown parameter", parameter=key[:60], known=sorted(known))
        if len(value) > LONGEST:
            raise bad(f"参数 {key} 太长（最多 {LONGEST} 字）", "parameter too long", parameter=key, limit=LONGEST)
        asked.setdefault(key, []).append(value)
    tests: list[str] = []
    values: list[Any] = []
    for key, given in asked.items():
        if len(given) > MOST:
            raise bad(f"参数 {key} 最多 {MOST} 个值", "too many values", parameter=key, limit=MOST)
        found = _test(name, key, given)
        if found is not None:
            tests.append(found[0])
            values += found[1]
    _check_ranges(asked)
    return Where(tuple(tests), tuple(values))


def _test(name: str, key: str, given: Sequence[str]) -> tuple[str, list[Any]] | None:
    if key in ("limit", "cursor", "sort", "fields", "facet", "format", "bom"):
        return None
    if key == "q":
        words = [word for text in given for word in folded(text).split()][:20]
        return " AND ".join(['instr("sought", ?)'] * len(words)) or "1", list(words)
    if key == "concept" and name == "indicators":
        return _concept(given)
    if key == "indicator" and name == "indicators":
        return _either(["level1", "level2", "level3"], given)
    if key == "indicator" and "indicator" not in filterable(name):
        raise bad(f"表 {name} 没有 indicator 参数", "not a parameter of this table", parameter=key)
    if key == "has":
        return _finding(name, given)
    column, _, end = key.rpartition("_") if key.rpartition("_")[2] in OPERATORS else (key, "", "")
    if key == "region" and name != "regions":
        return _region(name, given)
    if column == "year" and "year" not in filterable(name):
        column = "fiscal_year"
    if column not in filterable(name):
        raise bad(f"表 {name} 没有 {key} 参数", "not a parameter of this table", parameter=key)
    kind = kind_of(name, column)
    if end:
        return f'"{column}" {OPERATORS[end]} ?', [_number(key, given[-1])]
    if kind == "list":
        ways = [f'instr(char(10) || "{column}" || char(10), char(10) || ? || char(10))' for _ in given]
        return f"({' OR '.join(ways)})", list(given)
    converted = [_value(key, kind, value) for value in given]
    nothing = any(value is None for value in converted)
    plain = [value for value in converted if value is not None]
    # One value is compared by =, with which the planner chooses its index better.
    ways = [f'"{column}" = ?' if len(plain) == 1 else f'"{column}" IN ({", ".join("?" * len(plain))})'] if plain else []
    ways += [f'"{column}" IS NULL'] if nothing else []
    return f"({' OR '.join(ways)})", plain


def _either(names: Sequence[str], given: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the test that one of the columns holds each of the words."""
    words = [word for text in given for word in text.lower().split()][:20]
    one = "(" + " OR ".join(f"instr(lower(ifnull(\"{column}\", '')), ?)" for column in names) + ")"
    return " AND ".join([one] * len(words)) or "1", [word for word in words for _ in names]


def _concept(given: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the test of what indicators measure: an IRI is one concept, a key is it and all narrower ones."""
    plain = [value for value in given if value != "null"]
    iris = [each for value in plain for each in ([value] if ":" in value else _narrower(value))]
    ways = [f"concept IN ({', '.join('?' * len(iris))})"] if plain else []
    ways += ["concept IS NULL"] if len(plain) < len(given) else []
    return f"({' OR '.join(ways)})", iris


def _narrower(key: str) -> list[str]:
    if not known_concept(key):
        raise bad(f"没有概念 {key[:60]}，见 /api/v1/concepts", "no such concept", parameter="concept")
    return [f"{PREFIXES['jxc']}{each}" for each in descendants(key)]


def _region(name: str, given: Sequence[str]) -> tuple[str, list[Any]]:
    column = "region_code" if name == "departments" else "region"
    if column not in filterable(name):
        raise bad(f"表 {name} 没有 region 参数", "not a parameter of this table", parameter="region")
    if not all(code.isdigit() and len(code) in (2, 4, 6) for code in given):
        raise bad(
            "region 是 GB/T 2260 的 2、4 或 6 位代码，如 4103",
            "region is a code of 2, 4 or 6 digits",
            parameter="region",
        )
    prefixes = [code[:4] if len(code) == 6 and code.endswith("00") else code for code in given]
    prefixes = [
        code[:2] if code.endswith("0000") or (len(code) == 4 and code.endswith("00")) else code for code in prefixes
    ]
    return "(" + " OR ".join([f'("{column}" >= ? AND "{column}" < ?)'] * len(prefixes)) + ")", [
        end for code in prefixes for end in (code, code + ":")
    ]


def _finding(name: str, given: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the test that the audit found something of a row: has=finding, has=finding:R301."""
    tests, values = [], []
    project = {"projects": "name"}.get(name, "project")
    for each in given:
        kind, _, rule = each.partition(":")
        if kind != "finding":
            raise bad("has 只能是 finding 或 finding:规则号", "has must be finding or finding:RULE", parameter="has")
        ways = ["f.focus = t.iri"]
        if name == "projects":
            ways.append("f.focus = t.project_iri OR (f.document = t.document AND f.project = t.name)")
        elif name == "departments":
            ways.append("f.department = t.name")
        elif name == "documents":
            ways.append("f.document = t.document")
        elif name == "indicators":
            ways.append(f"(f.document = t.document AND f.{'project'} IS t.{project} AND f.indicator = t.level3)")
        ruled = " AND f.rule = ?" if rule else ""
        tests.append(f"EXISTS (SELECT 1 FROM findings f WHERE ({' OR '.join(ways)}){ruled})")
        values += [rule] if rule else []
    return f"({' OR '.join(tests)})", values


def _value(key: str, kind: str, text: str) -> Any:
    if text == "null":
        return None
    if kind in ("number", "integer"):
        return _number(key, text)
    if kind == "boolean":
        if text.lower() not in _TRUE:
            raise bad(f"{key} 只能是 true 或 false", "must be true or false", parameter=key)
        return _TRUE[text.lower()]
    return text


def _number(key: str, text: str) -> float:
    try:
        value = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > Decimal("1e30"):
        raise bad(f"{key} 要是一个数，如 {key}=95", "must be a number", parameter=key)
    return float(value)


def _check_ranges(asked: Mapping[str, Sequence[str]]) -> None:
    for key, given in asked.items():
        column, _, end = key.rpartition("_")
        if end not in ("ge", "gt"):
            continue
        for other in ("le", "lt"):
            if upper := asked.get(f"{column}_{other}"):
                low, high = _number(key, given[-1]), _number(f"{column}_{other}", upper[-1])
                if low > high or (low == high and (end, other) != ("ge", "le")):
                    raise bad(
                        f"{key}={given[-1]} 与 {column}_{other}={upper[-1]} 之间没有数，请对调或放宽",
                        "the range is empty; swap or widen the ends",
                        parameter=key,
                    )


def pick_columns(name: str, text: str | None, *, parameter: str = "fields") -> tuple[str, ...]:
    """Return the columns named in a list separated by commas, all for none."""
    known = columns(name) if parameter == "fields" else filterable(name)
    if not text:
        return known if parameter == "fields" else ()
    picked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [each for each in picked if each not in known]
    if unknown:
        raise bad(
            f"{parameter} 里没有这一列：{'、'.join(each[:40] for each in unknown[:5])}；可用：{'、'.join(known)}",
            "no such column",
            parameter=parameter,
            known=list(known),
        )
    return picked
