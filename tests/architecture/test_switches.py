"""Every switch: off, its part is away and says why; on again, the part is back. A switch without a test here fails."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from initiatives import tasks
from initiatives.models import Attachment, Comment, HourTally, Initiative, MilestoneDispute, Remark, Tally
from initiatives.services import signing
from initiatives.states import State
from portal import clock, switches
from portal.audit.log import first_break, history
from portal.errors import Conflict, InvalidInput, NotAllowed, NotVisible, Unavailable
from portal.notifications import fanning
from portal.notifications import tasks as mail_tasks
from portal.notifications.models import Delivery, DeliveryState
from portal.switches import standing, turning
from portal.switches.models import SwitchState
from portal.webhooks import sending
from portal.webhooks.client import Answer
from portal.webhooks.models import Delivery as WebhookDelivery
from signatures.services import acceptance, signing_in
from signatures.services.refusals import SignatureRefused
from signatures.states import Purpose
from tests.architecture.world import World

pytestmark = pytest.mark.django_db
REASONS = {"kk": "Сервер жөнделіп жатыр.", "ru": "Сервер на ремонте.", "en": "The server is being repaired."}
SENTENCE = "Switched off for now: The server is being repaired."
Works = Callable[[World], bool]


def shows(role: str, page: str, there: str, *, query: str = "") -> Works:
    """The page has the part; where it has not, it says why instead."""

    def look(world: World) -> bool:
        html = world.browser(role).get(f"/en{world.url(page)[3:]}{query}").content.decode()
        assert (there in html) != (SENTENCE in html), page
        return there in html

    return look


def says_nothing(role: str, page: str) -> Works:
    """The page does not speak of the part; while it is off, it says why."""
    return lambda world: SENTENCE not in world.browser(role).get(f"/en{world.url(page)[3:]}").content.decode()


def answers(role: str, page: str) -> Works:
    """The whole page is there; where it is not, a page with status 503 says why."""

    def look(world: World) -> bool:
        answer = world.browser(role).get(f"/en{world.url(page)[3:]}")
        assert answer.status_code in (200, 503)
        assert (SENTENCE in answer.content.decode()) == (answer.status_code == 503)
        return answer.status_code == 200

    return look


def takes(role: str, page: str, data: dict[str, Any], made: Callable[[World], int]) -> Works:
    """The form is taken and makes something; where it is not, nothing is made."""

    def look(world: World) -> bool:
        before = made(world)
        sent = {name: value() if callable(value) else value for name, value in data.items()}
        answer = world.browser(role).post(f"/en{world.url(page)[3:]}", sent)
        assert answer.status_code == (302 if made(world) > before else 503), answer.content.decode()[-3000:]
        return made(world) > before

    return look


def hears(role: str, page: str, data: dict[str, Callable[[], Any]]) -> Works:
    """The form is looked at, whatever comes of it; where it is not, a page with status 503 says why."""

    def look(world: World) -> bool:
        answer = world.browser(role).post(f"/en{world.url(page)[3:]}", {name: value() for name, value in data.items()})
        assert (SENTENCE in answer.content.decode()) == (answer.status_code == 503)
        return answer.status_code != 503

    return look


def program(address: str, code: str = "switched_off") -> Works:
    """The API answers; where it does not, its problem says why."""

    def look(world: World) -> bool:
        answer = world.browser("anonymous").get(
            address.format(world.subjects["collecting"].code), HTTP_ACCEPT_LANGUAGE="en"
        )
        assert answer.status_code in (200, 503)
        if answer.status_code == 503:
            assert (answer.json()["code"], answer.json()["detail"]) == (code, SENTENCE)
            assert answer["Content-Type"] == "application/problem+json"
        return answer.status_code == 200

    return look


def everywhere(*looks: Works) -> Works:
    """All of them agree."""

    def look(world: World) -> bool:
        found = [one(world) for one in looks]
        assert len(set(found)) == 1, found
        return found[0]

    return look


def rising_is_refreshed(world: World) -> bool:
    Tally.objects.update_or_create(initiative=world.subjects["collecting"], defaults={"rising": 0})
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    HourTally.objects.get_or_create(initiative=world.subjects["collecting"], hour=hour, defaults={"votes": 500})
    return tasks.refresh_rankings() > 0


def letters_are_sent(world: World) -> bool:
    Delivery.objects.update(state=DeliveryState.QUEUED, settled_at=None, next_attempt_at=clock.now(), attempts=0)
    assert Delivery.objects.exists()
    return mail_tasks.send_mail() > 0


_pictures = iter(range(1, 200))


def picture() -> SimpleUploadedFile:
    """Each time another picture."""
    made = BytesIO()
    Image.new("RGB", (20, next(_pictures))).save(made, "PNG")
    return SimpleUploadedFile("photo.png", made.getvalue(), "image/png")


def comments(_world: World) -> int:
    return Comment.objects.count()


def attachments(_world: World) -> int:
    return Attachment.objects.count()


def drafts(_world: World) -> int:
    return Initiative.objects.filter(state=State.DRAFT).count()


def remarks(_world: World) -> int:
    return Remark.objects.count()


def edition_is_written(_world: World) -> bool:
    return bool(tasks.export_open_data())


def followers_are_told(world: World) -> bool:
    """What was announced while it was off is told when it is on again."""
    code = world.subjects["collecting"].code
    key = f"switch {next(_pictures)}"
    row = fanning.announce(key=key, source="nobody", params={"code": code}, tellings=[], at=clock.now())
    fanning.advance_due(at=clock.now())
    row.refresh_from_db()
    return row.finished_at is not None


def webhooks_are_sent(_world: World) -> bool:
    WebhookDelivery.objects.update(state="queued", next_attempt_at=clock.now(), settled_at=None, attempts=0)
    return sending.send_due(at=clock.now(), limit=1, post=lambda *_call: Answer(status=200)) > 0


def is_drawn(name: str) -> Works:
    return lambda world: world.browser("anonymous").get(world.url(f"initiatives:{name} collecting")).status_code == 200


def another_dispute() -> str:
    """A person who follows says it once of a promise: what was said before is taken away."""
    MilestoneDispute.objects.all().delete()
    return "Есік жабық."


def junk() -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", b"no list, no scan")


def counts_elsewhere(world: World) -> bool:
    """A script of another site reads the count, or why it cannot."""
    answer = world.browser("anonymous").get(world.url("initiatives-machines:embed_count collecting"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.status_code == 200


def silence_is_no_refusal(world: World) -> bool:
    """A vote whose certificate nobody can check is asked to be kept."""
    petition = world.subjects["collecting"]
    refusing = patch.object(acceptance, "accept", side_effect=SignatureRefused("token_invalid"))
    with refusing as asked, pytest.raises(SignatureRefused):
        signing.sign(initiative=petition, purpose=Purpose.VOTE, token="", cms=b"", at=clock.now())
    return bool(asked.call_args.kwargs["keep_pending"])


SAY = {"stance": "for", "text": "Дұрыс айтылған.", "parent": ""}


def makes_a_code_for_the_telephone(world: World) -> bool:
    """The page that asks for a code gets one; where it does not, it is told why."""
    token = signing_in.ask(language="en", at=clock.now()).token
    answer = world.browser("anonymous").post("/sign/mobile/", {"token": token}, headers={"Accept-Language": "en"})
    assert (SENTENCE in answer.content.decode()) == (answer.status_code == 503)
    return answer.status_code == 200


EFFECTS: dict[str, Works] = {
    "signatures.mobile": everywhere(
        shows("anonymous", "signatures:sign_in", 'data-way="mobile"'), makes_a_code_for_the_telephone
    ),
    "initiatives.votes": everywhere(
        shows("anonymous", "initiatives:detail collecting", "vote/"),
        answers("anonymous", "initiatives:vote collecting"),
        answers("citizen", "initiatives:vote idea"),
        program("/api/v1/initiatives/{}/statement/"),
    ),
    "initiatives.drafts": everywhere(
        answers("citizen", "initiatives:begin"),
        takes("citizen", "initiatives:begin", {"kind": "idea", "body": "test-ministry", "language": "kk"}, drafts),
    ),
    "initiatives.opening": shows("author", "initiatives:review draft", "Hand it over</span>"),
    "initiatives.comments": everywhere(
        shows("citizen", "initiatives:detail idea", "comment-form"),
        takes("citizen", "initiatives:comment idea", SAY, comments),
    ),
    "initiatives.attachments": everywhere(
        shows("author", "initiatives:edit draft", 'type="file"'),
        takes("author", "initiatives:attach draft", {"file": picture}, attachments),
    ),
    "initiatives.ranking": everywhere(rising_is_refreshed, says_nothing("anonymous", "initiatives:ranking")),
    "initiatives.rising": everywhere(
        shows("anonymous", "initiatives:index", 'value="rising"'), program("/api/v1/initiatives/?order=rising")
    ),
    "initiatives.facets": shows("anonymous", "initiatives:index", "Open for votes ("),
    "initiatives.search": everywhere(
        shows("anonymous", "initiatives:index", 'id="f-q"', query="?q=жоқ+сөз"),
        program("/api/v1/initiatives/?q=мектеп"),
    ),
    "initiatives.statistics": everywhere(
        answers("anonymous", "initiatives:statistics"), answers("anonymous", "initiatives:statistics_csv states")
    ),
    "initiatives.map": shows("anonymous", "initiatives:statistics", "numbers__maps"),
    "initiatives.api_reads": everywhere(program("/api/v1/initiatives/"), program("/api/v1/initiatives/{}/count/")),
    "initiatives.api_votes": program("/api/v1/initiatives/{}/statement/"),
    "notifications.email": everywhere(letters_are_sent, says_nothing("citizen", "notifications:preferences")),
    "initiatives.similar": everywhere(
        shows("citizen", "initiatives:begin", 'id="similar"'), shows("author", "initiatives:edit draft", 'id="similar"')
    ),
    "initiatives.feeds": everywhere(
        shows("anonymous", "initiatives:detail collecting", "Its steps as a feed"),
        *(
            answers("anonymous", page)
            for page in (
                "initiatives:feed",
                "initiatives:feed_answered",
                "initiatives:calendar",
                "initiatives:feed_history collecting",
                "initiatives:calendar_one collecting",
            )
        ),
    ),
    "initiatives.open_data": everywhere(edition_is_written, says_nothing("anonymous", "initiatives:open_data")),
    "initiatives.vote_log": everywhere(program("/api/v1/initiatives/{}/log/"), program("/api/v1/log/keys/")),
    "initiatives.verify": everywhere(
        shows("anonymous", "initiatives:detail collecting", "Recount it in your own browser"),
        answers("anonymous", "initiatives:verify collecting"),
    ),
    "initiatives.pictures": everywhere(
        shows("anonymous", "initiatives:share collecting", "posters"),
        is_drawn("poster"),
        is_drawn("card"),
    ),
    "initiatives.embed": everywhere(
        shows("anonymous", "initiatives:share collecting", "frame-code"),
        answers("anonymous", "initiatives:embed collecting"),
        counts_elsewhere,
    ),
    "initiatives.coauthors": everywhere(
        shows("author", "initiatives:coauthors draft", "Make a link that invites"),
        hears("author", "initiatives:coauthors draft", {}),
    ),
    "initiatives.remarks": everywhere(
        shows("citizen", "initiatives:draft_discussion discussion", "Send the remark"),
        takes("citizen", "initiatives:remark discussion", {"text": lambda: f"Мерзім жоқ: {next(_pictures)}"}, remarks),
        hears("author", "initiatives:dispute milestone", {"text": another_dispute}),
    ),
    "initiatives.boards": everywhere(
        *(answers("anonymous", page) for page in ("initiatives:bodies", "initiatives:bodies_csv")),
        *(answers("anonymous", f"initiatives:{page} test-ministry") for page in ("body", "body_csv")),
        program("/api/v1/bodies/"),
    ),
    "initiatives.keep_waiting": silence_is_no_refusal,
    "initiatives.paper": everywhere(
        shows("moderator", "initiatives:paper_lists collecting", "Bring a list"),
        hears(
            "moderator",
            "initiatives:paper_lists collecting",
            {"file": junk, "scan": lambda: SimpleUploadedFile("scan.pdf", b"%PDF-1.7"), "sheets_from": lambda: "Ерлан"},
        ),
    ),
    "notifications.fan_out": everywhere(followers_are_told, says_nothing("citizen", "notifications:preferences")),
    "webhooks.sending": everywhere(webhooks_are_sent, says_nothing("citizen", "webhooks:index")),
    "webhooks.registering": everywhere(answers("citizen", "webhooks:new"), says_nothing("citizen", "webhooks:index")),
    "portal.writes": takes("citizen", "initiatives:comment idea", SAY, comments),
}
"""How each switch is seen to be on; False when its part is away."""


@pytest.fixture
def admin(administrator: User) -> User:
    """Zhanna, past the second factor."""
    administrator.is_verified = lambda: True  # type: ignore[attr-defined]
    return administrator


@pytest.fixture
def ready(world: World) -> World:
    """A world whose draft can be handed over, and whose people have addresses."""
    draft = world.subjects["draft"]
    Initiative.objects.filter(pk=draft.pk).update(text_sha256="")
    for person in world.people.values():
        if not person.email:
            person.email, person.is_email_confirmed = f"{person.pk}@example.kz", True
            person.save()
    from portal.notifications.models import Channel, Delivery, Notification

    Delivery.objects.bulk_create(
        [
            Delivery(notification=one, channel=Channel.EMAIL, next_attempt_at=one.created_at)
            for one in Notification.objects.all()
        ],
        ignore_conflicts=True,
    )
    return world


@pytest.mark.parametrize("name", switches.registered())
def test_off_the_part_is_away_and_on_it_is_back(name: str, ready: World, admin: User) -> None:
    works = EFFECTS.get(name)
    assert works is not None, f"Say in EFFECTS how it is seen that {name} is on."
    assert works(ready)
    turning.turn_off(name=name, reasons=REASONS, by=admin, at=clock.now())
    assert not works(ready)
    turning.turn_on(name=name, note="Repaired.", by=admin, at=clock.now())
    assert works(ready)


def test_no_effect_is_tested_of_a_switch_that_is_gone() -> None:
    assert set(EFFECTS) == set(switches.registered())


def test_only_verified_administrators_turn_and_both_ways_need_a_reason(
    admin: User, moderator: User, second_moderator: User
) -> None:
    now = clock.now()
    for stranger in (moderator, second_moderator):
        with pytest.raises(NotAllowed):
            turning.turn_off(name="initiatives.votes", reasons=REASONS, by=stranger, at=now)
    with pytest.raises(InvalidInput) as refused:
        turning.turn_off(name="initiatives.votes", reasons={"kk": " ", "en": "Only English"}, by=admin, at=now)
    assert set(refused.value.fields) == {"reason_kk", "reason_ru"}
    with pytest.raises(NotVisible):
        turning.turn_off(name="initiatives.nonsense", reasons=REASONS, by=admin, at=now)
    with pytest.raises(Conflict):
        turning.turn_on(name="initiatives.votes", note="It is on.", by=admin, at=now)
    turning.turn_off(name="initiatives.votes", reasons=REASONS, by=admin, at=now)
    with pytest.raises(InvalidInput):
        turning.turn_on(name="initiatives.votes", note=" ", by=admin, at=now)
    assert not switches.is_on("initiatives.votes")
    with pytest.raises(LookupError):
        switches.is_on("initiatives.nonsense")


def test_each_turn_leaves_its_entry(admin: User) -> None:
    for name in ("initiatives.map", "initiatives.facets"):
        turning.turn_off(name=name, reasons=REASONS, by=admin, at=clock.now())
    turning.turn_on(name="initiatives.map", note="Repaired.", by=admin, at=clock.now())
    entries = history(SwitchState.objects.get(name="initiatives.map"))
    assert [(one.action, one.actor) for one in entries] == [("switched_off", admin), ("switched_on", admin)]
    assert entries[0].data["ru"] == REASONS["ru"]
    assert entries[1].data["note"] == "Repaired."
    assert first_break(entries) is None


def test_the_database_refuses_to_turn_off_in_silence(at: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SwitchState.objects.create(name="initiatives.map", is_on=False, reason_kk="Себебі бар.", changed_at=at)


def test_a_process_asks_once_in_two_seconds_and_another_hears_within_them(admin: User, time_machine: Any) -> None:
    time_machine.move_to(clock.now(), tick=False)
    assert switches.is_on("initiatives.map")
    with CaptureQueriesContext(connection) as asked:
        assert all(switches.is_on("initiatives.map") for _time in range(100))
    assert len(asked) == 0
    # Another process turned it off: this one still remembers, then asks again.
    SwitchState.objects.create(
        name="initiatives.map", is_on=False, reason_kk="а", reason_ru="б", changed_at=clock.now()
    )
    cache.delete(standing.KEY)
    assert switches.is_on("initiatives.map")
    time_machine.shift(timedelta(seconds=3))
    assert not switches.is_on("initiatives.map")


def test_without_cache_the_database_is_asked_and_without_both_all_is_as_last_seen(
    admin: User, monkeypatch: Any, time_machine: Any
) -> None:
    from redis.exceptions import ConnectionError as RedisGone

    def gone(*args: Any, **kwargs: Any) -> None:
        raise RedisGone

    time_machine.move_to(clock.now(), tick=False)
    for method in ("get", "set", "delete"):
        monkeypatch.setattr(cache, method, gone)
    assert switches.is_on("initiatives.map")
    turning.turn_off(name="initiatives.map", reasons=REASONS, by=admin, at=clock.now())
    assert not switches.is_on("initiatives.map")

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(standing, "_read", away)
    time_machine.shift(timedelta(seconds=10))
    assert not switches.is_on("initiatives.map"), "as it was last seen"
    switches.forget()
    assert switches.is_on("initiatives.map"), "nothing is known: on"


def test_in_read_only_mode_nothing_is_taken_but_the_way_out(ready: World, admin: User) -> None:
    turning.turn_off(name=switches.WRITES, reasons=REASONS, by=admin, at=clock.now())
    code = ready.subjects["collecting"].code
    stranger, citizen, zhanna = (ready.browser(role) for role in ("anonymous", "citizen", "administrator"))
    for address in ("/en/sign-in/", f"/en/petitions/{code}/vote/"):
        answer = stranger.post(address)
        assert (answer.status_code, SENTENCE in answer.content.decode()) == (503, True), address
    told = stranger.post(f"/api/v1/initiatives/{code}/votes/", {}, "application/json", HTTP_ACCEPT_LANGUAGE="en")
    assert (told.status_code, told.json()["detail"]) == (503, SENTENCE)
    assert stranger.post("/en/preferences/", {"theme": "dark", "next": "/en/"}).status_code == 302
    # Staff still get in: the form answers, whatever was typed.
    assert stranger.post("/en/staff/sign-in/", {"email": "a@example.kz", "password": "x"}).status_code == 422
    assert citizen.get("/en/").status_code == 200
    assert (
        zhanna.post(f"/en/administration/switches/{switches.WRITES}/", {"on": "1", "note": "Over."}).status_code == 302
    )
    assert switches.is_on(switches.WRITES)


def test_the_page_turns_a_switch_and_refuses_an_empty_reason(ready: World) -> None:
    zhanna = ready.browser("administrator")
    page = "/en/administration/switches/initiatives.comments/"
    typed = {f"reason_{language}": text for language, text in REASONS.items()}
    assert zhanna.post(page, {**typed, "reason_ru": ""}).status_code == 422
    assert switches.is_on("initiatives.comments")
    assert zhanna.post(page, typed).status_code == 302
    shown = zhanna.get("/ru/administration/switches/").content.decode()
    assert REASONS["ru"] in shown
    assert zhanna.post(page, {"on": "1", "note": ""}).status_code == 422
    assert zhanna.post(page, {"on": "1", "note": "Repaired"}).status_code == 302
    assert zhanna.post(page, {"on": "1", "note": "Twice"}).status_code == 409


def test_a_reason_that_is_not_in_the_readers_language_is_read_in_another(admin: User) -> None:
    turning.turn_off(name="initiatives.map", reasons={"kk": "Жөндеу.", "ru": "Ремонт."}, by=admin, at=clock.now())
    found = switches.off("initiatives.map")
    from django.utils import translation

    with translation.override("en"):
        assert found is not None
        assert found.reason == "Жөндеу."
    with translation.override("ru"), pytest.raises(Unavailable) as refused:
        switches.require("initiatives.map")
    assert "Ремонт." in str(refused.value.message)


def test_the_operator_turns_switches_at_the_machine() -> None:
    out = StringIO()
    call_command("switch", "portal.writes", "off", kk="Жөндеу.", ru="Ремонт.", stdout=out)
    assert "portal.writes: off" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("switch", "portal.writes", "on")
    call_command("switch", "portal.writes", "on", note="Over.", stdout=out)
    assert switches.is_on(switches.WRITES)
