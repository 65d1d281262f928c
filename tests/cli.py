"""Run the command line in this process: what it prints and how it ends, without the second a new interpreter takes.

Tests about processes themselves (a reader that goes away, a kill, standard input of an encoding) start real ones.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner

from jixiao.cli import app
from jixiao.command_options import voice
from tests.conftest import ROOT


def run(
    *arguments: str,
    store: Path | None = None,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; a fault of the program is raised, so that it is seen whole."""
    command = [*arguments, "--store", str(store)] if store else list(arguments)
    voice.quiet = voice.json = False  # each command of a user finds them so
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(app, command, env=env, catch_exceptions=False, input=stdin, prog_name="jixiao")
    return subprocess.CompletedProcess(command, result.exit_code, result.stdout, result.stderr)
