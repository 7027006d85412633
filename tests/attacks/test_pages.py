"""Attacks on pages: scripts in whatever citizens write, ways out to other sites, floods, and caches that keep too much."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.models import Comment, Initiative
from initiatives.services import signing
from initiatives.services.discussing import comment, report
from initiatives.states import Stance, State
from portal import clock
from portal.notifications.messages import entry, letter
from portal.notifications.models import Notification
from portal.web.sheets import safe
from signatures.services import acceptance
from signatures.services.statements import one_line
from signatures.states import Purpose
from tests.factories.initiatives import make_initiative

pytestmark = pytest.mark.django_db
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% load i18n %}\u2028\u202ejavascript:"
LIVE = re.compile(r"<script>alert|<img src=x|onerror=alert\(2\)>(?!&)", re.IGNORECASE)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def petition(citizen: User, ministry: Body) -> Initiative:
    """A petition that has a script wherever its author could put one."""
    at = clock.now() - timedelta(days=1)
    User.objects.filter(pk=citizen.pk).update(given_name=EVIL[:60], family_name=EVIL[:60])
    citizen.refresh_from_db()
    texts: dict[str, Any] = dict.fromkeys(("problem", "proposal"), EVIL + "x" * 200)
    return make_initiative(body=ministry, author=citizen, state=State.COLLECTING, at=at, title=EVIL, **texts)


def test_no_page_runs_what_a_citizen_wrote(
    client: Client, petition: Initiative, moderator: User, other_citizen: User
) -> None:
    said = comment(initiative=petition, by=other_citizen, text=EVIL, stance=Stance.FOR, parent=None, at=clock.now())
    report(comment=said, by=petition.author, reason=EVIL, at=clock.now())
    code = petition.code
    pages = [
        *(reverse(f"initiatives:{name}", args=[code]) for name in ("detail", "vote", "count")),
        *(reverse(f"initiatives:{name}") for name in ("home", "index", "statistics")),
        reverse("initiatives:index") + "?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        reverse("signatures:sign_in") + "?next=javascript:alert(1)",
        "/kk/%3Cscript%3Ealert(1)%3C/script%3E/",
    ]
    staff = [reverse("initiatives:moderation"), reverse("initiatives:moderation_comment", args=[said.pk])]
    for reader, addresses in ((None, pages), (petition.author, [*pages, "/kk/my/initiatives/"]), (moderator, staff)):
        client.logout()
        if reader is not None:
            client.force_login(reader)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code in (200, 302, 404), address
            assert not LIVE.search(answer.content.decode()), address
            assert "49" not in re.findall(r"\{?\{?(49)\}?\}?x{20}", answer.content.decode())


def test_letters_and_notices_run_nothing_and_keep_to_their_headers(petition: Initiative, other_citizen: User) -> None:
    User.objects.filter(pk=other_citizen.pk).update(email="d@example.kz", is_email_confirmed=True)
    notice = Notification.objects.create(
        recipient=User.objects.get(pk=other_citizen.pk),
        topic="own",
        template="initiatives/rejected",
        context={"title": f"{EVIL}\r\nBcc: all@example.kz", "reason": EVIL},
        url_name="initiatives:detail",
        url_args=[petition.code],
        key="evil",
        created_at=clock.now(),
    )
    sent = letter(notice).message()
    assert sent["Bcc"] is None
    assert "\n" not in str(letter(notice).subject)
    assert not LIVE.search(str(letter(notice).alternatives[0][0]))
    assert not LIVE.search(entry(notice).content)


def test_a_title_cannot_write_a_line_of_the_statement(petition: Initiative) -> None:
    for break_ in ("\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x00", "\u202e", "\u200b", "\u2066"):
        assert break_ not in one_line(f"a{break_}Purpose: withdraw [withdraw]")
    issued = signing.statement(initiative=petition, purpose=Purpose.VOTE, language="en", at=clock.now())
    assert issued.text.count("[vote]") == 1
    assert len(re.findall(r"^Purpose: ", issued.text, re.MULTILINE)) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.kz/",
        "//evil.kz",
        "/\\evil.kz",
        "javascript:alert(1)",
        "https:evil.kz",
        "\x00//evil.kz",
        "http://testserver@evil.kz/",
    ],
)
def test_no_door_leads_to_another_site(client: Client, citizen: User, target: str) -> None:
    client.force_login(citizen)
    for address in (reverse("signatures:sign_in"), reverse("accounts:staff_sign_in"), "/kk/admin/login/"):
        where = client.get(address, {"next": target}).headers.get("Location", "")
        assert not re.match(r"^(https?:)?[/\\]{2}|^javascript", where), address
    where = client.post("/i18n/setlang/", {"next": target, "language": "ru"}).headers["Location"]
    assert "evil" not in where


def test_every_page_refuses_frames_and_strange_hosts(client: Client, petition: Initiative) -> None:
    answer = client.get(reverse("initiatives:vote", args=[petition.code]))
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get("/kk/", headers={"host": "evil.kz"}).status_code == 400
    poisoned = client.get("/kk/", headers={"x-forwarded-host": "evil.kz", "x-original-url": "/kk/profile/"})
    assert b"evil.kz" not in poisoned.content


def test_a_planted_session_is_worth_nothing_after_signing_in(client: Client, citizen: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    client.force_login(citizen)
    assert client.session.session_key != session.session_key


def test_garbage_signatures_are_soon_not_even_looked_at(
    client: Client, petition: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verification costs processor time, and who sends signatures need not have signed in."""
    looked: list[int] = []
    real = acceptance.accept

    def look(**sent: Any) -> acceptance.Accepted:
        looked.append(1)
        return real(**sent)

    monkeypatch.setattr(acceptance, "accept", look)
    address = reverse("initiatives:vote", args=[petition.code])
    statuses = [client.post(address, {"token": "forged", "cms": "AAAA"}).status_code for _time in range(130)]
    assert statuses[:120] == [422] * 120
    assert set(statuses[120:]) == {429}
    assert len(looked) == 120
    spoofed = client.post(address, {"token": "forged", "cms": "AAAA"}, headers={"x-forwarded-for": "203.0.113.9"})
    assert spoofed.status_code == 429, "an address that the client wrote itself opens no new share"


def test_one_account_cannot_flood_a_discussion(client: Client, petition: Initiative, other_citizen: User) -> None:
    client.force_login(other_citizen)
    address = reverse("initiatives:comment", args=[petition.code])
    sent = {"text": "Same words again", "stance": Stance.FOR}
    statuses = [client.post(address, sent).status_code for _time in range(25)]
    assert statuses == [302] * 20 + [429] * 5
    assert Comment.objects.count() == 20


@pytest.mark.parametrize(
    ("state", "kept"), [(State.COLLECTING, "public"), (State.JOINING, "private"), (State.DRAFT, "private")]
)
def test_only_listed_counts_may_lie_in_caches(
    client: Client, citizen: User, ministry: Body, state: str, kept: str
) -> None:
    petition = make_initiative(body=ministry, author=citizen, state=state, at=clock.now())
    client.force_login(citizen)
    answer = client.get(reverse("initiatives:count", args=[petition.code]))
    assert kept in answer["Cache-Control"]
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_table_is_a_formula(cell: str) -> None:
    assert not str(safe(cell)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_reply_cannot_be_put_under_another_petitions_comment(
    client: Client, petition: Initiative, other_citizen: User, ministry: Body, settings: Any
) -> None:
    elsewhere = make_initiative(body=ministry, author=other_citizen, state=State.COLLECTING, at=clock.now())
    said = comment(initiative=elsewhere, by=other_citizen, text="Here", stance=Stance.FOR, parent=None, at=clock.now())
    client.force_login(other_citizen)
    for name, sent in (("comment", {"text": "x", "stance": "for", "parent": said.pk}), ("report", {"reason": "x"})):
        arguments: list[Any] = [petition.code] if name == "comment" else [petition.code, said.pk]
        assert client.post(reverse(f"initiatives:{name}", args=arguments), sent).status_code == 404
