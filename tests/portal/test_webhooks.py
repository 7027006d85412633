"""Webhooks against a real server on this machine: told once, signed, until heard; and nobody inside is ever called."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import User
from accounts.services import privacy
from portal import clock
from portal.errors import Conflict, InvalidInput
from portal.notifications.models import Notification
from portal.webhooks import client as calling
from portal.webhooks import limits, registry, selectors, sending, services, signing
from portal.webhooks.models import Delivery, Endpoint, Occurrence
from portal.webhooks.states import DeliveryState, OffReason

ROOT = Path(__file__).resolve().parents[2]
KIND = "initiative.published"
PUBLIC = "93.184.215.14"


class Receiver:
    """Somebody's program: it keeps what it hears and answers as told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body, self.delay = 200, b"thanks", 0.0
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(receiver.delay)
                try:
                    self.send_response(receiver.status)
                    for name, value in receiver.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(receiver.body)
                except OSError:
                    return

            def log_message(self, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.heard]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def now() -> datetime:
    """The receiver's library judges timestamps by the real clock."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def endpoint(citizen: User, receiver: Receiver, now: datetime) -> Endpoint:
    return services.register(
        owner=citizen, url=receiver.url, note="Newsroom", kinds=[KIND], keys=[], at=now - timedelta(days=1)
    )


def happen(at: datetime, occasion: str = "one", kind: str = KIND, keys: tuple[str, ...] = ()) -> int:
    return services.happened(kind=kind, occasion=occasion, keys=keys, data={"title": "Түнгі автобус"}, at=at)


@pytest.mark.django_db
class TestTelling:
    """What is heard."""

    def test_it_is_heard_once_and_its_signature_is_sound(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        assert happen(now) == 1
        assert happen(now) == 1  # the handler ran twice
        assert sending.send_due(at=now) == 1
        assert sending.send_due(at=now + timedelta(hours=1)) == 0
        ((headers, body),) = receiver.heard
        told = Webhook(signing.secret(endpoint)).verify(body, headers)
        assert told == {"type": KIND, "timestamp": now.astimezone(UTC).isoformat(), "data": {"title": "Түнгі автобус"}}
        assert headers["content-type"] == "application/json"
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.status, delivery.excerpt, delivery.attempts) == ("delivered", 200, "thanks", 1)

    def test_a_changed_byte_another_secret_and_an_old_message_are_noticed(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        happen(now)
        sending.send_due(at=now)
        ((headers, body),) = receiver.heard
        sound = Webhook(signing.secret(endpoint))
        with pytest.raises(WebhookVerificationError):
            sound.verify(body.replace(b"published", b"rejected_"), headers)
        renewed = services.make_secret_anew(endpoint=endpoint)
        with pytest.raises(WebhookVerificationError):
            Webhook(signing.secret(renewed)).verify(body, headers)
        old = signing.headers(endpoint, uid="evt_1", body=body, at=now - timedelta(minutes=6))
        with pytest.raises(WebhookVerificationError):
            sound.verify(body, old)

    def test_a_replaced_key_of_the_portal_is_no_break(self, endpoint: Endpoint, settings: Any, now: datetime) -> None:
        before = signing.secret(endpoint)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key of the test suite, known to all 0123"
        headers = signing.headers(endpoint, uid="evt_1", body=b"{}", at=now)
        for secret in (before, signing.secret(endpoint)):
            assert Webhook(secret).verify(b"{}", headers) == {}

    def test_only_those_who_asked_for_it_hear(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        assert happen(now, kind="initiative.rejected") == 0
        Endpoint.objects.update(keys=["initiative:abc", "body:x"])
        assert happen(now, "a", keys=("initiative:zzz",)) == 0
        assert happen(now, "b", keys=("initiative:abc", "body:y")) == 1
        assert happen(now - timedelta(days=2), "c", keys=("body:x",)) == 0  # before it was registered
        Endpoint.objects.update(off_at=now, off_reason=OffReason.OWNER)
        assert happen(now, "d", keys=("body:x",)) == 0
        assert Occurrence.objects.count() == 1

    def test_it_is_tried_again_later_each_time_and_heard_under_the_same_number(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        receiver.status = 500
        happen(now)
        at = now
        waits = []
        for _attempt in range(3):
            assert sending.send_due(at=at) == 0
            delivery = Delivery.objects.get()
            waits.append(delivery.next_attempt_at - at)
            assert sending.send_due(at=delivery.next_attempt_at - timedelta(seconds=1)) == 0
            at = delivery.next_attempt_at
        receiver.status = 204
        assert sending.send_due(at=at) == 1
        assert len(receiver.heard) == 4
        assert len(set(receiver.ids)) == 1
        assert waits[0] < waits[1] < waits[2]
        for wait, usual in zip(waits, (10, 40, 160), strict=True):
            assert 0.8 * usual <= wait.total_seconds() <= 1.2 * usual
        endpoint.refresh_from_db()
        assert (endpoint.failing_since, endpoint.held_until) == (None, None)

    def test_after_a_failure_nothing_else_is_tried_at_once(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        receiver.status = 503
        for number in range(5):
            happen(now, f"occasion {number}")
        sending.send_due(at=now)
        assert len(receiver.heard) == 1
        receiver.status = 200
        assert sending.send_due(at=now + timedelta(seconds=13)) == 5

    def test_one_slow_receiver_holds_up_nobody(
        self, endpoint: Endpoint, receiver: Receiver, citizen: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "TIMEOUT_SECONDS", 0.5)
        slow = Receiver()
        slow.delay = 8.0
        services.register(owner=citizen, url=slow.url, note="", kinds=[KIND], keys=[], at=now - timedelta(days=1))
        for number in range(6):
            happen(now, f"occasion {number}")
        began = time.monotonic()
        assert sending.send_due(at=now) == 6
        assert time.monotonic() - began < 6
        assert Delivery.objects.filter(error="timeout").count() == 1
        slow.server.shutdown()
        slow.server.server_close()

    def test_when_it_says_that_it_is_gone_it_is_switched_off_and_its_owner_told(
        self, endpoint: Endpoint, receiver: Receiver, citizen: User, now: datetime
    ) -> None:
        receiver.status = 410
        happen(now, "a")
        happen(now, "b")
        sending.send_due(at=now)
        endpoint.refresh_from_db()
        assert (endpoint.is_on, endpoint.off_reason) == (False, OffReason.GONE)
        assert sorted(Delivery.objects.values_list("state", flat=True)) == [DeliveryState.FAILED, DeliveryState.SKIPPED]
        notice = Notification.objects.get(recipient=citizen)
        assert (notice.template, notice.context, notice.url_args) == (
            "webhooks/gone",
            {"host": "127.0.0.1"},
            [endpoint.uid],
        )
        client = Client()
        client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
        assert "gone" in client.get("/en/my/notifications/").content.decode()

    def test_after_three_days_of_failures_it_is_switched_off_and_told_once(
        self, endpoint: Endpoint, receiver: Receiver, citizen: User, now: datetime
    ) -> None:
        receiver.status = 500
        for day in range(5):
            at = now + timedelta(days=day)
            happen(at, f"day {day}")
            sending.send_due(at=at)
        endpoint.refresh_from_db()
        assert endpoint.off_reason == OffReason.FAILING
        assert Notification.objects.filter(recipient=citizen, template="webhooks/failing").count() == 1
        services.resume(endpoint=endpoint)
        receiver.status = 200
        happen(now + timedelta(days=6), "later")
        assert sending.send_due(at=now + timedelta(days=6)) == 1

    def test_it_gives_up_after_the_last_try(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        receiver.status = 500
        happen(now)
        Delivery.objects.update(attempts=limits.MAX_ATTEMPTS - 1)
        sending.send_due(at=now)
        assert Delivery.objects.get().state == DeliveryState.FAILED

    def test_what_has_failed_can_be_sent_again_by_hand(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        happen(now)
        with pytest.raises(Conflict):
            services.resend(delivery=Delivery.objects.get(), at=now)
        sending.send_due(at=now)
        services.resend(delivery=Delivery.objects.get(), at=now)
        assert sending.send_due(at=now) == 1
        assert len(receiver.heard) == 2
        assert len(set(receiver.ids)) == 1

    def test_a_redirect_is_not_followed(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        inner = Receiver()
        receiver.status, receiver.headers = 307, {"Location": inner.url}
        happen(now)
        sending.send_due(at=now)
        assert (inner.heard, Delivery.objects.get().status) == ([], 307)
        inner.server.shutdown()
        inner.server.server_close()

    def test_an_endless_answer_is_cut(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        receiver.body = "<script>\x00\u202eы".encode() * 200_000
        happen(now)
        assert sending.send_due(at=now) == 1
        excerpt = Delivery.objects.get().excerpt
        assert len(excerpt) <= limits.EXCERPT
        assert "\x00" not in excerpt

    def test_the_log_is_forgotten_after_a_month(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        happen(now, "told")
        sending.send_due(at=now)
        Endpoint.objects.update(held_until=now + timedelta(days=300))
        happen(now, "waits")
        assert services.forget_old(at=now + timedelta(days=29)) == 0
        assert services.forget_old(at=now + timedelta(days=31)) == 1
        assert Occurrence.objects.get().occasion == "waits"


@pytest.mark.django_db(transaction=True)
class TestFaults:
    """Killed in the middle, and two at once."""

    def test_a_sender_killed_in_the_middle_is_followed_by_another(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        receiver.delay = 30
        happen(now)
        program = (
            "import django; django.setup()\nfrom django.conf import settings\nsettings.WEBHOOKS_ALLOW_LOOPBACK = True\n"
            "from datetime import datetime\nfrom portal.webhooks.sending import send_due\n"
            f"send_due(at=datetime.fromisoformat('{now.isoformat()}'))"
        )
        place = connection.settings_dict
        where = urlencode({"host": place["HOST"]}, safe="/")
        address = f"postgresql://{place['USER']}@/{place['NAME']}?{where}"
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATABASE_URL": address}
        sender = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, start_new_session=True)
        deadline = time.monotonic() + 20
        while not receiver.heard and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(receiver.heard) == 1
        os.killpg(sender.pid, signal.SIGKILL)
        sender.wait(timeout=10)
        receiver.delay = 0.0
        assert Delivery.objects.get().state == DeliveryState.SENDING
        assert sending.send_due(at=now + limits.LEASE - timedelta(seconds=1)) == 0
        assert sending.send_due(at=now + limits.LEASE) == 1
        assert len(receiver.heard) == 2
        assert len(set(receiver.ids)) == 1
        assert Delivery.objects.get().state == DeliveryState.DELIVERED

    def test_two_senders_at_once_tell_each_thing_once(
        self, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        for number in range(30):
            happen(now, f"occasion {number}")

        def send() -> int:
            try:
                return sending.send_due(at=now)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            well = sum(call.result() for call in [pool.submit(send) for _sender in range(4)])
        assert well == 30
        assert len(receiver.ids) == len(set(receiver.ids)) == 30

    def test_who_lost_the_lease_writes_nothing(self, endpoint: Endpoint, receiver: Receiver, now: datetime) -> None:
        happen(now)

        def late(url: str, body: bytes, headers: dict[str, str]) -> calling.Answer:
            Delivery.objects.update(attempts=2)  # another one has claimed it meanwhile
            connection.close()
            return calling.Answer(500)

        sending.send_due(at=now, post=late)
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.status) == (DeliveryState.SENDING, None)
        assert Endpoint.objects.get().failing_since is None

    def test_a_sixth_address_is_refused_even_when_asked_for_at_once(
        self, citizen: User, receiver: Receiver, now: datetime
    ) -> None:
        def ask(number: int) -> bool:
            try:
                services.register(owner=citizen, url=f"{receiver.url}{number}", note="", kinds=[KIND], keys=[], at=now)
            except Conflict:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(8))) == limits.MOST_ENDPOINTS


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "2001:0:53aa:64c:0:fbff:80ff:fffe", "64:ff9b::7f00:1",
]  # fmt: skip


def named(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that says these addresses for any name."""

    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return resolve


class TestGuard:
    """Nobody inside is called, whatever the name says."""

    @pytest.mark.parametrize("address", INSIDE)
    def test_what_is_not_on_the_open_internet_is_not_public(self, address: str) -> None:
        assert not calling.is_public(address)

    @pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
    def test_the_open_internet_is(self, address: str) -> None:
        assert calling.is_public(address)

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("http://example.kz/", "not_https"),
            ("ftp://example.kz/", "not_https"),
            ("file:///etc/passwd", "not_an_address"),
            ("https://example.kz:22/", "port"),
            ("https://example.kz:6379/", "port"),
            ("https://example.kz:99999/", "not_an_address"),
            ("https://user:word@example.kz/", "not_an_address"),
            ("https://example.kz/#part", "not_an_address"),
            ("https://exa mple.kz/", "not_an_address"),
            ("https://example.kz/\r\nHost: inner", "not_an_address"),
            ("https://example.kz\\@10.0.0.1/", "not_an_address"),
            ("https:///", "not_an_address"),
            ("https://мысал.қаз/", "not_an_address"),
            ("https://127.0.0.1/", "not_public"),
            ("https://[::1]/", "not_public"),
            ("https://[::ffff:10.0.0.1]/", "not_public"),
            ("https://169.254.169.254/latest/meta-data/", "not_public"),
            ("https://testserver/", "own_address"),
            ("https://testserver./", "own_address"),
        ],
    )
    def test_an_address_that_must_not_be_called_is_refused_when_it_is_given(self, url: str, code: str) -> None:
        with pytest.raises(calling.Unreachable) as refused:
            calling.parse(url)
        assert refused.value.code == code

    @pytest.mark.django_db
    def test_the_refusal_is_said_in_words(self, citizen: User, at: datetime) -> None:
        with pytest.raises(InvalidInput) as refused:
            services.register(owner=citizen, url="http://example.kz/", note="", kinds=[KIND], keys=[], at=at)
        assert "https" in str(refused.value.fields["url"])
        with pytest.raises(InvalidInput):
            services.register(owner=citizen, url="https://example.kz/", note="", kinds=["x"], keys=[], at=at)

    @pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost"])
    def test_other_spellings_of_an_inner_address_are_refused_when_they_are_called(self, host: str) -> None:
        assert calling.post(f"https://{host}/", b"{}", {}).error in ("not_public", "unknown_name")

    @pytest.mark.parametrize("address", INSIDE)
    def test_a_name_that_leads_inside_is_not_called(self, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
        monkeypatch.setattr("portal.webhooks.client.socket.getaddrinfo", named(address))
        monkeypatch.setattr("portal.webhooks.client.socket.socket", _no_call)
        assert calling.post("https://inner.example/", b"{}", {}).error == "not_public"

    def test_one_inner_address_among_public_ones_is_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("portal.webhooks.client.socket.getaddrinfo", named(PUBLIC, "10.0.0.1"))
        monkeypatch.setattr("portal.webhooks.client.socket.socket", _no_call)
        assert calling.post("https://both.example/", b"{}", {}).error == "not_public"

    def test_a_name_that_changes_its_mind_leads_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """DNS rebinding: public when it is checked, inside when it is called. It is asked once, and that address called."""
        answers = [named(PUBLIC), named("127.0.0.1")]
        asked: list[str] = []
        called: list[Any] = []

        def resolve(host: str, port: int, **more: Any) -> list[Any]:
            asked.append(host)
            return answers[min(len(asked), 2) - 1](host, port, **more)

        class Line:
            def __init__(self, *kind: Any) -> None: ...
            def settimeout(self, seconds: float) -> None: ...
            def close(self) -> None: ...
            def connect(self, where: Any) -> None:
                called.append(where)
                raise OSError

        monkeypatch.setattr("portal.webhooks.client.socket.getaddrinfo", resolve)
        monkeypatch.setattr("portal.webhooks.client.socket.socket", Line)
        assert calling.post("https://rebinding.example/", b"{}", {}).error == "no_answer"
        assert (asked, called) == (["rebinding.example"], [(PUBLIC, 443)])

    def test_loopback_is_open_only_where_settings_say_so(self, receiver: Receiver, settings: Any) -> None:
        assert calling.post(receiver.url, b"{}", {}).status == 200
        settings.WEBHOOKS_ALLOW_LOOPBACK = False
        assert calling.post(receiver.url, b"{}", {}).error == "not_https"
        assert calling.post(receiver.url.replace("http:", "https:"), b"{}", {}).error == "port"

    def test_even_then_no_other_address_is(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.WEBHOOKS_ALLOW_LOOPBACK = True
        monkeypatch.setattr("portal.webhooks.client.socket.socket", _no_call)
        monkeypatch.setattr("portal.webhooks.client.socket.getaddrinfo", named("10.0.0.1"))
        assert calling.post("https://inner.example/", b"{}", {}).error == "not_public"
        monkeypatch.setattr("portal.webhooks.client.socket.getaddrinfo", named(PUBLIC))
        assert calling.post("http://plain.example/", b"{}", {}).error == "not_https"

    def test_a_certificate_of_another_name_is_refused(self, receiver: Receiver) -> None:
        assert calling.post(receiver.url.replace("http:", "https:"), b"{}", {}).error == "tls"


def _no_call(*arguments: Any) -> None:
    raise AssertionError("somebody was called")


@pytest.mark.django_db
class TestPages:
    """The owner's pages."""

    @pytest.fixture(autouse=True)
    def _fresh(self) -> None:
        cache.clear()

    @pytest.fixture
    def owner(self, client: Client, citizen: User) -> Client:
        client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_an_address_is_added_and_its_secret_shown_once(
        self, owner: Client, receiver: Receiver, now: datetime
    ) -> None:
        form = {"url": receiver.url, "note": "Desk", "kinds": [KIND], "scope": "all"}
        page = owner.post("/en/my/webhooks/new/", form)
        made = Endpoint.objects.get()
        secret = signing.secret(made)
        assert page.status_code == 200
        assert secret in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        for path in ("/en/my/webhooks/", f"/en/my/webhooks/{made.uid}/"):
            assert secret not in owner.get(path).content.decode()
        stored = json.dumps(list(Endpoint.objects.values()), default=str)
        assert secret.removeprefix("whsec_") not in stored

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"url": "javascript:alert(1)"}, "url"),
            ({"url": "https://10.0.0.1/"}, "url"),
            ({"kinds": []}, "kinds"),
            ({"scope": "body", "in_body": "no-such-body"}, "in_body"),
            ({"scope": "initiative", "in_initiative": "zzzzzzzzzzzz"}, "in_initiative"),
            ({"scope": "initiative", "in_initiative": ""}, "in_initiative"),
        ],
    )
    def test_nonsense_is_refused_beside_its_field(
        self, owner: Client, receiver: Receiver, changed: dict[str, Any], field: str
    ) -> None:
        form = {"url": receiver.url, "note": "", "kinds": [KIND], "scope": "all", **changed}
        page = owner.post("/en/my/webhooks/new/", form)
        assert page.status_code == 422
        assert f'href="#id_{field}' in page.content.decode()
        assert not Endpoint.objects.exists()

    def test_the_log_shows_what_came_back_and_nothing_runs_from_it(
        self, owner: Client, endpoint: Endpoint, receiver: Receiver, now: datetime
    ) -> None:
        receiver.status, receiver.body = 500, b"<script>alert(1)</script>"
        owner.post(f"/en/my/webhooks/{endpoint.uid}/test/")
        sending.send_due(at=clock.now())
        html = owner.get(f"/en/my/webhooks/{endpoint.uid}/").content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "Answer: 500" in " ".join(html.split())

    def test_it_is_switched_off_and_on_and_removed(self, owner: Client, endpoint: Endpoint) -> None:
        here = f"/en/my/webhooks/{endpoint.uid}/"
        owner.post(f"{here}switch/")
        assert not Endpoint.objects.get().is_on
        assert owner.post(f"{here}test/").status_code == 409
        owner.post(f"{here}switch/", {"on": "1"})
        assert Endpoint.objects.get().is_on
        before = signing.secret(Endpoint.objects.get())
        assert before not in owner.post(f"{here}secret/").content.decode()
        owner.post(f"{here}remove/")
        assert not Endpoint.objects.exists()

    def test_anothers_address_does_not_exist(
        self, endpoint: Endpoint, other_citizen: User, receiver: Receiver, now: datetime
    ) -> None:
        happen(now)
        stranger = Client()
        stranger.force_login(other_citizen, backend="django.contrib.auth.backends.ModelBackend")
        here = f"/en/my/webhooks/{endpoint.uid}/"
        assert stranger.get(here).status_code == 404
        number = Delivery.objects.get().pk
        for rest in ("secret/", "test/", "switch/", "remove/", f"deliveries/{number}/resend/"):
            assert stranger.post(here + rest).status_code == 404, rest
        assert Endpoint.objects.get().generation == 1

    def test_tests_are_counted(self, owner: Client, endpoint: Endpoint) -> None:
        answers = [owner.post(f"/en/my/webhooks/{endpoint.uid}/test/").status_code for _number in range(31)]
        assert answers[-1] == 429

    def test_who_leaves_the_portal_takes_them_along(self, endpoint: Endpoint, citizen: User, now: datetime) -> None:
        (exported,) = privacy.export(user=citizen, by=citizen, at=now)["webhooks"]
        assert exported["url"] == endpoint.url
        privacy.erase(user=citizen, by=citizen, at=now)
        assert not selectors.endpoints_of(citizen).exists()


def test_every_kind_has_a_name_of_its_own() -> None:
    names = [one.name for one in registry.kinds()]
    assert len(names) == len(set(names)) > 10
