"""Writing together: the link, who may what, what others see, and what happens at the same moment."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from accounts.services import privacy
from initiatives import events, policies
from initiatives.limits import ATTACHMENTS_MAX, COAUTHORS_MAX, INVITATION_DAYS
from initiatives.models import CoAuthor, Initiative, Topic
from initiatives.notifications import AUTHOR, HEADS, MODERATORS, OFFICIALS, tell_of_coauthor
from initiatives.services import answering, attaching, coauthoring, drafting, moderation
from initiatives.services.drafting import Draft
from initiatives.states import CoAuthorship, State
from portal.audit.log import history
from portal.errors import Conflict, NotAllowed, NotVisible, TooMany
from portal.events.models import OutboxEvent
from portal.notifications.models import Notification
from tests.actors import AT
from tests.factories.accounts import make_citizen, make_official
from tests.factories.files import make_pdf
from tests.factories.initiatives import PROBLEM, PROPOSAL, make_discussion, make_petition
from tests.initiatives.test_voting import at_once

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at, topic=Topic.objects.first())


def join(initiative: Initiative, user: User, at: datetime) -> CoAuthor:
    _row, secret = coauthoring.invite(initiative=initiative, by=initiative.author, at=at)
    return coauthoring.accept(secret=secret, by=user, at=at)


def write(initiative: Initiative, by: User, title: str, seen: int, at: datetime) -> Initiative:
    words = Draft(language="kk", title=title, problem=PROBLEM, proposal=PROPOSAL, topic=Topic.objects.first())
    return drafting.save(initiative=initiative, by=by, draft=words, seen_revision=seen, at=at)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.django_db
class TestLink:
    def test_only_its_digest_is_kept(self, draft: Initiative, citizen: User, at: datetime) -> None:
        row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
        assert len(secret) >= 40
        kept = " ".join(str(value) for value in CoAuthor.objects.values_list().get())
        traces = " ".join(str(entry.data) for entry in history(draft)) + str(list(OutboxEvent.objects.values()))
        assert secret not in kept + traces
        assert row.user is None

    def test_it_works_once(
        self, draft: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
        coauthoring.accept(secret=secret, by=other_citizen, at=at)
        for late in (clerk, other_citizen):
            with pytest.raises(Conflict, match="invitation_spent"):
                coauthoring.accept(secret=secret, by=late, at=at)
        assert [one.user for one in draft.accepted_coauthors] == [other_citizen]

    def test_it_ends_after_two_weeks(self, draft: Initiative, citizen: User, other_citizen: User, at: datetime) -> None:
        _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
        end = at + timedelta(days=INVITATION_DAYS)
        with pytest.raises(Conflict, match="invitation_spent"):
            coauthoring.accept(secret=secret, by=other_citizen, at=end)
        assert coauthoring.accept(secret=secret, by=other_citizen, at=end - timedelta(seconds=1)).user == other_citizen

    def test_a_declined_or_withdrawn_one_is_spent(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        _row, declined = coauthoring.invite(initiative=draft, by=citizen, at=at)
        assert coauthoring.decline(secret=declined, by=other_citizen, at=at).user is None
        row, taken_back = coauthoring.invite(initiative=draft, by=citizen, at=at)
        coauthoring.remove(coauthor=row, by=citizen, at=at)
        for secret in (declined, taken_back):
            with pytest.raises(Conflict, match="invitation_spent"):
                coauthoring.accept(secret=secret, by=other_citizen, at=at)

    def test_a_guess_opens_nothing(self, draft: Initiative, other_citizen: User, at: datetime) -> None:
        with pytest.raises(NotVisible):
            coauthoring.accept(secret="x" * 43, by=other_citizen, at=at)

    def test_who_writes_already_is_not_added(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        join(draft, other_citizen, at)
        for writer in (citizen, other_citizen):
            _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
            with pytest.raises(Conflict, match="already_writer"):
                coauthoring.accept(secret=secret, by=writer, at=at)

    def test_ten_at_most_with_those_invited(self, draft: Initiative, citizen: User, at: datetime) -> None:
        rows = [coauthoring.invite(initiative=draft, by=citizen, at=at)[0] for _n in range(COAUTHORS_MAX)]
        with pytest.raises(TooMany, match="many_coauthors"):
            coauthoring.invite(initiative=draft, by=citizen, at=at)
        coauthoring.remove(coauthor=rows[0], by=citizen, at=at)
        coauthoring.invite(initiative=draft, by=citizen, at=at)
        # Those that nobody took up in time leave their place.
        coauthoring.invite(initiative=draft, by=citizen, at=at + timedelta(days=INVITATION_DAYS))

    def test_nobody_joins_a_frozen_text(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
        drafting.open_to_joiners(initiative=draft, by=citizen, seen_revision=1, at=at)
        with pytest.raises(Conflict, match="invitation_spent"):
            coauthoring.accept(secret=secret, by=other_citizen, at=at)


@pytest.mark.django_db
class TestWhoMay:
    def test_a_coauthor_reads_and_edits_and_does_not_hand_over(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        assert not policies.may_read(other_citizen, draft)
        join(draft, other_citizen, at)
        assert Initiative.objects.visible_to(other_citizen).get() == draft
        assert write(draft, other_citizen, "Мектеп асханасын жөндеу", 1, at).title == "Мектеп асханасын жөндеу"
        with pytest.raises(NotAllowed, match="author_only"):
            drafting.open_to_joiners(initiative=draft, by=other_citizen, seen_revision=2, at=at)
        with pytest.raises(NotAllowed, match="author_only"):
            drafting.withdraw(initiative=draft, by=other_citizen, at=at)
        with pytest.raises(NotAllowed, match="author_only"):
            coauthoring.invite(initiative=draft, by=other_citizen, at=at)

    def test_who_was_removed_or_left_sees_nothing(
        self, draft: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        removed = join(draft, other_citizen, at)
        join(draft, clerk, at)
        coauthoring.remove(coauthor=removed, by=citizen, at=at)
        coauthoring.leave(initiative=draft, by=clerk, at=at)
        for gone in (other_citizen, clerk):
            assert not Initiative.objects.visible_to(gone).exists()
            with pytest.raises(NotAllowed, match="author_only"):
                write(draft, gone, "Басқа тақырып", 1, at)
        with pytest.raises(Conflict, match="already_ended"):
            coauthoring.remove(coauthor=removed, by=citizen, at=at)
        assert join(draft, other_citizen, at).standing == CoAuthorship.ACCEPTED

    def test_the_list_freezes_with_the_text(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        row = join(draft, other_citizen, at)
        opened = drafting.open_to_joiners(initiative=draft, by=citizen, seen_revision=1, at=at)
        with pytest.raises(NotAllowed, match="text_frozen"):
            coauthoring.leave(initiative=opened, by=other_citizen, at=at)
        with pytest.raises(NotAllowed, match="text_frozen"):
            coauthoring.remove(coauthor=row, by=citizen, at=at)
        with pytest.raises(NotAllowed, match="text_frozen"):
            coauthoring.invite(initiative=opened, by=citizen, at=at)

    def test_whoever_co_wrote_does_not_moderate(
        self, citizen: User, moderator: User, second_moderator: User, ministry: Body, at: datetime
    ) -> None:
        draft = make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)
        join(draft, moderator, at)
        Initiative.objects.filter(pk=draft.pk).update(state=State.CHECK, text_sha256="0" * 64)
        with pytest.raises(NotAllowed, match="own_initiative"):
            moderation.publish(initiative=draft, by=moderator, seen_revision=1, at=at)
        assert (
            moderation.publish(initiative=draft, by=second_moderator, seen_revision=1, at=at).state == State.COLLECTING
        )

    @pytest.mark.parametrize("wrote", ["author", "co-author"])
    def test_an_official_neither_handles_nor_decides_what_they_wrote(
        self, citizen: User, clerk: User, head: User, ministry: Body, at: datetime, wrote: str
    ) -> None:
        """The body has others: the petition waits for them."""
        for official, others in ((clerk, [head]), (head, [clerk])):
            author = official if wrote == "author" else citizen
            petition = make_petition(state=State.DRAFT, author=author, body=ministry, at=at)
            if wrote != "author":
                join(petition, official, at)
            Initiative.objects.filter(pk=petition.pk).update(state=State.SENT, text_sha256="0" * 64)
            petition.refresh_from_db()
            with pytest.raises(NotAllowed, match="own_initiative"):
                answering.register(initiative=petition, by=official, number="1", seen_revision=1, at=at)
            assert [
                str(getattr(policies, name)(official, petition).code)
                for name in ("may_handle", "may_draft_answer", "may_keep_milestones", "may_carry_out")
            ] == ["own_initiative"] * 4
            assert not policies.may_decide(official, petition)
            assert all(policies.may_handle(other, petition) for other in others)
            answering.register(initiative=petition, by=others[0], number="1", seen_revision=1, at=at)

    def test_another_head_signs(self, head: User, ministry: Body, at: datetime) -> None:
        own = make_petition(state=State.REGISTERED, author=head, body=ministry, at=at)
        deputy = make_official("760101300191", "Болат", "Омаров", "head", ministry, sex="male")
        make_discussion(own, by=deputy, at=at, is_summarised=True)
        assert policies.may_decide(deputy, own)
        assert getattr(policies.may_decide(head, own), "code", "") == "own_initiative"
        page = signed_in(head).get(reverse("initiatives:inbox_item", args=[own.code]))
        assert page.status_code == 403


@pytest.mark.django_db
class TestSeenByOthers:
    def test_the_page_names_them_briefly_and_programs_count_them(
        self, citizen: User, other_citizen: User, ministry: Body, at: datetime, client: Client
    ) -> None:
        draft = make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)
        join(draft, other_citizen, at)
        Initiative.objects.filter(pk=draft.pk).update(state=State.COLLECTING, text_sha256="0" * 64, published_at=at)
        page = client.get(reverse("initiatives:detail", args=[draft.code])).content.decode()
        assert f"{citizen.public_name}, {other_citizen.public_name}" in page
        assert other_citizen.family_name not in page
        found = client.get(f"/api/v1/initiatives/{draft.code}/").json()
        assert (found["author"], found["coauthors"]) == (citizen.public_name, 1)
        assert other_citizen.public_name not in str(found)

    def test_milestones_reach_them_and_do_not_reach_them_as_judges(
        self, citizen: User, other_citizen: User, moderator: User, clerk: User, head: User, ministry: Body, at: datetime
    ) -> None:
        draft = make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)
        for writer in (other_citizen, moderator, clerk, head):
            join(draft, writer, at)
        draft = Initiative.objects.get(pk=draft.pk)
        event = events.Published(at=at, subject_id=str(draft.pk))
        assert set(AUTHOR.find(draft, event)) == {citizen, other_citizen, moderator, clerk, head}
        for audience in (MODERATORS, OFFICIALS, HEADS):
            assert not audience.find(draft, event).exists()

    def test_the_author_hears_who_came_and_went(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        row = join(draft, other_citizen, at)
        coauthoring.remove(coauthor=row, by=citizen, at=at)
        for said in OutboxEvent.objects.filter(name="initiatives.coauthors_changed").order_by("pk"):
            tell_of_coauthor(
                events.CoAuthorsChanged(
                    at=at, subject_id=str(draft.pk), coauthor_id=str(row.pk), standing=said.payload["standing"]
                )
            )
        told = list(Notification.objects.order_by("pk").values_list("recipient", "template"))
        assert told == [
            (citizen.pk, "initiatives/coauthor_changed"),
            (other_citizen.pk, "initiatives/coauthor_removed"),
        ]
        assert not mail.outbox


@pytest.mark.django_db
class TestPages:
    def test_from_the_link_to_the_draft(self, draft: Initiative, citizen: User, other_citizen: User) -> None:
        address = reverse("initiatives:coauthors", args=[draft.code])
        page = signed_in(citizen).post(address)
        link = page.context["link"]
        assert link in page.content.decode()
        assert link not in signed_in(citizen).get(address).content.decode()
        path = link.removeprefix("http://testserver")
        assert "sign-in" in Client().get(path)["Location"]
        guest = signed_in(other_citizen)
        asked = guest.get(path).content.decode()
        assert draft.title in asked
        assert citizen.public_name in asked
        assert PROBLEM not in asked
        assert guest.post(path, {"answer": "accepted"})["Location"] == reverse("initiatives:edit", args=[draft.code])
        assert guest.post(path, {"answer": "accepted"}).status_code == 409
        assert guest.get(path).status_code == 409
        assert draft.title in guest.get(reverse("initiatives:mine")).content.decode()
        editor = guest.get(reverse("initiatives:edit", args=[draft.code])).content.decode()
        assert reverse("initiatives:withdraw", args=[draft.code]) not in editor
        assert guest.post(address).status_code == 403
        assert guest.get(address).status_code == 200
        gone = guest.post(reverse("initiatives:leave", args=[draft.code]))
        assert gone["Location"] == reverse("initiatives:mine")
        assert guest.get(reverse("initiatives:edit", args=[draft.code])).status_code == 404

    def test_a_stranger_removes_nobody(
        self, draft: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        row = join(draft, other_citizen, at)
        address = reverse("initiatives:remove_coauthor", args=[draft.code, row.pk])
        assert signed_in(clerk).post(address).status_code == 404
        assert signed_in(other_citizen).post(address).status_code == 403
        assert signed_in(citizen).post(address).status_code == 302
        elsewhere = make_petition(state=State.DRAFT, author=clerk, body=draft.body, at=at)
        assert (
            signed_in(clerk).post(reverse("initiatives:remove_coauthor", args=[elsewhere.code, row.pk])).status_code
            == 404
        )


@pytest.mark.django_db
class TestErasure:
    def test_a_text_written_together_goes_to_who_is_left(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        join(draft, other_citizen, at)
        _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
        privacy.erase(user=citizen, by=citizen, at=at)
        draft.refresh_from_db()
        assert (draft.author, draft.state, draft.problem) == (other_citizen, State.DRAFT, PROBLEM)
        assert not draft.accepted_coauthors
        with pytest.raises(Conflict):
            coauthoring.accept(secret=secret, by=make_citizen("850312400199", "Ася", "Т"), at=at)

    def test_a_coauthor_leaves_drafts_and_stays_nameless_in_what_is_frozen(
        self, draft: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        frozen = make_petition(state=State.DRAFT, author=citizen, body=draft.body, at=at)
        join(draft, other_citizen, at)
        join(frozen, other_citizen, at)
        Initiative.objects.filter(pk=frozen.pk).update(state=State.COLLECTING, text_sha256="0" * 64)
        told = privacy.export(user=other_citizen, by=other_citizen, at=at)["coauthorships"]
        assert {one["code"] for one in told} == {draft.code, frozen.code}
        privacy.erase(user=other_citizen, by=other_citizen, at=at)
        assert [row.initiative for row in CoAuthor.objects.all()] == [frozen]
        page = Client().get(reverse("initiatives:detail", args=[frozen.code])).content.decode()
        assert "Дәурен" not in page


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_one_link_makes_one_coauthor(self, draft: Initiative, citizen: User) -> None:
        _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=AT)
        people = [make_citizen(f"90010130{number:04d}", f"Адам{number}", "Т") for number in range(6)]
        got = at_once(6, lambda number: coauthoring.accept(secret=secret, by=people[number], at=AT))
        assert sorted(getattr(one, "code", "joined") for one in got) == ["invitation_spent"] * 5 + ["joined"]

    def test_ten_is_ten_for_two_tabs_too(self, draft: Initiative, citizen: User) -> None:
        got = at_once(14, lambda _n: coauthoring.invite(initiative=draft, by=citizen, at=AT))
        assert [getattr(one, "code", "") for one in got].count("many_coauthors") == 4

    def test_two_who_save_do_not_overwrite_each_other(
        self, draft: Initiative, citizen: User, other_citizen: User
    ) -> None:
        join(draft, other_citizen, AT)
        both = [citizen, other_citizen]
        got = at_once(2, lambda number: write(draft, both[number], f"Мектеп асханасы {number}", 1, AT))
        assert sorted(getattr(one, "code", "saved") if not isinstance(one, Initiative) else "saved" for one in got) == [
            "saved",
            "stale_draft",
        ]
        draft.refresh_from_db()
        assert draft.revision == 2

    def test_who_is_being_removed_saves_before_or_not_at_all(
        self, draft: Initiative, citizen: User, other_citizen: User
    ) -> None:
        for _round in range(5):
            row = join(draft, other_citizen, AT)
            seen = Initiative.objects.get(pk=draft.pk).revision
            acts: list[Any] = [
                lambda: coauthoring.remove(coauthor=row, by=citizen, at=AT),  # noqa: B023
                lambda: write(draft, other_citizen, f"Мектеп асханасы {seen}", seen, AT),  # noqa: B023
            ]
            got = at_once(2, lambda number: acts[number]())  # noqa: B023
            saved = Initiative.objects.get(pk=draft.pk).revision == seen + 1
            assert isinstance(got[0], CoAuthor)
            assert isinstance(got[1], Initiative) if saved else getattr(got[1], "code", "") == "author_only"
            with pytest.raises(NotAllowed):
                write(draft, other_citizen, "Тағы", seen + saved, AT)

    def test_no_file_is_attached_behind_the_authors_back_once_it_is_open(
        self, draft: Initiative, citizen: User, other_citizen: User, settings: Any, tmp_path: Path
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        join(draft, other_citizen, AT)
        upload = SimpleUploadedFile("a.pdf", make_pdf())
        acts: list[Any] = [
            lambda: drafting.open_to_joiners(initiative=draft, by=citizen, seen_revision=1, at=AT),
            lambda: attaching.attach(initiative=draft, by=other_citizen, upload=upload, at=AT),
        ]
        got = at_once(2, lambda number: acts[number]())
        assert isinstance(got[0], Initiative)
        assert draft.attachments.count() == (0 if getattr(got[1], "code", "") == "text_frozen" else 1)
        late = SimpleUploadedFile("b.pdf", make_pdf(300))
        with pytest.raises(NotAllowed, match="text_frozen"):
            attaching.attach(initiative=draft, by=other_citizen, upload=late, at=AT)

    def test_five_files_are_five_for_two_who_attach(
        self, draft: Initiative, citizen: User, other_citizen: User, settings: Any, tmp_path: Path
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        join(draft, other_citizen, AT)
        both = [citizen, other_citizen]

        def act(number: int) -> object:
            upload = SimpleUploadedFile("a.pdf", make_pdf(200 + number))
            return attaching.attach(initiative=draft, by=both[number % 2], upload=upload, at=AT)

        at_once(8, act)
        assert draft.attachments.count() == ATTACHMENTS_MAX
