"""What fails is logged by where it failed, not by what it failed on."""

from __future__ import annotations

import logging
import sys

from jixiao_service.observing import log_to_stderr


def test_a_failure_is_logged_without_its_message() -> None:
    log_to_stderr()
    held = "".join(("张", "某某"))
    logger = logging.getLogger("uvicorn.error")
    try:
        raise ValueError(held)
    except ValueError:
        record = logger.makeRecord(logger.name, logging.ERROR, "a", 1, "Exception", (), sys.exc_info())
    assert logger.filter(record)
    written = logging.Formatter().format(record)
    assert "ValueError" in written and "test_observing.py" in written
    assert held not in written
