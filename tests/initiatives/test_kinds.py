"""Kinds kept by administrators: drafts of versions, what they would change, publication, and petitions that keep theirs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Body, User
from initiatives.models import Initiative, InitiativeKind, KindDraft, KindVersion
from initiatives.selectors import rules
from initiatives.services import drafting, kind_preview, kinds
from initiatives.services.thresholds import threshold_for
from initiatives.states import NormCode, State
from portal import clock
from portal.audit.log import history
from portal.calendar import deadline
from portal.errors import Conflict, InvalidInput, NotAllowed
from tests.architecture.world import verify
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db
NEXT = date(2026, 7, 1)
LAW = "Law of 1 June 2026"


@pytest.fixture(autouse=True)
def _now(time_machine: Any, at: datetime) -> None:
    time_machine.move_to(at, tick=False)


@pytest.fixture
def admin(administrator: User) -> User:
    administrator.is_verified = lambda: True  # type: ignore[attr-defined]
    return administrator


@pytest.fixture
def kind() -> InitiativeKind:
    return InitiativeKind.objects.get(slug="petition-oblast-akimat")


def numbers(kind: InitiativeKind, at: datetime, *, first: date = NEXT, **changed: Any) -> kinds.Numbers:
    """The present numbers, some of them changed; None drops one."""
    current = kinds.in_force(kind, clock.local_date(at))
    assert current is not None
    names = ("unit", "start_event", "article", "is_verified")
    norms = {
        norm.code: {"number": str(norm.number), **{name: getattr(norm, name) for name in names}}
        for norm in current.norms.all()
    }
    for code, value in changed.items():
        if value is None:
            norms.pop(code)
        else:
            norms[code] = {**norms[code], **(value if isinstance(value, dict) else {"number": value})}
    return kinds.Numbers(effective_from=first, source=LAW, norms=norms)


def saved(kind: InitiativeKind, by: User, at: datetime, **changed: Any) -> KindDraft:
    kinds.save_draft(kind=kind, numbers=numbers(kind, at, **changed), by=by, at=at)
    return KindDraft.objects.select_related("kind").get(kind=kind)


def test_a_new_version_begins_on_its_day_and_the_old_one_ends(
    kind: InitiativeKind, admin: User, akimat: Body, citizen: User, at: datetime, time_machine: Any
) -> None:
    before = make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=at)
    draft = saved(kind, admin, at, threshold_percent="0.5", answer_period="10")
    made = kinds.publish(kind=kind, seen_at=draft.saved_at.isoformat(), by=admin, at=at)
    assert (made.number, made.effective_from, made.source) == (2, NEXT, LAW)
    assert kind.versions.get(number=1).effective_until == NEXT
    assert not KindDraft.objects.exists()

    def begun(moment: datetime) -> Initiative:
        time_machine.move_to(moment, tick=False)
        text = drafting.Draft(language="kk", title="Жаңа")
        return drafting.begin(kind=kind, body=akimat, by=citizen, draft=text, at=moment)

    eve, day = datetime(2026, 6, 30, 12, tzinfo=clock.ALMATY), datetime(2026, 7, 1, 0, 1, tzinfo=clock.ALMATY)
    old, new = begun(eve), begun(day)
    assert (old.kind_version.number, new.kind_version.number) == (1, 2)
    before.refresh_from_db()
    assert rules.with_rules(before).kind_version.number_of(NormCode.ANSWER_PERIOD) == 20
    assert new.kind_version.number_of(NormCode.ANSWER_PERIOD) == 10
    assert threshold_for(new.kind_version, akimat.territory).votes == -(-(akimat.territory.population or 0) // 200)
    assert [entry.action for entry in history(kind)] == ["version_published"]


def test_the_preview_says_what_changes_and_for_whom_nothing_does(
    kind: InitiativeKind, admin: User, akimat: Body, citizen: User, at: datetime
) -> None:
    make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=at)
    make_petition(body=akimat, author=citizen, state=State.DRAFT, at=at)
    make_petition(body=akimat, author=citizen, state=State.REJECTED, at=at)
    with translation.override("en"):
        draft = saved(kind, admin, at, threshold_percent="2", joining_period="5")
        found = kind_preview.preview(draft, territories=[akimat.territory_id], at=at)
    changed = {change.label for change in found.numbers if change.is_changed}
    assert changed == {"Time to gather them", "Share of residents that obliges the body to decide"}
    people = akimat.territory.population or 0
    assert [(one.before, one.after) for one in found.thresholds] == [(f"{-(-people // 100)}", f"{-(-people // 50)}")]
    assert found.keep == [(1, 2)]
    opened = datetime(2026, 7, 1, 10, tzinfo=clock.ALMATY)
    (joining,) = [one for one in found.terms if one.label == "Time to gather them"]
    expected = [f"{clock.local_date(deadline(opened, days, 'working_days').due_at):%d.%m.%Y}" for days in (20, 5)]
    assert [joining.before, joining.after] == expected
    assert KindVersion.objects.filter(kind=kind).count() == 1


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("answer_period", "0"), ("answer_period", "-3"), ("answer_period", "1.5"), ("answer_period", "soon"),
        ("answer_period", "NaN"), ("answer_period", "1e9"), ("threshold_percent", "101"), ("minimum_age", "300"),
        ("joiners", {"unit": "months"}), ("check_period", {"article": " "}), ("check_period", {"start_event": ""}),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_sense_is_named(
    kind: InitiativeKind, admin: User, at: datetime, code: str, value: Any
) -> None:
    with pytest.raises(InvalidInput) as refused:
        saved(kind, admin, at, **{code: value})
    assert set(refused.value.fields) == {code}


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"answer_period": None}, NEXT),
        ({"threshold_percent": None}, NEXT),
        ({}, date(2026, 3, 2)),
    ],
    ids=["a term is missing", "no threshold", "today"],
)
def test_what_cannot_run_is_not_published(
    kind: InitiativeKind, admin: User, at: datetime, changes: dict[str, Any], first: date
) -> None:
    draft = saved(kind, admin, at, first=first, **changes)
    assert kinds.problems_of(draft, at)
    with pytest.raises(InvalidInput):
        kinds.publish(kind=kind, seen_at=draft.saved_at.isoformat(), by=admin, at=at)
    assert kind.versions.count() == 1


def test_a_second_version_cannot_begin_before_the_scheduled_one(
    kind: InitiativeKind, admin: User, at: datetime
) -> None:
    draft = saved(kind, admin, at)
    kinds.publish(kind=kind, seen_at=draft.saved_at.isoformat(), by=admin, at=at)
    for first, is_late_enough in ((NEXT, False), (NEXT - timedelta(days=9), False), (NEXT + timedelta(days=1), True)):
        assert (not kinds.problems_of(saved(kind, admin, at, first=first), at)) == is_late_enough


def test_what_was_not_looked_through_is_not_published(kind: InitiativeKind, admin: User, at: datetime) -> None:
    seen = saved(kind, admin, at).saved_at.isoformat()
    saved(kind, admin, at + timedelta(seconds=1), answer_period="1")
    with pytest.raises(Conflict):
        kinds.publish(kind=kind, seen_at=seen, by=admin, at=at)


def test_only_verified_administrators_keep_kinds(kind: InitiativeKind, moderator: User, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        saved(kind, moderator, at)
    with pytest.raises(NotAllowed):
        kinds.discard_draft(kind=kind, by=moderator)


def test_a_kind_goes_from_the_pages_to_the_editor(administrator: User, citizen: User, client: Client) -> None:
    client.force_login(administrator)
    verify(client, administrator)
    texts = {
        f"{field}_{code}": f"Ауылдық округке петиция {code}"
        for field in ("name", "summary")
        for code in kinds.LANGUAGES
    }
    form = {"slug": "petition-village", "process": "idea", "body_kind": "", **texts}
    assert client.post("/en/administration/kinds/new/", {**form, "slug": "idea"}).status_code == 422
    assert client.post("/en/administration/kinds/new/", {**form, "name_ru": ""}).status_code == 422
    made = client.post("/en/administration/kinds/new/", form)
    assert made["Location"] == "/en/administration/kinds/petition-village/version/"
    page = "/en/administration/kinds/petition-village/"
    assert client.post(page, {**texts, "is_active": "on"}).status_code == 422, "it has no numbers yet"
    norms = {
        f"{code}-{name}": value
        for code, unit, number in (("moderation_period", "working_days", "5"), ("discussion_period", "months", "3"))
        for name, value in {"number": number, "unit": unit, "start_event": "opening", "article": "rules"}.items()
    }
    first = {"effective_from": "2026-03-02", "source": "Rules of the portal", **norms}
    assert client.post(page + "version/", {**first, "moderation_period-number": "many"}).status_code == 422
    assert client.post(page + "version/", first)["Location"] == page + "preview/"
    html = client.get(page + "preview/").content.decode()
    assert "5 working days (rules)" in html
    seen = KindDraft.objects.get().saved_at.isoformat()
    assert client.post(page + "preview/", {"seen": "yesterday"}).status_code == 409
    assert client.post(page + "preview/", {"seen": seen}).status_code == 302
    assert client.post(page, {**texts, "is_active": "on"}).status_code == 302
    version = KindVersion.objects.get(kind__slug="petition-village")
    assert version.number_of(NormCode.DISCUSSION_PERIOD) == Decimal(3)
    client.force_login(citizen)
    assert "Ауылдық округке петиция en" in client.get("/en/petitions/new/").content.decode()


class TestTakingBack:
    """A version that is published and has not begun."""

    def test_the_version_before_it_goes_on_and_the_audit_remembers(
        self, kind: InitiativeKind, admin: User, at: datetime
    ) -> None:
        made = kinds.publish(kind=kind, seen_at=saved(kind, admin, at).saved_at.isoformat(), by=admin, at=at)
        kinds.cancel(kind=kind, number=made.number, by=admin, at=at)
        only = kind.versions.get()
        assert (only.number, only.effective_until) == (1, None)
        assert kinds.in_force(kind, NEXT + timedelta(days=1)) == only
        last = history(kind).last()
        assert last is not None
        assert (last.action, last.data["number"]) == ("version_cancelled", 2)
        again = kinds.publish(kind=kind, seen_at=saved(kind, admin, at).saved_at.isoformat(), by=admin, at=at)
        assert again.number == 2

    def test_one_that_has_begun_stays(self, kind: InitiativeKind, admin: User, at: datetime) -> None:
        made = kinds.publish(kind=kind, seen_at=saved(kind, admin, at).saved_at.isoformat(), by=admin, at=at)
        begun = at.replace(year=NEXT.year, month=NEXT.month, day=NEXT.day)
        for number, when in ((1, at), (99, at), (made.number, begun)):
            with pytest.raises(Conflict, match="in_force"):
                kinds.cancel(kind=kind, number=number, by=admin, at=when)
        assert kind.versions.count() == 2

    def test_only_administrators(self, kind: InitiativeKind, admin: User, moderator: User, at: datetime) -> None:
        made = kinds.publish(kind=kind, seen_at=saved(kind, admin, at).saved_at.isoformat(), by=admin, at=at)
        with pytest.raises(NotAllowed):
            kinds.cancel(kind=kind, number=made.number, by=moderator, at=at)

    def test_by_the_page(self, kind: InitiativeKind, administrator: User, client: Client) -> None:
        client.force_login(administrator)
        verify(client, administrator)
        administrator.is_verified = lambda: True  # type: ignore[attr-defined]
        today = clock.now()
        first = clock.local_date(today) + timedelta(days=30)
        draft = saved(kind, administrator, today, first=first)
        made = kinds.publish(kind=kind, seen_at=draft.saved_at.isoformat(), by=administrator, at=today)
        page, url = f"/en/administration/kinds/{kind.slug}/", f"versions/{made.number}/cancel/"
        assert client.get(page).content.decode().count("/cancel/") == 1
        assert client.post(page + url)["Location"] == page
        assert client.post(page + url).status_code == 409
        assert "/cancel/" not in client.get(page).content.decode()
