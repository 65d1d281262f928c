"""Read wording the way the rules compare it: by the closed words of ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.model import Goal, Task
from jixiao.text.folding import fold_name
from jixiao.text.names import join_wraps


@cache
def words() -> Mapping[str, Any]:
    """Return the closed words the rules go by (``words.toml``)."""
    return tomllib.loads(files("jixiao.audit").joinpath("words.toml").read_text("utf-8"))


@cache
def expanded(pattern: str) -> str:
    """Return a pattern with each ``{name}`` replaced by that pattern of ``words.toml``."""
    return re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{words()['patterns'][found[1]]})", pattern)


def says(pattern: str, text: str) -> re.Match[str] | None:
    """Return where a text says what a pattern of ``words.toml`` looks for."""
    return re.search(expanded(f"{{{pattern}}}"), text)


def stem(name: str) -> str:
    """Return an indicator's name without what only says that it is done (完成率, 达标情况)."""
    found = says("suffix", name)
    if found is None:
        return name
    return name[: found.start()]


def same_text(one: str | None, other: str | None) -> bool:
    """Tell whether two texts are the same but for blanks, width and punctuation at the end."""
    if not one:
        return False
    if not other:
        return False
    return fold_name(join_wraps(one)) == fold_name(join_wraps(other))


def wording_of(item: Goal | Task) -> str:
    """Return the words of a goal, the name of a task."""
    if isinstance(item, Goal):
        return item.text
    return item.name
