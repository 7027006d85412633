"""Whose certificates count: the store's folder, the command that makes the demo's, its addresses, fetching over HTTP."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from signatures import limits
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.eds.policy import Domain
from signatures.eds.revocation import SourceUnreachable
from signatures.services import trust
from signatures.services.fetching import HttpSource
from tests.actors import AT


def test_production_refuses_the_demo_authority_even_when_pinned(pki: DemoPki) -> None:
    pins = (pki.directory / "pins.txt").read_text().split()
    with pytest.raises(ImproperlyConfigured, match="demo or test"):
        trust.load_store(Domain.PRODUCTION, pki.directory, pins)


def test_an_authority_that_nobody_pinned_is_an_error_and_an_empty_folder_trusts_nobody(
    pki: DemoPki, tmp_path: Path
) -> None:
    assert trust.load_store(Domain.PRODUCTION, tmp_path, ()).authorities == ()
    (tmp_path / "root.pem").write_bytes((pki.directory / "root.pem").read_bytes())
    with pytest.raises(ImproperlyConfigured, match="TRUST_ANCHOR_PINS"):
        trust.load_store(Domain.TEST, tmp_path, ())


def test_the_demo_folder_itself_is_a_trust_store_with_both_roots_pinned(pki: DemoPki) -> None:
    *roots, first, second = trust.load_store(Domain.DEMO, pki.directory, ()).authorities
    assert [root.issuer for root in roots] == [None, None]
    assert [first.issuer, second.issuer] == roots


@pytest.mark.usefixtures("known_rsa_keys")
def test_the_command_makes_the_keys_once(tmp_path: Path) -> None:
    call_command("demo_pki", "--dir", str(tmp_path), stdout=StringIO())
    first = (tmp_path / "pins.txt").read_text()
    call_command("demo_pki", "--dir", str(tmp_path), stdout=StringIO())
    assert (tmp_path / "pins.txt").read_text() == first
    rsa, gost = ({path.stem for path in (tmp_path / "people").glob(pattern)} for pattern in ("*.p12", "*.pem"))
    assert rsa == {*BY_SLUG, "foreign"}
    assert gost == {*BY_SLUG, "foreign", "two-keys.second"} - {"two-keys"}


@pytest.mark.django_db
def test_the_responder_and_the_list_are_served_in_the_demo_only(
    demo_trust: DemoPki, client: Client, settings: Any
) -> None:
    assert client.get("/demo/pki/ca.crl")["Content-Type"] == "application/pkix-crl"
    answer = client.post("/demo/pki/ocsp", b"nonsense", content_type="application/ocsp-request")
    assert answer.content == bytes.fromhex("30030a0101")  # malformedRequest
    settings.TRUST_DOMAIN = "production"
    assert client.get("/demo/pki/ca.crl").status_code == 404


# --- fetching ---


class Responder(BaseHTTPRequestHandler):
    """Answers by the path that is asked."""

    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        size = {"/large": limits.LARGEST_OCSP_ANSWER + 1, "/good": 5}.get(self.path, 0)
        self.send_response({"/moved": 302, "/broken": 500}.get(self.path, 200))
        self.send_header("Location", "/good")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * size)

    def log_message(self, *arguments: Any) -> None:
        """Tests are silent."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Responder)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_is_fetched_from_the_operators_address(address: str, pki: DemoPki) -> None:
    authority = pki.trust_store().authorities[0]

    assert HttpSource(f"{address}/good", ()).ocsp(authority, b"question", now=AT) == b"xxxxx"


@pytest.mark.parametrize("path", ["moved", "large", "broken"])
def test_redirects_floods_and_errors_are_no_answers(address: str, pki: DemoPki, path: str) -> None:
    authority = pki.trust_store().authorities[0]

    with pytest.raises(SourceUnreachable):
        HttpSource(f"{address}/{path}", ()).ocsp(authority, b"question", now=AT)


def test_a_failing_responder_is_left_in_peace_for_a_while(address: str, pki: DemoPki) -> None:
    authority = pki.trust_store().authorities[0]
    source = HttpSource(f"{address}/broken", ())
    Responder.asked = 0

    def ask(seconds: int) -> None:
        with pytest.raises(SourceUnreachable):
            source.ocsp(authority, b"question", now=AT + timedelta(seconds=seconds))

    for second in range(6):
        ask(second)
    assert Responder.asked == limits.BREAKER_FAILURES
    ask(40)
    assert Responder.asked == limits.BREAKER_FAILURES + 1


def test_without_addresses_nothing_is_known(pki: DemoPki) -> None:
    authority = pki.trust_store().authorities[0]

    with pytest.raises(SourceUnreachable):
        HttpSource("", ()).ocsp(authority, b"question", now=AT)
    assert HttpSource("", ()).crls(authority, now=AT) == []
