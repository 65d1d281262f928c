"""Link the main tasks of a department to the projects that carry them out: stated by name, or inferred."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from functools import lru_cache

from jixiao.linking.naming import name_words
from jixiao.model import DocumentRecords, Link, Project, Task
from jixiao.text.names import join_wraps
from jixiao.text.vocabulary import cut, longest_first
from jixiao.values.amounts import parse_money

_MONEY = re.compile(r"\d[\d,]*(?:\.\d+)?\s*(?:亿|万)元?(?!人|人次|件|平)")
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9+]{2,}")
_LEAST = Decimal("0.5")
_ALONE = Decimal("0.6")
_EVIDENT = Decimal("0.35")
_MOST = Decimal("0.95")
_MOST_OF_ONE = Decimal("0.75")


@lru_cache(maxsize=65536)
def telling_words(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about."""
    return frozenset(word for word in cut(text) if _WORD.fullmatch(word) and word not in name_words().empty)


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
        words = _TaskWords(task, common)
        for project in projects:
            link = _infer(words, project, indicators.get(project.name, set()))
            if link:
                key = (link.subject, link.object)
                links[key] = max(links.get(key, link), link, key=lambda each: (each.score, each.reason))
    return tuple(links[key] for key in sorted(links))


def _tasks(records: DocumentRecords) -> Iterable[Task]:
    return (task for form in records.forms for plan in form.plans for task in plan.tasks)


class _TaskWords:
    """Hold the telling words of a task's name and of all of it, without those that are ``common``, and its sums."""

    def __init__(self, task: Task, common: str) -> None:
        self.task = task
        self.common = common
        self.named = self.own(task.name)
        self.told = self.named | self.own(task.content or "")
        self.sums = _sums(task)

    def own(self, text: str) -> frozenset[str]:
        """Return the telling words of a text that are not common."""
        return frozenset(word for word in telling_words(text) if word not in self.common)


def _infer(words: _TaskWords, project: Project, measured: Set[str]) -> Link | None:
    wanted = words.own(" ".join((project.name, *project.aliases)))
    shared = wanted & words.told
    if not shared:
        return None
    # A word of the task's name counts whole, one that only its description has counts half.
    weight = sum(map(len, shared)) + sum(map(len, shared & words.named))
    part = Decimal(weight) / (2 * sum(map(len, wanted)))
    score = part + Decimal("0.05") * min(len(measured & words.told - shared), 3)
    reason = f"共有词语：{'、'.join(longest_first(shared))}"
    money = project.amount is not None and project.amount in words.sums
    if project.amount is not None and money:
        score += _EVIDENT
        reason += f"；金额相同：{(project.amount / 10000).normalize():f}万元"
    several = money or len(shared) > 1
    if score < _LEAST or not (several or part >= _ALONE):
        return None
    score = min(score, _MOST if several else _MOST_OF_ONE).quantize(Decimal("0.01"))
    return Link("implemented-by", f"task:{words.task.name}", f"project:{project.key}", score, reason)


def _sums(task: Task) -> set[Decimal]:
    """Return the sums of money a task prints, in yuan; 17.8万/年 counts as money too."""
    found = {task.amount} if task.amount else set()
    for text in _MONEY.findall(task.content or ""):
        money = parse_money(text if text.endswith("元") else f"{text}元")
        if money:
            found.add(money)
    return found


def _indicator_words(records: DocumentRecords) -> Mapping[str, Set[str]]:
    words: defaultdict[str, set[str]] = defaultdict(set)
    for form in records.forms:
        for plan in form.plans:
            if plan.project:
                words[join_wraps(plan.project)].update(*(telling_words(each.level3) for each in plan.indicators))
    return words
