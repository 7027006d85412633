"""What a voter, an official and a sceptic can take home, and who cannot; the lone verifier judges each."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from initiatives.models import Initiative
from initiatives.selectors.counts import exact_count
from initiatives.states import State
from portal import clock
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.services import bundles, heads, sequencing
from signatures.states import Purpose
from tests.factories.accounts import make_citizen, make_official
from tests.initiatives.test_vote_forgetting import check, frozen, give, of_count, of_vote
from tests.initiatives.voters import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(db: None) -> Initiative:
    return frozen()


@pytest.fixture
def aigerim(db: None) -> User:
    who = BY_SLUG["aigerim"]
    return make_citizen(who.iin, who.given_name, who.surname, birth_date=who.birth_date)


@pytest.fixture
def voted(demo_trust: DemoPki, petition: Initiative, aigerim: User) -> Initiative:
    """Aigerim and Yerlan have voted, Marina has voted and taken it back; the log knows it."""
    give(demo_trust, "aigerim", petition, aigerim)
    give(demo_trust, "yerlan", petition, None)
    give(demo_trust, "marina", petition, None)
    give(demo_trust, "marina", petition, None, Purpose.WITHDRAW)
    sequencing.run(at=AT)
    return petition


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_bundle_of_a_vote_is_right_and_always_the_same(
    voted: Initiative, aigerim: User, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client.force_login(aigerim)
    answer = client.get(f"/en/petitions/{voted.code}/vote/bundle.zip")
    raw = content(answer)

    assert "no-store" in answer["Cache-Control"]
    told = check(raw, tmp_path, capsys)
    assert [one for one in told["checks"] if one["result"] == "wrong"] == []
    assert told["facts"]["leaf"] == 0
    assert raw == content(client.get(f"/en/petitions/{voted.code}/vote/bundle.zip"))
    names = set(zipfile.ZipFile(io.BytesIO(raw)).namelist())
    assert {"statement.txt", "signature.p7s", "report.json", "verify_bundle.py", "README.txt"} <= names


def test_with_the_archive_the_bundle_says_more(
    voted: Initiative, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads.publish(at=AT, now=True)
    told = check(of_count(voted), tmp_path, capsys)

    assert told["verdict"] == "valid"
    assert ("archive", "ok") in {(one["step"], one["result"]) for one in told["checks"]}
    assert told["facts"]["count"] == exact_count(voted) == 2


def test_a_withdrawal_has_its_bundle_too(
    demo_trust: DemoPki, voted: Initiative, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from initiatives.models import VoteAct

    act = VoteAct.objects.get(initiative=voted, sequence=2)
    told = check(of_vote(act), tmp_path, capsys)

    assert [one for one in told["checks"] if one["result"] == "wrong"] == []
    assert told["facts"]["action"] == "withdraw"


def test_before_the_vote_has_its_place_one_is_asked_to_wait(
    demo_trust: DemoPki, petition: Initiative, aigerim: User, client: Client
) -> None:
    give(demo_trust, "aigerim", petition, aigerim)
    client.force_login(aigerim)

    answer = client.get(f"/en/petitions/{petition.code}/vote/bundle.zip")

    assert answer.status_code == 409
    assert "Try again in a minute" in answer.content.decode()


def test_only_the_voter_gets_their_vote_and_only_the_addressed_body_gets_any(
    voted: Initiative, aigerim: User, everyone: dict[str, User], administrator: User
) -> None:
    Initiative.objects.filter(pk=voted.pk).update(state=State.REGISTERED)
    clerk = make_official("820606400269", "Гүлнар", "Сапарова", "clerk", voted.body)
    head = make_official("750909300260", "Болат", "Сейтов", "head", voted.body, sex="male")
    people = {
        **{f"{name} of another petition's": user for name, user in everyone.items()},
        "voter": aigerim, "author of this": voted.author, "clerk of the body": clerk, "head of the body": head,
    }  # fmt: skip
    own, any_vote = f"/en/petitions/{voted.code}/vote/bundle.zip", f"/en/inbox/{voted.code}/votes/1.zip"

    got = {}
    for name, user in people.items():
        browser = Client()
        browser.force_login(user)
        got[name] = (browser.get(own).status_code, browser.get(any_vote).status_code)
    got["stranger"] = (Client().get(own).status_code, Client().get(any_vote).status_code)

    allowed = {
        "voter": (200, 403),
        "clerk of the body": (404, 200),
        "head of the body": (404, 200),
        "stranger": (404, 302),
        "clerk elsewhere of another petition's": (404, 200),  # it is the body of this one
    }
    assert got == {**dict.fromkeys(got, (404, 403)), **allowed}


def test_the_browser_in_which_it_was_given_gets_the_bundle(
    demo_trust: DemoPki, petition: Initiative, client: Client
) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse
    from django.test import RequestFactory

    from initiatives.views import own_votes

    act = give(demo_trust, "yerlan", petition, None)
    sequencing.run(at=AT)
    request, response = RequestFactory().get("/"), HttpResponse()
    request.user = AnonymousUser()
    own_votes.remember(request, response, act)
    client.cookies["vote-en"] = response.cookies["vote-en"].value

    assert client.get(f"/en/petitions/{petition.code}/vote/bundle.zip").status_code == 200
    client.cookies["vote-en"] = response.cookies["vote-en"].value[:-1] + "x"
    assert client.get(f"/en/petitions/{petition.code}/vote/bundle.zip").status_code == 404


def test_nobodys_name_is_in_what_is_public(voted: Initiative, client: Client) -> None:
    texts = [
        client.get(f"/api/v1/initiatives/{voted.code}/log/leaves/").content.decode(),
        client.get("/en/log/").content.decode(),
    ]
    raw = content(client.get(f"/log/{voted.code}/bundle.zip"))
    packed = zipfile.ZipFile(io.BytesIO(raw))
    texts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]

    for person in ("aigerim", "yerlan", "marina"):
        for mark in (BY_SLUG[person].iin, BY_SLUG[person].surname):
            assert all(mark not in text for text in texts)
    assert not {"statement.txt", "signature.p7s", "commitment.json", "receipt.json"} & set(packed.namelist())


def test_a_count_that_did_not_change_is_not_sent_again(voted: Initiative, client: Client) -> None:
    first = client.get(f"/log/{voted.code}/bundle.zip")

    again = client.get(f"/log/{voted.code}/bundle.zip", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert content(first) == of_count(voted)


def test_the_count_of_what_is_not_public_is_not_handed_out_or_kept_by_caches(voted: Initiative, client: Client) -> None:
    from initiatives.states import LISTED, PRIVATE

    assert client.get(f"/log/{voted.code}/bundle.zip")["Cache-Control"] == "public, max-age=5"
    for state in set(State) - LISTED:
        Initiative.objects.filter(pk=voted.pk).update(state=state)
        browser = Client()
        browser.force_login(voted.author)
        answer = browser.get(f"/log/{voted.code}/bundle.zip")
        assert answer.status_code == 404 if state in PRIVATE else "public" not in answer.get("Cache-Control", ""), state


def test_a_petition_without_votes_has_no_files_but_its_page(petition: Initiative, client: Client) -> None:
    assert client.get(f"/log/{petition.code}/bundle.zip").status_code == 404
    assert "Recount it in your own browser" in client.get(f"/en/petitions/{petition.code}/verify/").content.decode()


def test_the_verifier_that_is_handed_out_is_the_one_in_the_source(client: Client) -> None:
    answer = client.get("/log/verify_bundle.py")

    assert answer.content == bundles.verifier()
    assert answer.content.startswith(b"#!/usr/bin/env python3\n")


def test_an_hour_later_the_browser_without_a_person_gets_it_no_more(
    demo_trust: DemoPki, petition: Initiative, client: Client
) -> None:
    """On a shared computer the next person must not get a name and an IIN."""
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse
    from django.test import RequestFactory

    from initiatives.views import own_votes

    act = give(demo_trust, "yerlan", petition, None)
    sequencing.run(at=AT)
    request, response = RequestFactory().get("/"), HttpResponse()
    request.user = AnonymousUser()
    given = clock.now()
    with time_machine.travel(given - timedelta(minutes=61), tick=False):
        own_votes.remember(request, response, act)
    client.cookies["vote-en"] = response.cookies["vote-en"].value

    assert client.get(f"/en/petitions/{petition.code}/vote/bundle.zip").status_code == 404
    client.cookies.clear()
    request.COOKIES["vote-en"] = response.cookies["vote-en"].value
    assert own_votes.recall(request, petition) == act.pk, "the sentence that the vote stands stays"
