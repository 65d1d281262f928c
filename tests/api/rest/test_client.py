"""A client that a generator makes of the description is installed nowhere, imported, and asks the service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Service
    from tests.api.rest.conftest import Tables

GENERATOR = shutil.which("openapi-python-client")
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


@pytest.mark.skipif(GENERATOR is None, reason="pip install openapi-python-client")
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
    subprocess.run(made, check=True, capture_output=True, timeout=300)
    interpreter = Path(generator).resolve().parent / "python"
    ask = [str(interpreter), "-c", ASKS, service.url]
    said = subprocess.run(ask, check=True, capture_output=True, timeout=300, cwd=tmp_path)
    total, names, high = json.loads(said.stdout)
    assert total == len(tables["projects"]) and len(names) == 7
    assert high == sum(row["lower"] is not None and float(row["lower"]) >= 95 for row in tables["indicators"])
