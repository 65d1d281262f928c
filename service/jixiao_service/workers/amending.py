"""Work out what decisions of persons change in the graphs of a kept original: in a closed process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jixiao.review.decisions import read_decision
from jixiao.reviewing import StoredDocument, find_differences


def write_differences(
    data: bytes,
    about: Mapping[str, Any],
    before: Sequence[Mapping[str, str]],
    added: Sequence[Mapping[str, str]],
    base_iri: str,
) -> bytes:
    """Return by graph the lines that go and that come, as JSON; ``about`` are the fields of ``StoredDocument``."""
    stored = StoredDocument(**{**about, "labels": tuple(about["labels"])})
    held, more = ([read_decision(each) for each in decisions] for decisions in (before, added))
    return json.dumps(find_differences(data, stored, held, more, base_iri)).encode()
