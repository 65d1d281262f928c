"""Look at what is installed: known vulnerabilities (pip-audit), licences, and what its makers no longer tend.

``make audit`` runs it. Where no database of advisories can be reached, that is said and the rest goes on.
"""

from __future__ import annotations

import json
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
    """Return whether pip-audit knows a vulnerability in what is locked; say so where nobody could be asked."""
    words = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--no-deps", "-f", "json"]
    done = subprocess.run([*words, "-r", str(LOCK)], capture_output=True, text=True, check=False)
    found = advisories(done.stdout)
    if found is None:
        print("未检查漏洞：没有 pip-audit，或连不上漏洞数据库 (NOT CHECKED: no pip-audit, or no database)")
        print("  " + (done.stderr.strip().splitlines() or ["?"])[-1][:200])
        return False
    for line in found or ["没有已知漏洞 (no known vulnerabilities)"]:
        print(line)
    return bool(found)


def advisories(report: str) -> list[str] | None:
    """Return a line for each package that pip-audit's report (JSON) warns of; None where the text is no report."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return [
        f"漏洞 (vulnerable): {each['name']} {each['version']}: {' '.join(told['id'] for told in each['vulns'])}"
        for each in packages
        if each.get("vulns")
    ]


def _about(each: Distribution) -> tuple[str, str, str]:
    """Return name, version and licence of a distribution."""
    return each.metadata.get("Name", "?").lower(), each.version, licence_of(each.metadata)


if __name__ == "__main__":
    sys.exit(main())
