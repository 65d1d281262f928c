"""Say what has to be said of a money table (sentences in ``specifications/issues.toml``)."""

from __future__ import annotations

from jixiao.accounts.lexicon import read_specification
from jixiao.model import Issue, Source


def issue(code: str, source: Source, **values: object) -> Issue:
    """Return the issue of a code with the values its sentences name; ``level`` is one where it is not the usual one."""
    said = read_specification("issues")[code]
    zh, en = (said[language].format(line=source.line, **values) for language in ("zh", "en"))
    return Issue(code, zh, en, source, str(values.get("level", said["level"])))
