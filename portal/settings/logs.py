"""Logging: one line a record, named by its request, and never with an IIN in it.

The formatter scrubs the finished line, traceback included, because arguments and exceptions carry what no call site meant to
log (`portal.scrubbing` says what goes).
"""

import logging
from typing import Any

from portal.scrubbing import scrub


class ScrubbingFormatter(logging.Formatter):
    """Hide numbers of people, signatures and tokens, wherever in the line they stand."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def configuration(level: str) -> dict[str, Any]:
    """Everything to standard error: keeping and rotating is the platform's work."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "portal.web.request_id.RequestIdFilter"}},
        "formatters": {
            "line": {
                "()": ScrubbingFormatter,
                "format": "{asctime} {levelname} {name} request={request_id} {message}",
                "style": "{",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
            # Two tasks a second would write 350,000 lines a day that say nothing but "done".
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # It quotes what is bent in people's files.
            "pypdf": {"level": "CRITICAL"},
        },
    }
