"""Link the main tasks of a department to the projects that carry them out: stated by name, or inferred."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from jixiao.model import DocumentRecords, Link, Plan, Project, Task
from jixiao.text.names import join_wraps
from jixiao.text.vocabulary import cut
from jixiao.values.amounts import parse_money

_MONEY = re.compile(r"\d[\d,]*(?:\.\d+)?\s*(?:亿|万)元?(?!人|人次|件|平)")
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9+]{2,}")
_LEAST = Decimal("0.5")
_ALONE = Decimal("0.6")
_EVIDENT = Decimal("0.35")
_MOST = Decimal("0.95")
_MOST_OF_ONE = Decimal("0.75")


@cache
def _empty_words() -> frozenset[str]:
    """Return the words of plans and forms that tell nothing of what is done."""
    data = tomllib.loads(Path(__file__).with_name("naming.toml").read_text(encoding="utf-8"))
    return frozenset(data["empty"])


@lru_cache(maxsize=65536)
def keywords(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about."""
    return frozenset(word for word in cut(text) if _WORD.fullmatch(word) and word not in _empty_words())


def stated_projects(records: DocumentRecords, names: Mapping[str, str]) -> dict[str, str]:
    """Return the project of each task whose name is one of a project's names."""
    printed = {task.name: join_wraps(task.name) for task in _tasks(records)}
    return {name: names[joined] for name, joined in sorted(printed.items()) if joined in names}


def infer_links(
    records: DocumentRecords, projects: Sequence[Project], stated: Mapping[str, str], owners: Iterable[str] = ()
) -> tuple[Link, ...]:
    """Return the likely projects of the tasks that state none: by shared words and equal sums of money.

    Words of the department's own names (``owners``) tell nothing. The reason is Chinese and names words and sum.
    """
    common = "\n".join(owners)
    indicators = _indicator_words(records)
    links: dict[tuple[str, str], Link] = {}
    for task in _tasks(records):
        if task.name in stated:
            continue
        for project in projects:
            if link := _infer(task, project, indicators.get(project.name, frozenset()), common):
                key = (link.subject, link.object)
                links[key] = max(links.get(key, link), link, key=lambda each: (each.score, each.reason))
    return tuple(links[key] for key in sorted(links))


def _tasks(records: DocumentRecords) -> Iterable[Task]:
    return (task for form in records.forms for plan in form.plans for task in plan.tasks)


def _infer(task: Task, project: Project, measured: frozenset[str], common: str) -> Link | None:
    named = _telling(task.name, common)
    told = named | _telling(task.content or "", common)
    wanted = _telling(" ".join((project.name, *project.aliases)), common)
    shared = wanted & told
    if not shared:
        return None
    # A word of the task's name counts whole, one that only its description has counts half.
    weight = sum(len(word) * (2 if word in named else 1) for word in shared)
    part = Decimal(weight) / (2 * sum(len(word) for word in wanted))
    score = part + Decimal("0.05") * min(len(measured & told - shared), 3)
    reasons = [f"共有词语：{'、'.join(sorted(shared, key=lambda word: (-len(word), word)))}"]
    money = project.amount is not None and project.amount in _sums(task)
    if project.amount is not None and money:
        score += _EVIDENT
        reasons.append(f"金额相同：{(project.amount / 10000).normalize():f}万元")
    if score < _LEAST or not (money or len(shared) > 1 or part >= _ALONE):
        return None
    most = _MOST if money or len(shared) > 1 else _MOST_OF_ONE
    score = min(score, most).quantize(Decimal("0.01"))
    return Link("implemented-by", f"task:{task.name}", f"project:{project.key}", score, "；".join(reasons))


def _telling(text: str, common: str) -> frozenset[str]:
    return frozenset(word for word in keywords(text) if word not in common)


def _sums(task: Task) -> set[Decimal]:
    """Return the sums of money a task prints, in yuan; 17.8万/年 counts as money too."""
    found = {task.amount} if task.amount else set()
    for text in _MONEY.findall(task.content or ""):
        money = parse_money(text if text.endswith("元") else f"{text}元")
        if money:
            found.add(money)
    return found


def _indicator_words(records: DocumentRecords) -> dict[str, frozenset[str]]:
    plans: Iterable[Plan] = (plan for form in records.forms for plan in form.plans if plan.project)
    words: dict[str, set[str]] = {}
    for plan in plans:
        known = words.setdefault(join_wraps(plan.project or ""), set())
        for indicator in plan.indicators:
            known |= keywords(indicator.level3)
    return {name: frozenset(found) for name, found in words.items()}
