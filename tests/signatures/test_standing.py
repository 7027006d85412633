"""The administrators' page of what signatures rely on, and the notices of trouble."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from portal import clock
from portal.events.outbox import deliver_due
from portal.notifications.messages import entry
from portal.notifications.models import Notification
from signatures import limits
from signatures.eds.demo_pki import DemoPki
from signatures.models import Incident
from signatures.services import trust, watching
from signatures.services.demo_responder import DemoResponder
from tests.actors import AT
from tests.architecture.world import MODEL_BACKEND, verify
from tests.signatures.responders import Responder, dead_address, responding, together

pytestmark = pytest.mark.django_db
PAGE = "/en/administration/signatures/"


@pytest.fixture
def demo(demo_trust: DemoPki) -> Iterator[DemoResponder]:
    found = trust.source()
    assert isinstance(found, DemoResponder)
    yield found
    found.start()


@pytest.fixture
def desk(administrator: User) -> Client:
    """The administrator's browser, past the second factor."""
    client = Client()
    client.force_login(administrator, backend=MODEL_BACKEND)
    verify(client, administrator)
    return client


@pytest.fixture
def responder(demo_trust: DemoPki, settings: Any) -> Iterator[Responder]:
    """A responder and a list over HTTP."""
    with responding(demo_trust) as one:
        settings.REVOCATION_OCSP_URL, settings.REVOCATION_CRL_URLS = one.url, [f"{one.url}ca.crl"]
        yield one


class TestIncidents:
    """Told once, and once when over."""

    def test_a_long_silence_is_told_once_and_its_end_once(self, administrator: User, demo: DemoResponder) -> None:
        demo.stop(at=AT)
        moments = [AT + timedelta(minutes=number) for number in range(1, 31)]
        changed = [watching.watch(at=at) for at in moments]
        assert sum(changed) == 1
        assert changed[9] == 1, "after ten minutes"
        demo.start()
        assert watching.watch(at=moments[-1] + timedelta(minutes=1)) == 1
        deliver_due(at=moments[-1] + timedelta(hours=1))
        told = Notification.objects.filter(recipient=administrator)
        assert [one.context["is_over"] for one in told.order_by("pk")] == [True], "what is over is not told as new"
        incident = Incident.objects.get()
        assert (incident.began_at, incident.ended_at) == (AT, moments[-1] + timedelta(minutes=1))

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_the_notice_names_the_place(self, administrator: User, demo: DemoResponder, language: str) -> None:
        User.objects.filter(pk=administrator.pk).update(language=language)
        demo.stop(at=AT)
        later = AT + limits.UNREACHABLE_ALARM
        watching.watch(at=later)
        deliver_due(at=later)
        notice = Notification.objects.select_related("recipient").get()
        assert notice.context["place"] == "demo"
        assert entry(notice).subject
        assert "demo" in entry(notice).content

    def test_a_short_silence_is_nobodys_news(self, demo: DemoResponder) -> None:
        demo.stop(at=AT)
        watching.watch(at=AT + limits.UNREACHABLE_ALARM - timedelta(seconds=1))
        assert not Incident.objects.exists()

    def test_the_portal_asks_by_itself_when_no_voter_does(self, responder: Responder) -> None:
        watching.watch(at=AT)
        assert responder.asked == 2, "the responder and the list"
        watching.watch(at=AT + timedelta(seconds=30))
        assert responder.asked == 2
        responder.mode = "broken"
        for minute in range(1, 13):
            watching.watch(at=AT + timedelta(minutes=minute))
        found = {(one.kind, one.place) for one in Incident.objects.all()}
        assert found == {("unreachable", responder.url), ("unreachable", f"{responder.url}ca.crl")}


@pytest.mark.django_db(transaction=True)
def test_two_watchers_tell_it_once(demo: DemoResponder) -> None:
    from django.db import connection

    demo.stop(at=AT)

    def watch(_number: int) -> int:
        try:
            return watching.watch(at=AT + timedelta(hours=1))
        finally:
            connection.close()

    assert sum(together(6, watch)) == 1
    assert Incident.objects.count() == 1


class TestPage:
    """What an administrator sees and does."""

    def test_it_shows_authorities_places_and_what_waits(self, desk: Client, demo: DemoResponder) -> None:
        html = desk.get(PAGE).content.decode()
        assert "ДЕМО НЕГІЗГІ ОРТАЛЫҚ" in html
        assert html.count(":") > 64
        assert "Votes that wait" in html
        assert "Anyone has these keys" in html

    def test_the_demos_responder_is_stopped_and_started(self, desk: Client, demo: DemoResponder) -> None:
        desk.post(PAGE, {"demo": "stop"})
        assert demo.stopped_at is not None
        assert "Does not answer" in desk.get(PAGE).content.decode()
        desk.post(PAGE, {"demo": "start"})
        assert demo.stopped_at is None

    def test_ask_now_asks_even_who_is_left_in_peace(
        self, desk: Client, responder: Responder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: AT)
        responder.mode = "broken"
        for _time in range(limits.BREAKER_FAILURES):
            watching.ask_all(at=AT)
        page = desk.get(PAGE).content.decode()
        assert "Left in peace until" in page
        responder.mode = "good"
        asked = responder.asked
        answer = desk.post(PAGE, {"ask": "1"}, follow=True).content.decode()
        assert responder.asked == asked + 2
        assert "Asked. All answer." in answer
        assert "The next one is due" in answer

    def test_ask_now_names_the_silent(self, desk: Client, demo_trust: DemoPki, settings: Any) -> None:
        settings.REVOCATION_OCSP_URL = dead_address().replace("http://", "http://user:secret@")
        answer = desk.post(PAGE, {"ask": "1"}, follow=True).content.decode()
        assert "No answer from: http://127.0.0.1" in answer
        assert "secret" not in answer

    def test_an_authority_that_ends_soon_is_marked(
        self, desk: Client, demo: DemoResponder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "EXPIRY_WARNING", timedelta(days=9000))
        assert "Ends soon" in desk.get(PAGE).content.decode()
