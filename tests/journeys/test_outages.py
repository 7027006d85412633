"""What a person sees when a server of the portal is gone, and that nothing that was promised is lost."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.db import close_old_connections, connection
from django.test import Client
from kombu.exceptions import OperationalError

from accounts.models import Body
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.states import State
from initiatives.tasks import fold_votes
from portal.celery import app
from portal.notifications.models import Notification
from portal.notifications.tasks import dispatch_events
from signatures.models import Signature
from signatures.services import acceptance
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.test_petition import enrolled


@pytest.fixture
def petition(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """A petition one vote below its threshold."""
    author = enrolled("aigerim")
    return make_petition(body=akimat_of_district, author=author, state=State.COLLECTING, at=at, threshold=58, votes=57)


@pytest.fixture
def no_broker() -> Iterator[None]:
    """The broker's port is closed, and tasks are no longer done at once."""
    before = {name: app.conf[name] for name in ("broker_url", "task_always_eager")}
    app.conf.update(broker_url="redis://127.0.0.1:1/0", task_always_eager=False)
    yield
    app.conf.update(**before)


@pytest.mark.django_db
def test_while_the_broker_is_gone_votes_stand_and_the_notice_comes_later(
    petition: Initiative, meet: Meet, no_broker: None
) -> None:
    with pytest.raises(OperationalError), app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
    yerlan = meet("yerlan")
    page = yerlan.sign(yerlan.visit(f"petitions/{petition.code}/vote/"))
    assert "Your vote stands" in page.words
    assert yerlan.client.get(f"/en/petitions/{petition.code}/count/").json() == {"votes": 58, "threshold": 58}
    assert not Notification.objects.exists()

    # The broker is back: the worker does what waits.
    fold_votes()
    dispatch_events()
    petition.refresh_from_db()
    assert petition.state == State.THRESHOLD_REACHED
    assert Notification.objects.filter(recipient=petition.author, template="initiatives/threshold_reached").exists()


def terminate() -> None:
    """End this process's connection to Postgres, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    outsider = psycopg2.connect(**parameters)
    try:
        with outsider, outsider.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        outsider.close()


@pytest.mark.django_db(transaction=True)
def test_postgres_restarts_in_the_middle_of_a_vote(
    petition: Initiative, meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    yerlan = meet("yerlan")
    yerlan.client = Client(raise_request_exception=False)
    page = yerlan.visit(f"petitions/{petition.code}/vote/")
    accept = acceptance.accept

    def interrupted(**given: Any) -> Any:
        done = accept(**given)
        terminate()
        return done

    with monkeypatch.context() as restart:
        restart.setattr(acceptance, "accept", interrupted)
        form = page.form(field="token")
        answer = yerlan.client.post(page.url, form.filled({"cms": yerlan.signature(page.statement)}))
    close_old_connections()  # as a server does at the end of each request
    assert answer.status_code in (500, 503)
    html = answer.content.decode()
    assert "Traceback" not in html
    assert len(html) > 200

    # Nothing of the vote was kept, so the same signature counts when it is sent again.
    cache.clear()
    assert (VoteAct.objects.count(), Signature.objects.count()) == (0, 0)
    again = yerlan.client.post(page.url, form.filled({"cms": yerlan.signature(page.statement)}), follow=True)
    assert "Your vote stands" in again.content.decode()
    assert exact_count(petition) == 58
