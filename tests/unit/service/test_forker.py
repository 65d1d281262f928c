"""The process that forks ends with its children, and in silence."""

from __future__ import annotations

import subprocess
import sys

ENDING = """
import os, signal, socket
from jixiao_service.workers.forker import Forker
ours, theirs = socket.socketpair()
forker = Forker(theirs, {"wait": lambda *_: signal.pause()})
for _ in range(8):
    forker._fork("wait", {}, socket.socket().detach())
ours.shutdown(socket.SHUT_RDWR)
forker.run()
try:
    while os.wait():
        pass
except ChildProcessError:
    print("all ended")
"""


def test_children_that_end_with_it_leave_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("all ended\n", "")
