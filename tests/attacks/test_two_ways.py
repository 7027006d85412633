"""Attacks on "one person, one vote": a second way of voting, a second account, a rewritten or emptied table."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from initiatives.models import InitiativeKind, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import voting
from portal.audit.log import record
from tests.initiatives.voters import AT, make_initiative, make_voter

pytestmark = pytest.mark.django_db


def test_a_kind_cannot_change_its_way_of_voting_once_people_vote() -> None:
    """Whoever voted by session could vote again by signature: the two ways have tags of their own."""
    idea = make_initiative()
    voting.cast_signed_in(initiative=idea, by=make_voter(1), at=AT)
    with pytest.raises(DatabaseError, match="way of voting stays"), transaction.atomic():
        InitiativeKind.objects.filter(pk=idea.kind_id).update(requires_eds=True)
    InitiativeKind.objects.filter(pk=idea.kind_id).update(is_active=False)
    assert exact_count(idea) == 1


def test_an_unused_kind_may_still_change_it() -> None:
    kind = make_initiative().kind
    unused = InitiativeKind.objects.create(slug="unused", process="idea", name="unused", summary="unused")
    unused.requires_eds = not unused.requires_eds
    unused.save()
    assert kind != unused


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE initiatives_voteact CASCADE",
        "TRUNCATE {partition} CASCADE",
        "TRUNCATE signatures_signature CASCADE",
        "TRUNCATE audit_auditentry",
        "DELETE FROM initiatives_voteact",
        "UPDATE initiatives_voteact SET sequence = 3",
        "UPDATE {partition} SET shown_name = 'somebody else'",
        "UPDATE audit_auditentry SET data = '{}'",
        "DELETE FROM audit_auditentry",
    ],
)
def test_even_the_owner_of_the_tables_cannot_rewrite_what_was_kept(statement: str, citizen: User) -> None:
    idea = make_initiative()
    for number in range(3):
        voting.cast_signed_in(initiative=idea, by=make_voter(number), at=AT)
    record(subject=citizen, action="test", actor=citizen, at=AT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL portal.may_truncate = ''")
        cursor.execute("SELECT tableoid::regclass::text FROM initiatives_voteact LIMIT 1")
        partition = cursor.fetchone()[0]
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.replace("{partition}", partition))
    assert VoteAct.objects.count() == 3


def test_only_the_suite_says_that_it_may_truncate(settings: Any) -> None:
    assert settings.DATABASES["default"]["OPTIONS"]["options"] == "-c portal.may_truncate=on"
    from portal.settings.base import databases

    assert "options" not in databases("postgresql:///portal")["default"]["OPTIONS"]
