"""Write the SKOS code lists ``codes/*.ttl`` from their tables ``codes/*.csv``, and ``GLOSSARY.md`` from ``core.ttl``.

Run ``make codes`` after changing a table or the ontology; a test compares what is written with what it is made from.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

CODES = Path(__file__).parent / "codes"
HEAD = """# Written by ontology/build.py from {name}.csv: change the table, not this file.
@prefix jx: <https://w3id.org/jixiao/ontology#> .
@prefix jxc: <https://w3id.org/jixiao/code/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
"""
MOF = "财政部《政府收支分类科目》"
ERAS = {
    "2013-project": ("2013 年项目支出绩效评价指标框架", "project evaluation, 2013", "财预〔2013〕53号"),
    "2013-department": ("2013 年部门整体支出绩效评价指标框架", "department evaluation, 2013", "财预〔2013〕53号"),
    "2015": ("2015 年绩效目标指标框架", "performance targets, 2015", "财预〔2015〕88号"),
    "2020-self-evaluation": ("2020 年单位自评指标框架", "self-evaluation, 2020", "财预〔2020〕10号"),
    "2020-evaluation": ("2020 年财政和部门评价指标框架", "evaluation, 2020", "财预〔2020〕10号"),
    "2021": ("2021 年绩效指标框架", "performance indicators, 2021", "财预〔2021〕101号"),
    "department-2018": ("2018 年部门整体绩效维度", "department dimensions, 2018", "中发〔2018〕34号"),
    "henan-department": ("河南省部门整体绩效指标框架", "department targets, Henan", "河南省部门（单位）整体绩效目标表"),
    "objectives": ("投入、管理、产出、结果目标框架", "input, management, output and outcome objectives", "地方表式"),
}
Row = dict[str, str]
Statement = tuple[str, Iterable[str]]


def read(name: str) -> list[Row]:
    """Read ``codes/NAME.csv``."""
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def literal(value: str, language: str = "") -> str:
    """Return a Turtle literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' + (f"@{language}" if language else "")


def node(name: str, kinds: str, *statements: Statement) -> str:
    """Return the Turtle of one node; statements without values are left out."""
    stated = ((predicate, list(values)) for predicate, values in statements)
    lines = [f"{predicate} {', '.join(values)}" for predicate, values in stated if values]
    return f"\n{name} a {kinds} ;\n    " + " ;\n    ".join(lines) + " .\n"


def concept(name: str, row: Row, *more: Statement, kinds: str = "skos:Concept") -> str:
    """Return a concept with the labels, other spellings and further statements of a row."""
    return node(
        name,
        kinds,
        ("skos:prefLabel", labels(row["label"], row.get("label_en", ""))),
        ("skos:altLabel", [literal(each, "zh") for each in row.get("alt", "").split("|") if each]),
        *more,
    )


def labels(zh: str, en: str) -> list[str]:
    """Return the Chinese and, where there is one, the English label."""
    return [literal(zh, "zh"), *([literal(en, "en")] if en else [])]


def scheme(name: str, zh: str, en: str, source: str = "") -> str:
    """Return a concept scheme with its source."""
    sources = ("dcterms:source", [literal(source, "zh")] if source else [])
    return node(name, "skos:ConceptScheme", ("skos:prefLabel", labels(zh, en)), sources)


def iri(prefix: str, key: str) -> str:
    """Return a concept's prefixed name."""
    return f"jxc:{prefix}-{key}" if prefix else f"jxc:{key}"


def build_levels() -> str:
    """Return the indicator levels of every era: one scheme an era, spellings, broader, match to what is measured."""
    rows = read("levels")
    keys = {(row["level"], row["label"], row["scheme"].split("|")[0]): row["key"] for row in rows}
    names = {(row["level"], row["label"]): row["key"] for row in rows}
    text = scheme("jxc:level-scheme", "指标层级", "indicator levels")
    text += "".join(scheme(f"jxc:levels-{era}", *words) for era, words in ERAS.items())
    for row in rows:
        above = (str(int(row["level"]) - 1), row["parent"])
        parent = keys.get((*above, row["scheme"].split("|")[0])) or names.get(above)
        text += concept(
            iri("level", row["key"]),
            row,
            ("skos:notation", [literal(row["level"] + ":" + row["key"])]),
            ("skos:broader", [iri("level", parent)] if parent else []),
            ("skos:broadMatch", [iri("", row["match"])] if row["match"] else []),
            ("skos:inScheme", ["jxc:level-scheme", *(f"jxc:levels-{era}" for era in row["scheme"].split("|"))]),
        )
    return text


def build_concepts() -> str:
    """Return what indicators measure, as a tree."""
    text = scheme("jxc:measures", "指标所测内容", "what indicators measure")
    for row in read("concepts"):
        parent = ("skos:broader", [iri("", row["parent"])] if row["parent"] else [])
        text += concept(iri("", row["key"]), row, parent, ("skos:inScheme", ["jxc:measures"]))
    return text


def build_kinds() -> str:
    """Return the kinds of targets, forms, documents, periods and funds."""
    titles = {
        "kind": ("目标值种类", "kinds of target"),
        "form": ("绩效表种类", "kinds of form"),
        "document": ("文件种类", "kinds of document"),
        "period": ("目标期", "periods"),
        "fund": ("资金种类", "kinds of fund"),
    }
    text = "".join(scheme(f"jxc:{name}-scheme", *words) for name, words in titles.items())
    for row in read("kinds"):
        name = row["scheme"]
        text += concept(
            iri(name, row["key"]),
            row,
            ("skos:notation", [literal(row["key"])]),
            ("skos:inScheme", [f"jxc:{name}-scheme"]),
        )
    return text


def number(decimal: str) -> str:
    """Return a Turtle decimal."""
    return decimal if "." in decimal else decimal + ".0"


def build_units() -> str:
    """Return the units: QUDT's own, which says its factors, where it has one, else ours with the factor to another."""
    rows = read("units")
    names = {row["key"]: f"unit:{row['qudt']}" if row["qudt"] else iri("unit", row["key"]) for row in rows}
    text = scheme("jxc:unit-scheme", "计量单位", "units")
    for row in rows:
        scaled = row["factor"] and not row["qudt"]
        text += concept(
            names[row["key"]],
            row,
            ("qudt:conversionMultiplier", [number(row["factor"])] if scaled else []),
            ("qudt:scalingOf", [names[row["base"]]] if scaled else []),
            ("skos:inScheme", ["jxc:unit-scheme"]),
            kinds="skos:Concept, qudt:Unit",
        )
    return text


def build_classes(name: str, prefix: str, zh: str, en: str) -> str:
    """Return a classification whose codes grow by two digits a level (类 款 项)."""
    text = scheme(f"jxc:{prefix}-scheme", zh, en, MOF)
    for row in read(name):
        code = row["code"]
        text += concept(
            iri(prefix, code),
            row,
            ("skos:notation", [literal(code)]),
            ("skos:broader", [iri(prefix, code[:-2])] if len(code) > 3 else []),
            ("skos:inScheme", [f"jxc:{prefix}-scheme"]),
        )
    return text


def build_regions() -> str:
    """Return the administrative divisions."""
    text = scheme("jxc:region-scheme", "行政区划", "administrative divisions", "GB/T 2260")
    for row in read("regions"):
        text += concept(
            iri("region", row["code"]),
            {"label": row["name"]},
            ("skos:notation", [literal(row["code"])]),
            ("skos:broader", [iri("region", row["parent"])] if row["parent"] else []),
            ("skos:inScheme", ["jxc:region-scheme"]),
            kinds="jx:Region",
        )
    return text


LISTS: dict[str, Callable[[], str]] = {
    "levels": build_levels,
    "concepts": build_concepts,
    "kinds": build_kinds,
    "units": build_units,
    "functional": lambda: build_classes("functional", "func", "支出功能分类", "functional classes of expenditure"),
    "economic": lambda: build_classes("economic", "econ", "支出经济分类", "economic classes of expenditure"),
    "regions": build_regions,
}


def build(name: str) -> str:
    """Return the Turtle of a code list."""
    return HEAD.format(name=name) + LISTS[name]()


def read_core() -> dict[str, dict[str, list[str]]]:
    """Return what ``core.ttl`` says of each term, by property: values as Turtle would write them, in order."""
    from pyoxigraph import Literal, RdfFormat, parse

    text = (CODES.parent / "core.ttl").read_text("utf-8")
    prefixes = {iri: prefix for prefix, iri in re.findall(r"@prefix (\w+): <([^>]+)>", text)}

    def short(iri: str) -> str:
        start = max((each for each in prefixes if iri.startswith(each)), key=len, default="")
        return f"{prefixes[start]}:{iri.removeprefix(start)}" if start else f"<{iri}>"

    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in parse(text, RdfFormat.TURTLE):
        subject, predicate = short(triple.subject.value), short(triple.predicate.value)
        value = triple.object
        if isinstance(value, Literal):
            said[subject][predicate + (f"@{value.language}" if value.language else "")].append(value.value)
        else:
            said[subject][predicate].append(short(value.value))
    return said


def build_glossary() -> str:
    """Return the glossary: every term with its labels and meaning; properties with where they stand and an example."""
    said = read_core()
    text = (CODES.parent / "glossary-head.md").read_text("utf-8")
    sections = re.split(r"^# ---- ", (CODES.parent / "core.ttl").read_text("utf-8"), flags=re.M)[1:]
    for section in sections:
        title, _, body = section.partition("\n")
        terms = re.findall(r"^(jx:\w+) a ", body, re.M)
        rows = [row(term, said[term]) for term in terms if "owl:Class" not in said[term]["rdf:type"]]
        heading = PROPERTIES
        if not rows:
            heading, rows = CLASSES, [class_row(term, said[term]) for term in terms]
        text += f"\n## {title}\n\n{heading}" + "".join(rows)
    return text


PROPERTIES = """| 中文 | English | IRI | 在哪些类上 · on | 值 · values | 例 · example | 查询 · query |
|---|---|---|---|---|---|---|
"""
CLASSES = """| 中文 | English | IRI | 说明 | meaning |
|---|---|---|---|---|
"""


def class_row(term: str, said: dict[str, list[str]]) -> str:
    """Return the row of a class."""
    (zh,), (en,) = said["rdfs:label@zh"], said["rdfs:label@en"]
    return f"| {zh} | {en} | `{term}` | {said['rdfs:comment@zh'][0]} | {said['rdfs:comment@en'][0]} |\n"


def row(term: str, said: dict[str, list[str]]) -> str:
    """Return the row of a property; its query asks the first class that it stands on."""
    (zh,), (en,) = said["rdfs:label@zh"], said["rdfs:label@en"]
    on = said["rdfs:domain"] + said["dcam:domainIncludes"]
    values = said["rdfs:range"] + said["dcam:rangeIncludes"]
    example = (said["skos:example"] + said["skos:example@zh"] + [""])[0]
    asked = "".join(f"a {each} ; " for each in on[:1] if each != "jx:Plan")  # which has no instances itself
    query = f"`SELECT * {{ ?x {asked}{term} ?v }}`" if on else ""
    cells = [zh, en, f"`{term}`", " ".join(on), " ".join(values), example and f"`{example}`", query]
    return "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    (CODES.parent / "GLOSSARY.md").write_text(build_glossary(), encoding="utf-8")
    for each in LISTS:
        (CODES / f"{each}.ttl").write_text(build(each), encoding="utf-8")
