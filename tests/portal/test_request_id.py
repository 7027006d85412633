"""Each request has a name, each log line carries it, and no line carries an IIN."""

import logging

import pytest
from django.test import Client

from portal.settings.logs import ScrubbingFormatter
from portal.web import request_id


def test_an_answer_names_its_request(client: Client) -> None:
    first, second = (client.get("/health/live").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second


def test_a_proxys_name_is_kept_and_a_forged_line_is_not(client: Client) -> None:
    kept = client.get("/health/live", headers={"X-Request-ID": "proxy-0123456789"})
    forged = client.get("/health/live", headers={"X-Request-ID": "x\tERROR all votes lost"})
    assert kept.headers["X-Request-ID"] == "proxy-0123456789"
    assert "ERROR" not in forged.headers["X-Request-ID"]


def test_security_headers_are_on_every_answer(client: Client) -> None:
    headers = client.get("/health/live").headers
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("text", ["IIN 900101300123 came", "900101300123", "iin=900101300123;"])
def test_twelve_digits_are_scrubbed_from_arguments_and_tracebacks(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "refused: %s", (text,), info)
    line = ScrubbingFormatter("%(message)s").format(record)
    assert "900101300123" not in line
    assert line.count("[12 digits]") >= 2


def test_longer_and_shorter_numbers_stay() -> None:
    record = logging.LogRecord("portal", logging.INFO, __file__, 1, "12345678901 and 1234567890123", (), None)
    assert ScrubbingFormatter("%(message)s").format(record) == "12345678901 and 1234567890123"


def test_a_line_outside_a_request_says_so() -> None:
    record = logging.LogRecord("portal", logging.INFO, __file__, 1, "beat", (), None)
    assert request_id.RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "-"
