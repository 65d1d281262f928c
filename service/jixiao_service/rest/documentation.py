"""Show the API's description as a page that needs nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any

_STYLE = """body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem}code{background:#f3f3f3;padding:0 .2rem}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top}
summary{cursor:pointer;font-weight:bold}"""


_STYLE_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"


def documentation(description: dict[str, Any]) -> str:
    """Return an HTML page of an OpenAPI description."""
    parts = []
    for path, ways in description["paths"].items():
        parts += [_operation_html(path, method, each) for method, each in ways.items()]
    title = escape(description["info"]["title"])
    return (
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>{title} API</title><style>{_STYLE}</style>"
        f'<h1>{title} API</h1><p><a href="/api/openapi.json">OpenAPI 3.1</a></p>{"".join(parts)}</html>'
    )


def _operation_html(path: str, method: str, operation: dict[str, Any]) -> str:
    rows, shown, link, table = "", [], "", ""
    for parameter in operation.get("parameters", []):
        name = escape(parameter["name"])
        example = escape(str(parameter.get("examples", {}).get("example", {}).get("value", "")))
        rows += f"<tr><td><code>{name}</code><td>{escape(parameter.get('description', ''))}<td>{example}</tr>"
        if example:
            shown.append(f"{name}={example}")
    if shown and "{" not in path:
        address = f"{escape(path)}?{'&amp;'.join(shown)}"
        link = f'<p><a href="{address}">{address}</a></p>'
    if rows:
        table = f"<table><tr><th>参数<th>说明<th>例</tr>{rows}</table>"
    summary = f"{method.upper()} {escape(path)} {escape(operation.get('summary', ''))}"
    return (
        f"<details><summary>{summary}</summary><p>{escape(operation.get('description', ''))}</p>{link}{table}</details>"
    )
