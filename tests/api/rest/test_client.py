"""A client that a generator makes of the description is imported and asks the service.

The generator stands in an environment of its own (``make test-long`` makes it): it holds typer at an older version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Service
    from tests.api.rest.conftest import Tables

ROOT = Path(__file__).resolve().parents[3]
MADE = os.pathsep.join([str(ROOT / "build" / "client" / "bin"), os.environ["PATH"]])
GENERATOR = shutil.which("openapi-python-client", path=MADE)
ASKS = """
import json, sys
from generated import Client
from generated.api.tables import list_projects, list_indicators
client = Client(sys.argv[1])
projects = list_projects.sync(client=client, limit=7)
indicators = list_indicators.sync(client=client, lower_ge=95)
print(json.dumps([projects.total, [row.name for row in projects.items], indicators.total]))
"""


def test_names_of_the_description_are_ascii(service: Service) -> None:
    document = service.get("/api/openapi.json").json()
    tags = {tag for path in document["paths"].values() for each in path.values() for tag in each.get("tags", ())}
    names = [document["info"]["title"], *tags, *document["components"]["schemas"]]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9_]+", name)] == []
    assert {tag["name"] for tag in document["tags"]} >= tags - {"default"}
    page = document["components"]["schemas"]["ProjectsPage"]
    assert page["properties"]["items"]["items"] == {"$ref": "#/components/schemas/ProjectsRow"}


def test_a_list_is_one_operation_with_its_formats_as_types(service: Service) -> None:
    paths = service.get("/api/openapi.json").json()["paths"]
    assert [path for path in paths if path.endswith((".json", ".csv", ".xlsx"))] == []
    lists = [ways["get"] for ways in paths.values() if ways.get("get", {}).get("operationId", "").startswith("list_")]
    of_tables = [each for each in lists if each["operationId"] not in ("list_tables", "list_changes")]
    assert len(of_tables) == 20
    for operation in of_tables:
        assert [kind.rpartition(".")[2] for kind in operation["responses"]["200"]["content"]] == [
            "application/json",
            "text/csv",
            "sheet",
        ]
        names = [each["name"] for each in operation["parameters"]]
        assert "format" in names and len(names) == len(set(names)), operation["operationId"]
    told = [(each["summary"], each["description"]) for ways in paths.values() for each in ways.values()]
    assert [texts for texts in told if not all(" · " in text for text in texts)] == []


@pytest.mark.long
@pytest.mark.skipif(GENERATOR is None, reason="make build/client/bin/openapi-python-client")
def test_a_generated_client_reads_the_lists(service: Service, tables: Tables, tmp_path: Path) -> None:
    description = tmp_path / "openapi.json"
    description.write_bytes(service.get("/api/openapi.json").content)
    generator = str(GENERATOR)
    made = [
        generator,
        "generate",
        "--path",
        str(description),
        "--output-path",
        str(tmp_path / "generated"),
        "--meta",
        "none",
    ]
    told = subprocess.run(made, check=True, capture_output=True, timeout=300, text=True)
    assert "GET /api/v1" not in told.stdout, told.stdout
    interpreter = Path(generator).resolve().parent / "python"
    ask = [str(interpreter), "-c", ASKS, service.url]
    said = subprocess.run(ask, check=True, capture_output=True, timeout=300, cwd=tmp_path)
    total, names, high = json.loads(said.stdout)
    assert total == len(tables["projects"]) and len(names) == 7
    assert high == sum(row["lower"] is not None and float(row["lower"]) >= 95 for row in tables["indicators"])
