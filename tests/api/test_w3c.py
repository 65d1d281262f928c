from __future__ import annotations

import re
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
