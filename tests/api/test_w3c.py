from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Start

SHARED = Path(__file__).resolve().parents[3] / "shared" / "eval"


@pytest.mark.long
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the W3C tests and their runner are not at {SHARED}")
def test_the_w3c_protocol_tests_pass(start_service: Start) -> None:
    service = start_service(None, scratch=True)
    call = [sys.executable, str(SHARED / "protocol_runner.py"), "--tests", str(SHARED / "w3c")]
    call += ["--query", f"{service.url}/sparql", "--update", f"{service.url}/update", "--gsp", f"{service.url}/graphs"]
    output = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    scores = [(int(passed), int(total)) for passed, total in re.findall(r"^== .*: (\d+)/(\d+)$", output, re.MULTILINE)]
    assert scores == [(34, 34), (9, 9), (4, 4), (3, 3)], output


@pytest.mark.long
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the W3C tests and their runner are not at {SHARED}")
def test_the_w3c_query_and_update_tests_pass_at_the_engines_level(start_service: Start) -> None:
    """Pass all but the twelve that DEVELOPING names."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = start_service(None, {"JIXIAO_FEDERATION": f"127.0.0.1:{port}"}, scratch=True)
    call = [sys.executable, str(SHARED / "sparql_suite.py"), "--min", "493", "--service-port", str(port)]
    call += ["--query", f"{service.url}/sparql", "--update", f"{service.url}/update", "--gsp", f"{service.url}/graphs"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
