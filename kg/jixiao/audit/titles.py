"""Name the tables and forms of a document the way its readers see them."""

from __future__ import annotations

from jixiao.audit.context import DocumentAudit
from jixiao.model import FilledForm, Mention, MoneyTable

_OTHER = {"task": "年度主要任务", "prose": "正文"}


def table_title(audit: DocumentAudit, table: int | None) -> str | None:
    """Return the printed title of the money table or form that stands in a table of the document."""
    if table is None:
        return None
    held: tuple[MoneyTable | FilledForm, ...] = (*audit.records.money_tables, *audit.records.forms)
    titles = (each.title for each in held if each.source.table == table)
    return next(filter(None, titles), None)


def place_of(audit: DocumentAudit, mention: Mention) -> str:
    """Return the title of where a project is named."""
    return table_title(audit, mention.source.table) or _OTHER.get(mention.table_kind, mention.table_kind)
