"""A whole run of the portal, with everything captured that it writes: no IIN of anybody anywhere, in any spelling.

Sign-in, a petition, votes by RSA and GOST, refusals, faults forced in the middle, pages of administration, tasks, letters;
then every table, log line, page, letter, cookie, task and error report is searched.
"""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from celery.signals import before_task_publish, task_prerun
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.views.debug import get_exception_reporter_class

from accounts.models import Body, User
from initiatives.models import Initiative, VoteAct
from initiatives.services import voting
from initiatives.states import State
from portal.events.outbox import deliver_due
from portal.settings.logs import ScrubbingFormatter
from signatures.eds.demo_people import PEOPLE
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature
from tests.architecture.test_privacy import spellings, stored
from tests.architecture.world import MODEL_BACKEND, verify
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.people import Person

EVERYBODY = sorted({person.iin for person in PEOPLE})


def every_spelling(iin: str) -> set[str]:
    """Plainly, in hexadecimal digits, in base64 (both alphabets), in UTF-16, and each of them backwards."""
    found = spellings(iin) | {iin.encode("utf-16-le").hex(), f"{int(iin):x}", " ".join(iin)}
    found |= {one.replace("+", "-").replace("/", "_") for one in found}
    return found | {one[::-1] for one in found}


def leaks(places: dict[str, str]) -> list[tuple[str, str]]:
    """Return where whose number stands: (name of the place, number of the person in the list)."""
    return [
        (name, f"person {number}")
        for number, iin in enumerate(EVERYBODY)
        for spelling in every_spelling(iin)
        for name, text in places.items()
        if spelling in text
    ]


class Captured:
    """Everything that is written while the portal runs."""

    def __init__(self) -> None:
        self.log, self.pages, self.tasks, self.reports = io.StringIO(), [""], [""], [""]
        self.handler = logging.StreamHandler(self.log)
        self.handler.setFormatter(ScrubbingFormatter("%(name)s %(message)s"))

    def task(self, task: Any = None, args: Any = (), kwargs: Any = None, body: Any = None, **_more: Any) -> None:
        self.tasks.append(f"{task} {args!r} {kwargs!r} {body!r}")

    def report(self, request: Any = None, **_more: Any) -> None:
        for is_email in (False, True):
            kind: Any = get_exception_reporter_class(request)
            reporter = kind(request, *sys.exc_info(), is_email=is_email)
            self.reports += [reporter.get_traceback_html(), reporter.get_traceback_text()]

    def places(self) -> dict[str, str]:
        letters = [f"{one.subject} {one.body} {one.recipients()} {one.message()}" for one in mail.outbox]
        return {
            **stored(),
            "log": self.log.getvalue(),
            "pages": "\n".join(self.pages),
            "tasks": "\n".join(self.tasks),
            "error reports": "\n".join(self.reports),
            "letters": "\n".join(letters),
            "cache": repr(getattr(cache, "_cache", {})),
        }


@contextmanager
def capturing() -> Iterator[Captured]:
    made = Captured()
    root, django = logging.getLogger(), logging.getLogger("django")
    levels = root.level, django.level
    for logger in (root, django):
        logger.addHandler(made.handler)
        logger.setLevel(logging.DEBUG)
    connection.force_debug_cursor = True  # every statement with its values goes to the log of django.db.backends
    task_prerun.connect(made.task)
    before_task_publish.connect(made.task)
    got_request_exception.connect(made.report)
    try:
        yield made
    finally:
        connection.force_debug_cursor = False
        got_request_exception.disconnect(made.report)
        before_task_publish.disconnect(made.task)
        task_prerun.disconnect(made.task)
        for logger, level in zip((root, django), levels, strict=True):
            logger.removeHandler(made.handler)
            logger.setLevel(level)


@pytest.fixture
def petition(akimat: Body, at: datetime) -> Initiative:
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(body=akimat, author=author, state=State.COLLECTING, at=at, threshold=5000)


def _vote(person: Person, petition: Initiative, captured: Captured, status: int) -> None:
    page = person.visit(f"petitions/{petition.code}/vote/")
    after = person.sign(page, status=status)
    captured.pages += [page.html, after.html, str(person.client.cookies)]


def _force_faults(person: Person, petition: Initiative, captured: Captured, monkeypatch: Any) -> None:
    """A vote that fails with everything in the exception, and a constraint that quotes the row."""

    def break_down(**more: Any) -> None:
        accepted = more["accepted"]
        raise RuntimeError(f"lost {accepted.signer.iin} {accepted.signer!r} {accepted.signer.iin.encode().hex()}")

    with monkeypatch.context() as patched:
        patched.setattr(voting, "cast", break_down)
        person.client.raise_request_exception = False
        page = person.visit(f"petitions/{petition.code}/vote/")
        captured.pages.append(person.sign(page, status=500).html)
    person.client.raise_request_exception = True
    with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE forced (iin text PRIMARY KEY) ON COMMIT DROP")
        try:
            cursor.execute("INSERT INTO forced SELECT unnest(ARRAY[%s, %s])", [person.who.iin] * 2)
        except IntegrityError:
            logging.getLogger("django.request").exception("the database says no to %s", person.who.iin)
            raise


def _look_around(client: Client, captured: Captured, paths: tuple[str, ...]) -> None:
    for path in paths:
        answer = client.get(f"/en/{path}", follow=True)
        assert answer.status_code == 200, path
        if not answer.streaming:
            captured.pages.append(answer.content.decode())


@pytest.mark.django_db
def test_after_a_whole_run_no_number_of_anybody_is_anywhere(
    demo_trust: DemoPki, petition: Initiative, administrator: User, at: datetime, time_machine: Any, monkeypatch: Any
) -> None:
    time_machine.move_to(at)
    cache.clear()
    with capturing() as captured:
        people = {key: Person(pki=demo_trust, key=key) for key in ("aigerim", "yerlan.gost", "marina", "two-keys")}
        people["aigerim"].sign_in()
        people["aigerim"].give_address("aigerim@example.kz")
        _vote(people["aigerim"], petition, captured, 200)
        _vote(people["yerlan.gost"], petition, captured, 200)
        for refused in ("expired", "revoked", "auth-only", "foreign", "expired.gost", "revoked.gost"):
            _vote(Person(pki=demo_trust, key=refused), petition, captured, 422)
        _vote(Person(pki=demo_trust, key="yerlan.gost"), petition, captured, 409)
        _force_faults(people["marina"], petition, captured, monkeypatch)
        _look_around(
            people["aigerim"].client,
            captured,
            (
                "",
                f"petitions/{petition.code}/",
                "profile/",
                "profile/sessions/",
                "my/initiatives/",
                "my/notifications/",
            ),
        )
        _look_around(Client(), captured, ("", "petitions/", f"petitions/{petition.code}/", "statistics/"))
        staff = Client()
        staff.force_login(administrator, backend=MODEL_BACKEND)
        verify(staff, administrator)
        _look_around(staff, captured, ("admin/", "admin/accounts/user/", "administration/signatures/"))
        deliver_due(at=at)
        places = captured.places()

    # The search itself works: what is known to be there is found.
    assert VoteAct.objects.count() == 2
    assert Signature.objects.count() >= 3
    assert petition.code in places["pages"]
    assert "RuntimeError" in places["error reports"]
    assert "RuntimeError: lost [12 digits]" in places["log"]
    assert "the database says no to [12 digits]" in places["log"]
    assert "INSERT INTO forced" in places["log"]
    assert places["letters"]
    assert leaks(places) == []


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["plain", "hexadecimal", "base64", "backwards"])
def test_the_search_finds_a_leak_that_was_planted(way: str, at: datetime) -> None:
    import base64

    iin = EVERYBODY[0]
    planted = {
        "plain": iin,
        "hexadecimal": iin.encode().hex(),
        "base64": base64.b64encode(f"x IIN{iin} y".encode()).decode(),
        "backwards": iin[::-1],
    }[way]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('planted', %s, %s)",
            [planted, at],
        )

    assert leaks(stored()) == [("django_session", "person 0")]


@pytest.mark.django_db
def test_without_the_scrubber_the_same_fault_would_leak(
    demo_trust: DemoPki, petition: Initiative, at: datetime, time_machine: Any, monkeypatch: Any
) -> None:
    """The faults that are forced above are real ones: take the scrubber away, and the search finds them."""
    time_machine.move_to(at)
    cache.clear()
    monkeypatch.setattr("portal.settings.logs.scrub", lambda text: text)
    monkeypatch.setattr("portal.web.error_reports.scrub_report", lambda text: text)
    with capturing() as captured:
        _force_faults(Person(pki=demo_trust, key="marina"), petition, captured, monkeypatch)
        places = captured.places()

    assert {name for name, _who in leaks(places)} == {"log", "error reports"}


def test_production_hides_what_error_reports_hold() -> None:
    assert django_settings.DEFAULT_EXCEPTION_REPORTER == "portal.web.error_reports.Report"
    assert django_settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "portal.web.error_reports.ReportFilter"
