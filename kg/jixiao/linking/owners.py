"""Name what a project's name may begin with without being another project: the region and department it belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.linking.regions import region_name
from jixiao.prose.offices import take_apart
from jixiao.text.folding import fold_name
from jixiao.text.vocabulary import longest_first


def owner_names(names: Iterable[str], region_code: str | None = None) -> tuple[str, ...]:
    """Return the folded region and office names of a department's spellings, the longest first."""
    found: set[str] = set()
    for printed in names:
        office = take_apart(printed)
        found |= {office.name, office.region}
    if region_code and (name := region_name(region_code)):
        found.add(name)
    found |= {name.rstrip("市县区") for name in found}
    return longest_first(fold_name(name) for name in found if len(name) > 1)
