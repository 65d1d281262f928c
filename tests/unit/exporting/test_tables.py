"""Tables for Excel, Parquet and Frictionless, read by openpyxl, DuckDB, pyarrow and frictionless."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import rdflib

from jixiao.errors import UsageError
from jixiao.exporting import Selection, write_rows
from jixiao.exporting.columns import CODE, TABLE_TITLES, for_people, known_columns
from jixiao.exporting.rows import BOM
from jixiao.exporting.text import shown_text
from jixiao.store.protocol import Store
from jixiao.tables import TABLES, read_table
from jixiao.tables.schemas import table_names

from .conftest import HOSTILE

Written = Callable[..., Path]
ROWS = [{"project_code": "00123456789012345678", "amount": "1059600.05", "level3": text} for text in HOSTILE]
COLUMNS = ("project_code", "amount", "level3")


def test_every_column_of_every_table_is_explained() -> None:
    assert {column for table in TABLES.values() for column in table.columns} <= set(known_columns())
    assert set(TABLE_TITLES) == set(table_names())


def test_openpyxl_reads_the_workbook_for_programs(written: Written, store: Store) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.load_workbook(written("xlsx-machine"))
    assert book.sheetnames == ["说明", *TABLES]
    for name, table in TABLES.items():
        sheet = book[name]
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        head, *body = sheet.iter_rows(values_only=True)
        assert head == table.columns
        rows = list(read_table(store, name))
        assert len(body) == len(rows)
        for row, cells in zip(rows, body, strict=True):
            for column, cell in zip(table.columns, cells, strict=True):
                value = row[column]
                if value in (None, []):
                    assert cell is None, (name, column)
                elif isinstance(value, bool):
                    assert cell is value, (name, column)
                elif isinstance(value, int) or known_columns()[column].type in ("decimal", "integer"):
                    assert Decimal(str(cell)) == Decimal(str(value)), (name, column)
                elif isinstance(value, str):
                    assert cell == shown_text(value), (name, column)
    codes = [cell for cell in book["projects"]["C"][1:] if cell.value]
    assert codes and all(cell.data_type == "s" and cell.number_format == "@" for cell in codes)
    explained = {(row[0].split()[0], row[1]) for row in book["说明"].iter_rows(values_only=True) if row[1]}
    assert {(name, column) for name, table in TABLES.items() for column in table.columns} <= explained


def test_people_get_chinese_heads_words_and_ten_thousands(written: Written, store: Store) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.load_workbook(written("xlsx"))
    assert book.sheetnames == ["说明", *(TABLE_TITLES[name] for name in TABLES)]
    for name in TABLES:
        sheet = book[TABLE_TITLES[name]]
        head, *body = sheet.iter_rows()
        assert all(re.search(r"[\u4e00-\u9fff]", cell.value) for cell in head), name
        texts = [cell.value for row in body for cell in row if isinstance(cell.value, str)]
        assert [text for text in texts if text.startswith("https://w3id.org/")] == [], name
        assert all(8 <= sheet.column_dimensions[cell.column_letter].width <= 50 for cell in head), name
    projects = book["项目"]
    place = next(cell.column for cell in projects[1] if cell.value == "预算（万元）")
    amounts = [row["amount"] for row in read_table(store, "projects")]
    for cell, yuan in zip(list(projects.iter_rows(min_row=2, min_col=place, max_col=place)), amounts, strict=True):
        if yuan is not None:
            assert cell[0].number_format == "#,##0.00"
            assert Decimal(str(cell[0].value)) * 10_000 == Decimal(str(yuan))
    forms = {cell.value for cell in book["指标"]["D"][1:]}
    assert forms and all("项目" in form or "部门" in form for form in forms)
    assert "出处" in str(book["说明"]["A1"].value)


def test_every_code_of_the_published_tables_has_a_word(store: Store) -> None:
    unknown = set()
    for name, table in TABLES.items():
        coded = [column for column in for_people(table.columns, name) if column.shown_as.startswith(CODE)]
        for row, column in product(read_table(store, name), coded):
            held = row[column.name]
            for value in held if isinstance(held, list) else [held]:
                if value is not None and value == column.word(value) != "" and value == column.word(value, "en"):
                    unknown.add((name, column.name, value))
    assert unknown == set()


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    path = tmp_path / "hostile.xlsx"
    write_rows(ROWS, COLUMNS, "xlsx", path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for row, wanted in zip(list(sheet.iter_rows(min_row=2)), ROWS, strict=True):
        code, amount, text = row
        assert (code.data_type, code.value) == ("s", "00123456789012345678")
        assert (amount.data_type, Decimal(str(amount.value))) == ("n", Decimal("105.960005"))  # 万元
        assert text.data_type == "s" and text.hyperlink is None and text.value == shown_text(wanted["level3"])


def test_numbers_excel_would_round_stay_text_and_long_texts_say_they_are_cut(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    path = tmp_path / "long.xlsx"
    write_rows([{"amount": "1234567890123456.78", "level3": "长" * 40_000}], COLUMNS, "xlsx", path)
    _, amount, text = next(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert amount == "123456789012.345678"  # 万元
    assert len(text) == 32_767 and text.endswith("（截断）")


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    monkeypatch.setattr("jixiao.exporting.workbook.SHEET_ROWS", 10)
    path = tmp_path / "long.xlsx"
    write_rows(({"level3": f"第{number}行"} for number in range(25)), ("level3",), "xlsx", path)
    *sheets, notes = openpyxl.load_workbook(path).worksheets
    assert notes.title == "说明"
    assert [sheet.max_row for sheet in sheets] == [11, 11, 6]
    assert [cell.value for sheet in sheets for cell in sheet["A"][1:]] == [f"第{number}行" for number in range(25)]


def test_csv_for_excel_has_a_mark_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_rows(ROWS, COLUMNS, "csv-excel", path)
    assert path.read_bytes().startswith(BOM.encode())
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert [row["project_code"] for row in rows] == ["00123456789012345678"] * len(HOSTILE)
    for row, text in zip(rows, HOSTILE, strict=True):
        assert not row["level3"].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row["level3"].lstrip("'") == shown_text(text)


def test_csv_for_programs_has_no_mark_and_keeps_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_rows([{"project_code": "007", "amount": "-12.50", "level3": "正常"}], COLUMNS, "csv", path)
    assert path.read_bytes() == "project_code,amount,level3\r\n007,-12.50,正常\r\n".encode()


def test_duckdb_reads_parquet_with_exact_decimals(written: Written, store: Store, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="pip install duckdb")
    with ZipFile(written("parquet")) as archive:
        archive.extractall(tmp_path)
    for name in TABLES:
        table = duckdb.sql(f"SELECT * FROM '{tmp_path / name}.parquet'")
        rows = list(read_table(store, name))
        assert tuple(table.columns) == TABLES[name].columns
        found = table.fetchall()
        assert len(found) == len(rows)
        for row, values in zip(rows, found, strict=True):
            for column, value in zip(TABLES[name].columns, values, strict=True):
                stated = row[column]
                if isinstance(value, Decimal):
                    assert value == Decimal(str(stated)), (name, column)
                else:
                    assert value == stated, (name, column)
    types = dict(zip(table_columns(duckdb, tmp_path / "amounts.parquet"), column_types(duckdb, tmp_path), strict=True))
    assert types["amount"].startswith("DECIMAL") and types["item_code"] == "VARCHAR" and types["is_total"] == "BOOLEAN"
    total: Any = duckdb.sql(f"SELECT sum(amount) FROM '{tmp_path / 'amounts.parquet'}'").fetchall()[0]
    assert total[0] == sum(Decimal(str(row["amount"])) for row in read_table(store, "amounts"))


def table_columns(duckdb: Any, path: Path) -> list[str]:
    return list(duckdb.sql(f"SELECT * FROM '{path}'").columns)


def column_types(duckdb: Any, folder: Path) -> list[str]:
    return [str(each) for each in duckdb.sql(f"SELECT * FROM '{folder / 'amounts.parquet'}'").types]


def test_a_parquet_column_that_is_not_all_numbers_is_text(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pip install pyarrow")
    path = tmp_path / "a.parquet"
    rows: list[dict[str, Any]] = [{"amount": "1.5"}, {"amount": "不详"}, {"amount": None}]
    write_rows(rows, ("amount",), "parquet", path)
    assert parquet.read_table(path).to_pylist() == rows
    write_rows([{"amount": "1E+3"}, {"amount": "0.005"}], ("amount",), "parquet", path)
    assert parquet.read_table(path).to_pylist() == [{"amount": Decimal("1000")}, {"amount": Decimal("0.005")}]


def test_frictionless_finds_the_package_valid(written: Written, store: Store, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless", reason="pip install frictionless")
    with ZipFile(written("datapackage")) as archive:
        archive.extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "title", "note"])
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        text = (tmp_path / resource["path"]).read_text("utf-8")
        assert sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) == 1 + sum(
            1 for _ in read_table(store, resource["name"])
        )
    assert all(
        row["sha256"] in source["title"]
        for row, source in zip(read_table(store, "documents"), package["sources"], strict=True)
    )
    model = package["model"]
    columns = set(TABLES["amounts"].columns)
    assert model["measures"]["amount"]["source"] in columns and model["measures"]["amount"]["currency"] == "CNY"
    for dimension in model["dimensions"].values():
        assert {each["source"] for each in dimension["attributes"].values()} <= columns
        assert dimension["primaryKey"] in dimension["attributes"]


def test_the_package_keeps_to_the_fiscal_profile(written: Written, tmp_path: Path) -> None:
    datapackage = pytest.importorskip("datapackage", reason="pip install 'datapackage<2'")
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema")
    profile = Path(datapackage.__file__).parent / "profiles" / "fiscal-data-package.json"
    with ZipFile(written("datapackage")) as archive:
        package = json.loads(archive.read("datapackage.json"))
    errors = jsonschema.Draft4Validator(json.loads(profile.read_text("utf-8"))).iter_errors(package)
    assert [error.message for error in errors] == []


def test_filters_hold_for_tables(written: Written, store: Store) -> None:
    selection = Selection(department="卫辉市", level="满意度指标", year=2024)
    with ZipFile(written("csv", selection)) as archive:
        found = list(csv.DictReader(io.StringIO(archive.read("indicators.csv").decode("utf-8"), newline="")))
        offices = list(csv.DictReader(io.StringIO(archive.read("departments.csv").decode("utf-8"), newline="")))
    wanted = [
        row["iri"]
        for row in read_table(store, "indicators")
        if row["department"] == "卫辉市政务服务和大数据管理局" and str(row["level1"]).startswith("满意度")
    ]
    assert wanted and [row["iri"] for row in found] == wanted
    assert [row["name"] for row in offices] == ["卫辉市政务服务和大数据管理局"]
    with ZipFile(written("csv", Selection(findings=False, figures=False))) as archive:
        assert {"findings.csv", "issues.csv", "amounts.csv", "facts.csv"}.isdisjoint(archive.namelist())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", " =", "\u3000＝", "\u202e="])
@pytest.mark.parametrize("name", ["csv", "csv-excel"])
def test_no_text_that_a_spreadsheet_could_take_for_a_formula_begins_a_cell(
    tmp_path: Path, start: str, name: str
) -> None:
    path = tmp_path / "a.csv"
    write_rows([{"level3": f"{start}SUM(A1)"}], ("level3",), name, path)
    (row,) = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    assert row["level3"].startswith("'")
    assert "\u202e" not in row["level3"]


@pytest.mark.parametrize("name", ["datapackage", "neo4j", "nebula", "csv", "csv-excel"])
def test_no_file_of_a_package_holds_a_formula(written: Written, hostile_store: Store, name: str) -> None:
    seen = []
    with ZipFile(written(name, of=hostile_store)) as archive:
        for each in archive.namelist():
            if each.endswith(".csv"):
                text = archive.read(each).decode("utf-8-sig")
                seen += [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert any("HYPERLINK" in cell for cell in seen)
    assert [cell for cell in seen if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert [cell for cell in seen if "\u202e" in cell or "\u200f" in cell] == []


def test_reference_figures_are_a_vocabulary_of_their_own(tmp_path: Path) -> None:
    concept = "https://w3id.org/jixiao/code/satisfaction"
    row: dict[str, Any] = {"concept": concept, "scope": "all", "bound": "lower", "unit": "%"}
    row["names"] = ["群众满意度", "公众满意度"]
    figures = [
        {**row, "offices": 7, "lowest": "80", "median": "95", "highest": "100"},
        {**row, "scope": "year", "offices": 2, "lowest": "80", "median": None, "highest": "90"},
    ]
    write_rows(figures, tuple(figures[0]), "skos", tmp_path / "指标库.ttl", "reference-indicators")
    graph = rdflib.Graph().parse(tmp_path / "指标库.ttl")
    about = rdflib.URIRef(concept)
    assert {str(name) for name in graph.objects(about, rdflib.SKOS.altLabel)} == {"群众满意度", "公众满意度"}
    notes = [str(note) for note in graph.objects(about, rdflib.SKOS.note)]
    assert notes == ["7 家部门所定目标（下限，%）：最低 80，中位数 95，最高 100"]
    with pytest.raises(UsageError):
        write_rows([{"amount": "1"}], ("amount",), "skos", tmp_path / "x.ttl", "amounts")


def test_every_doubt_has_its_words_in_english() -> None:
    from jixiao.accounts.doubts import WORDS as OF_MONEY
    from jixiao.exporting.columns import describe
    from jixiao.grid.doubts import WORDS as OF_ROWS

    (column,) = describe(["doubts"])
    said = [*OF_MONEY.values(), *OF_ROWS.values()]
    assert column.word(said, "zh") == said
    assert not [each for each in column.word(said, "en") if not each.isascii()]
