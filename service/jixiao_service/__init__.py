"""Answer over HTTP: SPARQL, REST, exports and pages."""

from __future__ import annotations

from typing import Any

Members = dict[str, Any]  # a JSON object, or what a template shows of one thing
