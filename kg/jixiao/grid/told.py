"""Read what a report tells of an indicator, clause by clause: name, target, actual value, points, reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.amounts import parse_amount

LONGEST = 40  # characters of a name
_SAID = r"(?:设定)?(?:为|是|[:：]|定为|达到|达)?\s*"
_DONE = r"完成|达到|执行|发放|建成|新建|投入|培训|开展|为"
_TARGET = r"目标值|指标值|标准值|预期值|预期目标|目标(?=[为是:：≥≤=])|计划(?=完成(?!率)|新|实施|数|为|\d)"
_ACTUAL = rf"已?实际(?:{_DONE})?|实现|已完成|完成(?=值|情况|数|[:：为\d])"
_ROLES = re.compile(
    rf"(?P<reason>(?:扣分|偏差|未完成|未达标|差异|失分|未达到)的?(?:主要)?原因(?:分析)?(?:是|为|[:：]|在于)*)"
    rf"|(?P<rate>(?:指标|任务|目标)?完成率{_SAID}(?=\d))"
    rf"|(?P<target>(?:年初|年度|全年|预期|计划|绩效|预算|设定|原定)*(?:{_TARGET})(?:{_DONE})?{_SAID})"
    rf"|(?P<actual>(?:截至[^，,]{{2,16}}?)?(?:全年|年度|当年|年末)?(?:{_ACTUAL})(?:值|数|率|情况)?{_SAID})"
    rf"|(?P<weight>该?(?:项|指标)?(?:分值|权重|满分|标准分){_SAID}(?=\d))"
    rf"|(?P<score>(?:自评|评价|实际|最终|自评价)?(?:得分|评分|得|计){_SAID}(?=\d))"
)
_POINTED = re.compile(r"[（(](?P<points>[\d.]+)分[)）]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[，,]")
_STATEMENT = re.compile(r"[。；;\n]+")
_ORDINAL = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）、.．](?!\d)|[①-⑳]|[一二三四五六七八九十]是)\s*"
)
_QUOTES = re.compile(r"[“”\"「」『』]")


@dataclass(slots=True)
class Told:
    """Hold what a report tells of one indicator; texts as printed, points as numbers."""

    name: str
    texts: dict[str, str] = field(default_factory=dict)

    def points(self, role: str) -> Decimal | None:
        """Return the points told as weight or score."""
        found = _NUMBER.search(self.texts.get(role, ""))
        return parse_amount(found.group()) if found else None


def told_in(text: str) -> list[Told]:
    """Return what the statements of a text tell; one without a name goes on with the one before it."""
    told: list[Told] = []
    for statement in _STATEMENT.split(text):
        name, texts = _roles(_QUOTES.sub("", join_wraps(statement)))
        if name:
            told.append(Told(name, texts))
        elif texts and told and not set(texts) & set(told[-1].texts):
            told[-1].texts.update(texts)
    return [each for each in told if each.texts.keys() & {"target", "actual"} and len(each.name) <= LONGEST]


def _roles(statement: str) -> tuple[str, dict[str, str]]:
    """Return the name a statement begins with and the text of each role it tells, the first of each."""
    found = list(_ROLES.finditer(statement))
    while found and found[0].lastgroup == "rate":
        found.pop(0)  # 计划完成率 is a name, unless a target stands before it
    name = statement[: found[0].start()] if found else statement
    texts: dict[str, str] = {}
    for position, match in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(statement)
        role, text = str(match.lastgroup), statement[match.end() : end]
        kept = text if role == "reason" else _CLAUSE.split(text.strip("，, "))[0]
        texts.setdefault(role, kept.strip("，,：:（( "))
    if pointed := _POINTED.search(name):
        texts.setdefault("weight", pointed["points"])
    return _name(name), texts


def _name(text: str) -> str:
    plain = strip_item_prefix(_ORDINAL.sub("", _POINTED.sub("", text)))
    return plain.strip(" ，,：:、（(的")
