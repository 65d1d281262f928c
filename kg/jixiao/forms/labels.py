"""Recognise the labels that stand before the facts of a form: which field, money or part of a block each names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.forms.lexicon import lexicon
from jixiao.model import Cell
from jixiao.text.folding import fold_label
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor
from jixiao.values.content import is_blank_value

PERSONAL = "contact"
SECTIONS = ("funds", "goals", "tasks", "management")
LABEL_LENGTH = 16  # characters of a label that no list knows
_ITEM_START = re.compile(
    r"目标\s*\d{1,2}\s*[:：、.．]\s*|(?:(?<=^)|(?<=[\s；;。]))(?:\d{1,2}\s*[:：、.．](?!\d)|[(（][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳]|[一二三四五六七八九十]{1,3}、)\s*"
)


def split_items(text: str) -> list[str]:
    """Split a numbered list inside one cell (1: … 2: …, （一）…) into its items, without those left blank."""
    starts = list(_ITEM_START.finditer(text))
    if len(starts) < 2:
        return [] if lexicon().is_placeholder(text) else [text.strip()]
    bounds = [match.start() for match in starts] + [len(text)]
    lead = text[: bounds[0]].strip()
    items = [text[match.end() : end].strip() for match, end in zip(starts, bounds[1:], strict=True)]
    return [item for item in ([lead] if lead else []) + items if item and not lexicon().is_placeholder(item)]


def label_kind(text: str) -> str | None:
    """Return the field a label names, None when the text is no label."""
    kinds = lexicon().labels.kinds(text)
    return kinds[0] if kinds else None


def fund_kind(text: str) -> str | None:
    """Return which fund a money label names (``total``, ``unit-funds`` …), None for none."""
    folded = fold_label(text) or text
    for kind, words in lexicon().funds.items():
        if any(word in text or word in folded for word in words):
            return kind
    return None


def label_pairs(text: str) -> list[tuple[str, str]]:
    """Return the (field, value) pairs of a line such as 项目名称：…　主管部门：… (fields known only)."""
    pairs = []
    for part in re.split(r"[\u3000\t]+|\s{2,}", text):
        found = inline_pair(part)
        if found and found[0] not in (PERSONAL, *SECTIONS) and not _is_money_unit(found[1]):
            pairs.append(found)
    return pairs


def headings(filled: Sequence[Cell]) -> list[str]:
    """Return the fields of a row that holds labels only, their values standing in the row below (else [])."""
    kinds = [label_kind(cell.text) for cell in filled]
    known = sum(kind is not None and kind not in SECTIONS for kind in kinds)
    plain = all(kind is None or kind not in SECTIONS for kind in kinds)
    if len(filled) < 4 or not plain or known < max(3, 0.6 * len(filled)):
        return []
    return [printed_label(cell.text) for cell in filled]


def printed_label(text: str) -> str:
    """Return a label as it is printed, without line breaks and colons."""
    return join_wraps(text).strip(":： ")


def is_no_value(text: str) -> bool:
    """Tell whether a text is a label or a signature and thus not what the label before it asks for."""
    return label_kind(text) is not None or lexicon().is_signing(text)


def may_label(text: str) -> bool:
    """Tell whether a text that no list knows may be a label: short words without a figure or a sentence's mark."""
    return len(text) <= LABEL_LENGTH and not re.search(r"[\d，。；！？]", text) and not is_blank_value(text)


def frame_of(text: str, wanted: Sequence[str]) -> str | None:
    """Return the first of the wanted kinds that a word inside a block names (预期目标, 全年执行数), None for none."""
    words = lexicon()
    kinds = (*words.frames.kinds(text), *words.columns.kinds(text))
    return next((kind for kind in wanted if kind in kinds), None)


def _is_money_unit(text: str) -> bool:
    return len(text) <= 6 and money_factor(text) is not None  # 单位：万元 names no office


def inline_pair(text: str) -> tuple[str, str] | None:
    """Return label and value of a cell such as 起：2021年1月."""
    label, mark, value = text.replace("：", ":").partition(":")
    kind = label_kind(label) if mark and len(label) <= 12 else None
    return (kind, value.strip()) if kind and value.strip() else None
