"""A thousand documents are audited at 20 documents a second on two cores; the published five in less than 5 s."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from jixiao.audit.auditing import audit_document
from jixiao.config import BASE_IRI
from jixiao.lifting import lift
from jixiao.reading import read
from tests.benchmarks.audit_documents import make_document

pytestmark = pytest.mark.slow

DATA = Path(__file__).resolve().parents[2] / "data"
DOCUMENTS, CORES = 1000, 2


def audited(numbers: range) -> tuple[float, int]:
    """Return the processor seconds that auditing some documents takes, and the findings; making them is not counted.

    Processor time says what two free cores take, whatever else the machine is doing.
    """
    seconds, findings = 0.0, 0
    for number in numbers:
        linked, document = make_document(number)
        lifted = lift(linked, base_iri=BASE_IRI)
        started = time.process_time()
        findings += len(audit_document(lifted, document))
        seconds += time.process_time() - started
    return seconds, findings


def test_a_thousand_documents() -> None:
    shares = [range(part, DOCUMENTS, CORES) for part in range(CORES)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(audited, shares))
    slowest, findings = max(seconds for seconds, _ in results), sum(count for _, count in results)
    rate = DOCUMENTS / slowest
    print(f"\n{DOCUMENTS} documents, {CORES} cores: {slowest:.1f} s, {rate:.0f} documents/s, {findings} findings")
    assert findings > DOCUMENTS
    assert rate >= 20


def test_the_published_documents() -> None:
    seconds = 0.0
    for path in sorted(DATA.glob("*.txt")):
        reading = read(path)
        assert reading.lifted
        started = time.perf_counter()
        found = reading.findings
        seconds += time.perf_counter() - started
        print(f"\n{path.name}: {len(found)} findings", end="")
    print(f"\nfive documents: {seconds:.2f} s")
    assert seconds < 5
