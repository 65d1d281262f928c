"""The analyses by name, as ``jixiao analyse`` and the service offer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jixiao.analysis import findings
from jixiao.analysis.networks import CONCEPTS, PROJECTS
from jixiao.analysis.uses import Use, read_uses
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

Rows = list[Mapping[str, Any]]
THRESHOLD = 0.6


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """Hold how an analysis is meant: of projects or departments, by concepts or names, from which score on."""

    of: str = PROJECTS
    by: str = CONCEPTS
    threshold: float = THRESHOLD


@dataclass(frozen=True, slots=True)
class Analysis:
    """Describe an analysis: Chinese title, columns, and the function that finds the rows."""

    title: str
    columns: tuple[str, ...]
    find: Callable[[list[Use], AnalysisOptions], Rows]


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ANALYSES: Mapping[str, Analysis] = {
    "shared": Analysis(
        "部门共有的指标",
        _columns("indicator department_count project_count use_count department_names targets concept"),
        lambda uses, how: findings.shared_indicators(uses, how.by),
    ),
    "similar": Analysis(
        "指标相似的项目或部门",
        _columns("one other similarity shared shared_names one_department other_department one_iri other_iri"),
        lambda uses, how: findings.similar_members(uses, how.of, how.by),
    ),
    "central": Analysis(
        "核心指标",
        _columns("indicator user_count share use_count betweenness concept"),
        lambda uses, how: findings.central_indicators(uses, how.of, how.by),
    ),
    "orphans": Analysis(
        "孤立的指标",
        _columns("indicator reasons project department fiscal_year target_text iri"),
        lambda uses, how: findings.orphan_indicators(uses),
    ),
    "duplicates": Analysis(
        "疑似重复的项目",
        _columns("one other score name_score target_score same_rows one_department other_department one_iri other_iri"),
        lambda uses, how: findings.duplicate_projects(uses, how.threshold),
    ),
    "communities": Analysis(
        "指标相近的群组",
        _columns("community size themes member_names member_iris"),
        lambda uses, how: findings.communities(uses, how.of, how.by),
    ),
}


def analyse(store: SupportsQuery, name: str, selection: Selection, options: AnalysisOptions | None = None) -> Rows:
    """Return the rows of an analysis; the columns are those of ``ANALYSES[name]``.

    Raises UsageError for an analysis that does not exist and for filters that name nothing.
    """
    if name not in ANALYSES:
        raise UsageError(f"没有这种分析；可用的有 (analyses): {' '.join(ANALYSES)}", "unknown-analysis", name)
    return ANALYSES[name].find(read_uses(store, selection), options or AnalysisOptions())
