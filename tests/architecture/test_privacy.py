"""The IIN of a person who signs appears nowhere: no table, no log, no page, no letter, no cookie."""

import base64
import logging
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection

from accounts.models import Body
from initiatives.models import Initiative
from initiatives.states import State
from portal.events.outbox import deliver_due
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.people import Person


def stored() -> dict[str, str]:
    """Return every table's rows as text, binary columns in hexadecimal digits."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(one::text, chr(10)) FROM "{table}" one')
            found[table] = cursor.fetchone()[0] or ""
        return found


def spellings(iin: str) -> set[str]:
    """How the number could be written: plainly, as bytes in hexadecimal digits, in base64 at each offset."""
    plain = iin.encode()
    inside = {base64.b64encode(b"\0" * shift + plain)[4:-4].decode() for shift in range(3)}
    return {iin, plain.hex()} | inside


@pytest.fixture
def petition(akimat: Body, at: datetime) -> Initiative:
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(body=akimat, author=author, state=State.COLLECTING, at=at, threshold=5000)


@pytest.mark.django_db
def test_after_sign_in_and_vote_the_iin_is_nowhere(
    demo_trust: DemoPki,
    petition: Initiative,
    at: datetime,
    caplog: Any,
    capfd: Any,
    time_machine: Any,
) -> None:
    time_machine.move_to(at)
    cache.clear()
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    for slug in ("aigerim", "expired", "revoked"):
        person = Person(pki=demo_trust, key=slug)
        if slug == "aigerim":
            person.sign_in()
            person.give_address("aigerim@example.kz")
        vote = person.visit(f"petitions/{petition.code}/vote/")
        after = person.sign(vote, status=200 if slug == "aigerim" else 422)
        seen += [vote.html, after.html, str(person.client.cookies)]
        seen += [person.visit(path).html for path in (f"petitions/{petition.code}/", "")]
    owner = Person(pki=demo_trust, key="aigerim").sign_in()
    seen += [
        owner.visit(path).html for path in ("profile/", "profile/sessions/", "my/initiatives/", "my/notifications/")
    ]
    deliver_due(at=at)
    seen += [f"{letter.subject} {letter.body} {letter.recipients()}" for letter in mail.outbox]
    tables = stored()
    output = capfd.readouterr()
    places = {**tables, "pages and letters": "\n".join(seen), "log": caplog.text, "output": output.out + output.err}

    # The search itself works: what is known to be there is found.
    assert Signature.objects.count() == 3
    assert petition.code in tables["initiatives_initiative"]
    assert BY_SLUG["aigerim"].given_name in tables["accounts_user"]
    for slug in ("aigerim", "expired", "revoked"):
        for spelling in spellings(BY_SLUG[slug].iin):
            assert [name for name, text in places.items() if spelling in text] == []
