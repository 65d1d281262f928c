"""Look at what is installed: known vulnerabilities (pip-audit), licences, and what its makers no longer tend.

``make audit`` runs it. Where no database of advisories can be reached, that is said and the rest goes on.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tools.reference import licence_of

LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
_FORBIDDEN = ("AGPL", "Affero", "SSPL")  # licences that would bind whoever offers the service

UNTENDED = {
    "jieba": "last release 2020; its table is read by our own code (text/dictionary.py), a cutter of our own over it",
    "xlrd": "reads the old .xls only, by design: LibreOffice converts them (serve --convert), or python-calamine",
    "sparqlwrapper": "a client of the tests alone: httpx",
    "xlwt": "last release 2017, makes old workbooks for the tests alone: LibreOffice",
}
"""What has had no release for years, and what would replace it."""


def main() -> int:
    """Print everything; return 1 for a known vulnerability or a licence that cannot be."""
    failed = _audit()
    for name, version, licence in sorted(map(_about, distributions())):
        print(f"{name} {version}\t{licence}")
        if any(word in licence for word in _FORBIDDEN):
            print(f"  {name}: 许可证不能用 (this licence cannot be used)")
            failed = True
    for name, instead in UNTENDED.items():
        print(f"无人维护 (untended): {name}: {instead}")
    return int(failed)


def _audit() -> bool:
    """Return whether pip-audit knows a vulnerability in what is locked."""
    words = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--no-deps", "-r", str(LOCK)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "vulnerabilit" in done.stdout + done.stderr and done.returncode in (0, 1):
        print(done.stdout + done.stderr)
        return done.returncode == 1
    print("跳过漏洞检查：没有 pip-audit，或连不上漏洞数据库 (skipped: no pip-audit, or no database of advisories)")
    print("  " + (done.stderr.strip().splitlines() or ["?"])[-1][:200])
    return False


def _about(each: Distribution) -> tuple[str, str, str]:
    """Return name, version and licence of a distribution."""
    return each.metadata.get("Name", "?").lower(), each.version, licence_of(each.metadata)


if __name__ == "__main__":
    sys.exit(main())
