"""Write the reference of the documentation from the code, as pages of Markdown in Chinese or English.

MkDocs calls ``on_files`` and ``on_page_markdown`` while it builds; ``python tools/reference.py FOLDER`` writes them
into a folder. Nothing written here is kept in the repository: what the code says is what the pages say.
"""

from __future__ import annotations

import csv
import dataclasses
import importlib.metadata
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SEVERITIES = {"violation": ("错误", "violation"), "warning": ("需说明", "warning"), "info": ("提示", "info")}
LANGUAGES = {"zh": 0, "en": 1}


def cell(value: object) -> str:
    """Return a value as the text of a table's cell."""
    return " ".join(str(value).split()).replace("|", "\\|") if value is not None else ""


def table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> str:
    """Return rows as a table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def code(text: object) -> str:
    """Return a text as code, nothing for nothing."""
    return f"`{text}`" if text not in (None, "") else ""


# ---------------------------------------------------------------- commands


def root() -> Any:
    """Return what typer knows of the program."""
    import typer

    from jixiao.cli import app

    return typer.main.get_command(app)


def commands() -> Iterator[tuple[str, Any]]:
    """Yield the commands as they are typed, with what typer knows of each."""

    def walk(group: Any, name: str) -> Iterator[tuple[str, Any]]:
        for word, command in group.commands.items():
            yield f"{name} {word}", command
            if hasattr(command, "commands"):
                yield from walk(command, f"{name} {word}")

    yield from walk(root(), "jixiao")


def option_row(option: Any) -> tuple[str, ...]:
    """Return the row of one option or argument."""
    spelled = ", ".join(code(word) for word in (*option.opts, *option.secondary_opts))
    if not any(word.startswith("-") for word in option.opts):
        spelled = code((option.metavar or option.name).upper())
    given = option.default
    told = given is not None and given is not False and not callable(given) and given not in ((), [], "")
    default = code(getattr(given, "value", given)) if told else ""
    return spelled, option.help or "", default


def cli_page(zh: bool) -> str:
    """Return the page of the commands."""
    parts = ["# 命令行\n" if zh else "# Command line\n"]
    parts.append(
        "退出码：0 正常，1 有审核错误，2 用法不对或问题没听懂，3 输入读不了，4 图谱库、网络或系统。\n"
        if zh
        else "Exit codes: 0 fine, 1 violations found, 2 usage or a question not understood, 3 unreadable input, "
        "4 store, network or system. Help texts are Chinese, English in brackets.\n"
    )
    head = ("参数", "说明", "缺省") if zh else ("parameter", "meaning", "default")
    parts.append(table(head, [option_row(option) for option in root().params]))
    for name, command in commands():
        parts.append(f"## {name}\n\n{(command.help or '').strip()}\n")
        if not hasattr(command, "commands"):
            parts.append(table(head, [option_row(option) for option in command.params]))
    return "\n".join(parts)


# ---------------------------------------------------------------- Python


def public_names() -> Iterator[tuple[str, Any]]:
    """Yield what the package offers, with the types that its functions give and take."""
    import jixiao
    from jixiao import api, errors, model, pipeline, reading

    for name in jixiao.__all__:
        if not name.startswith("__"):
            yield f"jixiao.{name}", getattr(jixiao, name)
    yield "jixiao.api.Rows", api.Rows
    yield "jixiao.reading.Reading", reading.Reading
    yield "jixiao.reading.LiftOptions", reading.LiftOptions
    yield "jixiao.pipeline.LiftReport", pipeline.LiftReport
    yield "jixiao.model.Target", model.Target
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, errors.JixiaoError):
            yield f"jixiao.errors.{name}", kind


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the public functions and properties that a class itself says something about."""
    for name, member in vars(kind).items():
        shown = inspect.isfunction(member) or isinstance(member, property) or hasattr(member, "attrname")
        if shown and not name.startswith("_") and inspect.getdoc(member):
            yield name, member


def signature(thing: Any) -> str:
    """Return the parameters of a function or class, without the quotes of late annotations."""
    try:
        return str(inspect.signature(thing)).replace("'", "")
    except (TypeError, ValueError):
        return ""


def member_part(name: str, member: Any) -> str:
    """Return what a class says of one of its members."""
    spelled = name + signature(member).replace("(self, ", "(").replace("(self)", "()")
    if not inspect.isfunction(member):
        spelled = name
    return f"- **`{spelled}`**: {' '.join((inspect.getdoc(member) or '').split())}"


def python_page(zh: bool) -> str:
    """Return the page of the Python interface."""
    parts = ["# Python 接口\n" if zh else "# Python interface\n"]
    parts.append(
        "公开的名字只有这些；其余以 `jixiao.` 开头的都可能改变。用法见[嵌入自己的程序](../howto/embed.md)。"
        "说明文字取自代码里的文档字符串（英文）。\n"
        if zh
        else "These names are public; all others below `jixiao.` may change. "
        "Examples: [embed in an application](../howto/embed.md).\n"
    )
    for name, thing in public_names():
        parts.append(f"## {name}\n\n```text\n{name}{signature(thing)}\n```\n\n{inspect.getdoc(thing) or ''}\n")
        if inspect.isclass(thing):
            parts += [member_part(*member) for member in members(thing)]
            parts.append("")
    return "\n".join(parts)


# ---------------------------------------------------------------- HTTP


def application() -> Any:
    """Return the application, with everything that can be switched on."""
    from jixiao_service.app import create_app
    from jixiao_service.settings import ServiceSettings

    return create_app(ServiceSettings(store="none", mcp=True))


def routes(app: Any) -> Iterator[str]:
    """Yield the paths of all routes of an application."""
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner)
        elif getattr(route, "path", None):
            yield route.path


def addresses() -> dict[str, dict[str, str]]:
    """Return the addresses that OpenAPI does not describe, with what each is for."""
    return tomllib.loads((ROOT / "docs" / "addresses.toml").read_text("utf-8"))


def parameter_row(parameter: dict[str, Any]) -> tuple[str, ...]:
    """Return the row of a parameter of an operation."""
    example = parameter.get("examples", {}).get("example", {}).get("value", "")
    return code(parameter["name"]), parameter["in"], parameter.get("description", ""), code(example)


def operation_part(path: str, method: str, operation: dict[str, Any], zh: bool) -> str:
    """Return what one operation does and takes."""
    parts = [f"## {method.upper()} {path}\n", operation.get("summary", ""), "", operation.get("description", ""), ""]
    rows = [parameter_row(parameter) for parameter in operation.get("parameters", [])]
    named = re.search(r"/api/v1/\w+$", path)
    if rows and named and len(rows) > 25:
        rows = [row for row in rows if not re.search(r"_(ne|lt|le|gt|ge|has|in|not)`$", row[0])]
        parts.append(
            "每一列还可加 `_ge`、`_le` 等比较，全部参数见 `/api/docs`。\n"
            if zh
            else "Columns also take comparisons such as `_ge` and `_le`; `/api/docs` lists every parameter.\n"
        )
    if rows:
        head = ("参数", "位置", "说明", "例") if zh else ("parameter", "in", "meaning", "example")
        parts.append(table(head, rows))
    return "\n".join(parts)


def rest_page(zh: bool) -> str:
    """Return the page of the service's addresses."""
    description = application().openapi()
    parts = ["# HTTP 接口\n" if zh else "# HTTP interface\n"]
    parts.append(
        "机器可读的描述在 `/api/openapi.json`（OpenAPI 3.1）。先列 OpenAPI 里没有的地址，再列 REST 的每个操作。"
        "以 `.json`、`.csv`、`.xlsx` 结尾的同名地址给出同样的行，是文件。\n"
        if zh
        else "`/api/openapi.json` is the machine-readable description (OpenAPI 3.1). Addresses it leaves out come "
        "first, then every REST operation. The same address with `.json`, `.csv`, `.xlsx` gives the rows as a file.\n"
    )
    rows = [(code(path), told["zh" if zh else "en"]) for path, told in addresses().items()]
    parts.append(table(("地址", "内容") if zh else ("address", "content"), rows))
    for path, ways in description["paths"].items():
        parts += [operation_part(path, method, each, zh) for method, each in ways.items()]
    return "\n".join(parts)


# ---------------------------------------------------------------- settings and limits


def setting_defaults() -> dict[str, object]:
    """Return the fields of the classes of limits by the variable that sets each, with their defaults."""
    from jixiao_service.door import DoorLimits
    from jixiao_service.settings import Limits

    found: dict[str, object] = {}
    for prefix, kind in (("JIXIAO_LIMIT", Limits), ("JIXIAO_DOOR", DoorLimits)):
        for field in dataclasses.fields(kind):
            if str(field.type) not in ("int", "float"):
                continue
            made = field.default is dataclasses.MISSING
            found[f"{prefix}_{field.name.upper()}"] = None if made else field.default
    return found


def settings() -> dict[str, dict[str, str]]:
    """Return what each environment variable means."""
    return tomllib.loads((ROOT / "docs" / "settings.toml").read_text("utf-8"))


def setting_rows(zh: bool, wanted: Callable[[str], bool]) -> list[tuple[object, ...]]:
    """Return the rows of the settings wanted."""
    defaults = setting_defaults()
    rows: list[tuple[object, ...]] = []
    for name, told in settings().items():
        if wanted(name):
            default = defaults.get(name)
            rows.append(
                (code(name), told["zh" if zh else "en"], code(told.get("default", "") if default is None else default))
            )
    return rows


def is_limit(name: str) -> bool:
    """Say whether a setting is a limit."""
    return name in setting_defaults()


def settings_page(zh: bool) -> str:
    """Return the page of the settings."""
    head = ("环境变量", "含义", "缺省") if zh else ("variable", "meaning", "default")
    intro = "# 设置\n\n全部来自环境变量，都有可用的缺省值；命令行选项优先。\n"
    if not zh:
        intro = "# Settings\n\nAll come from the environment and have working defaults; options of commands go first.\n"
    return intro + "\n" + table(head, setting_rows(zh, lambda name: True))


def limits_page(zh: bool) -> str:
    """Return the page of the limits: what is written, and what the code sets."""
    written = (ROOT / "docs" / ("zh" if zh else "en") / "limits.inc").read_text("utf-8")
    head = ("设置", "含义", "缺省") if zh else ("setting", "meaning", "default")
    return written + "\n" + table(head, setting_rows(zh, is_limit))


# ---------------------------------------------------------------- tables, vocabulary, rules, exports


def tables_page(zh: bool) -> str:
    """Return the page of the tables and their columns."""
    from jixiao.tables import TABLES, TableSpec
    from jixiao.tables.schemas import COLUMNS

    schema = tomllib.loads((ROOT / "kg/jixiao/tables/schema.toml").read_text("utf-8"))
    named = tomllib.loads((ROOT / "service/jixiao_service/rest/description.toml").read_text("utf-8"))
    with (ROOT / "kg/jixiao/exporting/columns.csv").open(encoding="utf-8") as lines:
        columns = {row["name"]: row for row in csv.DictReader(lines)}
    parts = ["# 表\n" if zh else "# Tables\n"]
    parts.append(
        '`jixiao table 名称`、`/api/v1/名称`、`store.table("名称")` 是同一张表。数字是精确的十进制文本，金额以元计。'
        "也有副本的行，`copy_of` 写明计数的是哪一份。\n"
        if zh
        else '`jixiao table NAME`, `/api/v1/NAME` and `store.table("NAME")` are the same table. Numbers are exact '
        "decimals as text, money is in yuan. Rows of copies are among them: `copy_of` names what is counted.\n"
    )
    head = ("列", "中文", "类型", "说明") if zh else ("column", "title", "type", "meaning (Chinese, English)")
    for name, shown in COLUMNS.items():
        spec = TABLES.get(name) or TableSpec(name, frozenset(schema["lists"].get(name, ())))
        about = named.get(name, {}).get("about", "")
        parts.append(f"## {name}\n\n{about}\n")
        rows = []
        for column in shown:
            told = columns.get(f"{name}.{column}") or columns.get(column, {})
            title = told.get("title", "") if zh else told.get("title_en") or column.replace("_", " ")
            rows.append((code(column), title, column_type(column, spec, schema), told.get("description", "")))
        parts.append(table(head, rows))
    return "\n".join(parts)


def column_type(column: str, spec: Any, schema: dict[str, Any]) -> str:
    """Return what kind of value a column holds."""
    if column in spec.lists:
        return "list"
    if column in spec.maps:
        return "map"
    for kind in ("numbers", "integers", "booleans"):
        if column in schema[kind]:
            return kind.removesuffix("s")
    return "text"


def vocabulary_page(zh: bool) -> str:
    """Return the page of the vocabulary: the glossary that is made from the ontology."""
    text = (ROOT / "ontology/GLOSSARY.md").read_text("utf-8")
    text = re.sub(r"^Written by .*$\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\]\((?!https?:|#)[^)]*\)", "]", text)
    return text if zh else text.replace("# 词汇表 · Glossary", "# Vocabulary · 词汇表", 1)


def rule_part(rule: Any, zh: bool) -> str:
    """Return what one rule looks for, says and rests on."""
    language = "zh" if zh else "en"
    severity = SEVERITIES[str(rule.severity)][0 if zh else 1]
    parts = [f"### {rule.id} {rule.label if zh else rule.name}\n", f"- {'级别' if zh else 'severity'}: {severity}"]
    parts.append(f"- {'依据' if zh else 'rests on'}: {rule.source}")
    if rule.follows:
        parts.append(f"- {'随这些一并说' if zh else 'told with'}: {' '.join(rule.follows)}")
    if rule.shape:
        parts.append(f"- SHACL: `shapes/{rule.shape}`")
    said = dict.fromkeys(getattr(message, language) for message in rule.messages.values())
    done = dict.fromkeys(getattr(remedy, language) for remedy in rule.remedies.values())
    parts += [f"- {'写成' if zh else 'says'}: {code(sentence)}" for sentence in said]
    parts += [f"- {'建议' if zh else 'proposes'}: {code(sentence)}" for sentence in done if sentence]
    parts += [f"- {'阈值' if zh else 'threshold'} `{name}` = `{value}`" for name, value in rule.thresholds.items()]
    return "\n".join(parts) + "\n"


def rules_page(zh: bool) -> str:
    """Return the page of the audit rules."""
    from jixiao.audit.registry import rules

    parts = ["# 审核规则\n" if zh else "# Audit rules\n"]
    parts.append(
        "错误是肯定有错，需说明是应当解释，提示是写法。`{…}` 处填入发现的数字。阈值可按单位改："
        "`--settings 本单位.toml`。\n"
        if zh
        else "A violation is certainly wrong, a warning has to be explained, info is style. `{…}` is filled with the "
        "figures of the finding. Thresholds can be set per office: `--settings office.toml`.\n"
    )
    family = None
    for rule in rules().values():
        if rule.family != family:
            family = rule.family
            parts.append(f"## {rule.id[:2]} {family}\n")
        parts.append(rule_part(rule, zh))
    return "\n".join(parts)


def formats() -> list[dict[str, str]]:
    """Return the formats of exports."""
    with (ROOT / "kg/jixiao/exporting/formats.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def exports_page(zh: bool) -> str:
    """Return the page of the formats of exports and their filters."""
    from jixiao.exporting import Selection

    head = ("格式", "种类", "扩展名", "媒体类型", "说明") if zh else ("format", "kind", "suffix", "media type", "for")
    rows = [(code(row["name"]), row["kind"], row["suffix"], row["media_type"], row["title"]) for row in formats()]
    text = "# 导出\n\n`jixiao export 格式 -o 文件` 和 `/export/{格式}`，筛选相同。\n\n"
    if not zh:
        text = "# Exports\n\n`jixiao export FORMAT -o FILE` and `/export/{format}` take the same filters.\n\n"
    filters = " ".join(code(field.name) for field in dataclasses.fields(Selection))
    return text + table(head, rows) + f"\n## {'筛选' if zh else 'Filters'}\n\n{filters}\n"


# ---------------------------------------------------------------- licences


def licence_of(about: Any) -> str:
    """Return the licence that the metadata of a distribution names."""
    named = [line.rpartition(":: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")]
    return about.get("License-Expression") or "; ".join(named) or (about.get("License") or "?").splitlines()[0]


def installed(extra: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Yield name, version, licence and home of what an installation brings, or of what an extra adds to it."""
    from packaging.requirements import Requirement

    left = [Requirement(f"jixiao-kg[{extra}]" if extra else "jixiao-kg")]
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        wanted = left.pop()
        key = wanted.name.lower().replace("_", "-"), frozenset(wanted.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            about = importlib.metadata.distribution(wanted.name)
        except importlib.metadata.PackageNotFoundError:  # of an extra that is not installed here
            yield wanted.name, "", "", ""
            continue
        facts = dict(line.partition(", ")[::2] for line in about.metadata.get_all("Project-URL", []))
        home = about.metadata.get("Home-page") or next(iter(facts.values()), "")
        yield key[0], about.version, licence_of(about.metadata), home
        for line in about.requires or ():
            needed = Requirement(line)
            if not needed.marker or any(needed.marker.evaluate({"extra": each}) for each in ("", *wanted.extras)):
                left.append(needed)


def licences_page(zh: bool) -> str:
    """Return the page of what is shipped, brought or served, and under which licences."""
    head = ("名称", "版本", "许可证", "来源") if zh else ("name", "version", "licence", "home")
    base = sorted(set(installed()))
    parts = ["# 许可证\n" if zh else "# Licences\n"]
    parts.append(
        "绩效 (Jixiao) 本身是 Apache-2.0。数据来自政府网站，来源见 `data/sources.csv`。\n\n## 安装时一并装上的\n"
        if zh
        else "Jixiao itself is Apache-2.0. The documents in `data/` were published by offices; `data/sources.csv` says "
        "where.\n\n## What an installation brings\n"
    )
    parts.append(table(head, [row for row in base if row[0] != "jixiao-kg"]))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for extra in sorted(set(extras) - {"dev", "docs", "bench", "notebook"}):
        parts.append(f"## {'附加' if zh else 'Extra'} `{extra}`\n")
        parts.append(table(head, sorted(set(installed(extra)) - set(base))))
    scripts = tomllib.loads((ROOT / "service/jixiao_service/static/vendor.toml").read_text("utf-8"))
    parts.append("## 页面里的脚本\n" if zh else "## Scripts in the pages\n")
    parts.append(
        table(head, [(name, each["version"], each["licence"], each["file"]) for name, each in scripts.items()])
    )
    return "\n".join(parts)


PAGES: dict[str, Callable[[bool], str]] = {
    "cli": cli_page,
    "python": python_page,
    "rest": rest_page,
    "settings": settings_page,
    "tables": tables_page,
    "vocabulary": vocabulary_page,
    "rules": rules_page,
    "exports": exports_page,
    "limits": limits_page,
    "licences": licences_page,
}


def on_files(files: Any, config: Any) -> Any:
    """Add the pages and the pictures to a site that MkDocs builds."""
    from mkdocs.structure.files import File

    chinese = config["theme"]["language"] == "zh"
    for name, page in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page(chinese)))
    for picture in sorted((ROOT / "docs" / "pictures").glob("*.png")):
        files.append(File.generated(config, f"pictures/{picture.name}", abs_src_path=str(picture)))
    return files


NAMED = re.compile("参考“(.+?)”|reference “(.+?)”")


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Let words that name a page of the reference lead to it; the sources hold no links to what is only built."""
    (titles,) = (each for part in config["nav"] for name, each in part.items() if name in ("参考", "Reference"))
    places = {title: place for entry in titles for title, place in entry.items()}
    up = "../" * page.file.src_uri.count("/")

    def link(found: re.Match[str]) -> str:
        title = found[1] or found[2]
        return found[0].replace(f"“{title}”", f"[{title}]({up}{places[title]})")

    return NAMED.sub(link, markdown)


def main() -> None:
    """Write the pages of both languages into a folder."""
    place = Path(sys.argv[1])
    for language in LANGUAGES:
        (place / language).mkdir(parents=True, exist_ok=True)
        for name, page in PAGES.items():
            (place / language / f"{name}.md").write_text(page(language == "zh"), "utf-8")


if __name__ == "__main__":
    main()
