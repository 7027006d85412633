"""One person, one account, whatever certificate, pepper or race brings them in."""

from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from accounts.services import identity
from portal.audit.log import history
from portal.errors import NotAllowed
from tests.factories.accounts import Certified

pytestmark = pytest.mark.django_db


def test_the_first_sign_in_opens_an_account_with_what_the_certificate_says(at: datetime) -> None:
    signer = Certified()
    user = identity.enrol(signer=signer, at=at)
    user.refresh_from_db()
    assert (user.given_name, user.family_name, user.patronymic) == ("Айгүл", "Серікова", "Маратқызы")
    assert (user.birth_date, user.sex, user.joined_at) == (signer.birth_date, "female", at)
    assert not user.has_usable_password()
    assert [entry.action for entry in history(user)] == ["enrolled"]


def test_the_iin_stands_in_no_column(at: datetime) -> None:
    user = identity.enrol(signer=Certified(), at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(u)::text FROM accounts_user u WHERE id = %s", [user.pk])
        (row,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(json_agg(a)::text, '') FROM audit_auditentry a")
        (log,) = cursor.fetchone()
    assert Certified().iin not in row + log


def test_the_second_sign_in_finds_the_same_account_and_writes_nothing(at: datetime) -> None:
    first = identity.enrol(signer=Certified(), at=at)
    second = identity.enrol(signer=Certified(), at=at)
    assert first.pk == second.pk
    assert history(first).count() == 1


def test_a_new_certificate_renews_the_surname_and_the_log_names_only_the_field(at: datetime) -> None:
    first = identity.enrol(signer=Certified(), at=at)
    identity.enrol(signer=replace(Certified(), surname="АХМЕТОВА"), at=at)
    first.refresh_from_db()
    assert first.family_name == "Ахметова"
    assert [entry.data for entry in history(first)] == [{}, {"fields": ["family_name"]}]


def test_a_rotated_pepper_still_finds_the_person_and_renews_the_code(at: datetime, settings: Settings) -> None:
    user = identity.enrol(signer=Certified(), at=at)
    old = user.identity_tag
    settings.IDENTITY_PEPPERS = ["a new pepper of identities in the test suite", *settings.IDENTITY_PEPPERS]
    found = identity.enrol(signer=Certified(), at=at)
    assert found.pk == user.pk
    assert found.identity_tag != old
    assert found.identity_tag == identity.identity_tag(Certified().iin)


def test_different_people_and_different_peppers_give_different_codes(settings: Settings) -> None:
    one, other = identity.identity_tag("850312300123"), identity.identity_tag("850312300124")
    settings.IDENTITY_PEPPERS = ["a new pepper of identities in the test suite"]
    assert len({one, other, identity.identity_tag("850312300123")}) == 3
    assert len(one) <= 80


def test_a_closed_account_does_not_open(at: datetime) -> None:
    user = identity.enrol(signer=Certified(), at=at)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(NotAllowed) as refusal:
        identity.enrol(signer=Certified(), at=at)
    assert refusal.value.code == "account_closed"
    assert history(user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_first_sign_ins_at_once_open_one_account(at: datetime) -> None:
    barrier, found, failures = Barrier(8), [], []

    def sign_in() -> None:
        barrier.wait()
        try:
            found.append(identity.enrol(signer=Certified(), at=at).pk)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=sign_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    assert len(found) == 8
    assert len(set(found)) == 1
    assert User.objects.count() == 1
