"""A worker can be spared, the service cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="Linux alone tells who dies first")
def test_a_worker_dies_before_others_when_memory_is_short() -> None:
    code = (
        "from jixiao_service.workers.confinement import die_first; die_first(); "
        "print(open('/proc/self/oom_score_adj').read().strip())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "500"
    assert int(Path("/proc/self/oom_score_adj").read_text()) < 500
