"""The public discussion of a draft decision (art. 90-5(2)): announced with notice, remarked on, decided on, summarised."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives import events, policies, switches
from initiatives.limits import COMMENT_MAX, DISCUSSION_DAYS_MAX, REMARKS_PER_PERSON, TEXT_MAX
from initiatives.models import DraftDiscussion, Initiative, Remark
from initiatives.selectors.articles import cite
from initiatives.selectors.review import first_lawful_day, notice_term
from initiatives.services.links import is_secure_link
from initiatives.states import DiscussionStage, RemarkVerdict
from portal.audit.log import record
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.switches import require as require_on
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the official announces."""

    text_kk: str
    text_ru: str
    place: str
    online_url: str
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def announce(*, initiative: Initiative, by: "User", said: Announcement, at: datetime) -> DraftDiscussion:
    """Publish the draft decision and when it is discussed; return the discussion.

    Raises InvalidInput when the notice of the law is not kept: the refusal names the first lawful day and counts the days.
    """
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_review(by, current))
    said = replace(
        said,
        text_kk=clean(said.text_kk, field="text_kk"),
        text_ru=clean(said.text_ru, field="text_ru"),
        place=clean_line(said.place, field="place"),
    )
    _check(current, said, at)
    if DraftDiscussion.objects.filter(
        initiative=current, summarised_at__isnull=True, cancelled_at__isnull=True
    ).exists():
        raise Conflict(_("A discussion of this draft is announced already."), code="already_announced")
    made = DraftDiscussion.objects.create(
        initiative=current,
        text_kk=said.text_kk.strip(),
        text_ru=said.text_ru.strip(),
        place=said.place.strip(),
        online_url=said.online_url.strip(),
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        announced_at=at,
        announced_by=by,
    )
    data = {"starts_at": said.starts_at, "ends_at": said.ends_at}
    record(subject=made, action="announce", actor=by, at=at, data=data)
    publish(_event(events.DraftDiscussionAnnounced, made, by, at, about=made.place, happens_at=made.starts_at))
    return made


@transaction.atomic
def cancel(*, discussion: DraftDiscussion, by: "User", reason: str, at: datetime) -> DraftDiscussion:
    """Call off a discussion that has not begun, with a reason; return it. Another one needs notice of its own."""
    current = _locked(discussion)
    require(policies.may_review(by, current.initiative))
    if current.stage(at) != DiscussionStage.ANNOUNCED:
        raise Conflict(_("Only a discussion that has not begun can be called off."), code="already_begun")
    reason = clean(reason, field="reason")
    if not reason.strip() or len(reason) > 500:
        raise InvalidInput(fields={"reason": _("Give the reason in at most 500 characters: everyone reads it.")})
    current.cancelled_at, current.cancel_reason = at, reason.strip()
    current.save(update_fields=["cancelled_at", "cancel_reason"])
    record(subject=current, action="cancel", actor=by, at=at, data={"reason": current.cancel_reason})
    publish(_event(events.DraftDiscussionCancelled, current, by, at, about=current.cancel_reason))
    return current


@transaction.atomic
def remark(*, discussion: DraftDiscussion, by: "User", text: str, at: datetime) -> Remark:
    """Add a remark to the draft and return it; the discussion must be open, and one person may make a few only."""
    require_on(switches.REMARKS)
    current = _locked(discussion)
    require(policies.may_remark(by, current))
    if current.stage(at) != DiscussionStage.OPEN:
        raise Conflict(_("Remarks are taken only while the discussion is open."), code="discussion_not_open")
    said = clean(text)
    if not said or len(said) > COMMENT_MAX:
        raise InvalidInput(fields={"text": _("Write between 1 and %(number)d characters.") % {"number": COMMENT_MAX}})
    own = Remark.objects.filter(discussion=current, author=by)
    if own.count() >= REMARKS_PER_PERSON:
        sentence = _("One person may make %(number)d remarks to a draft.") % {"number": REMARKS_PER_PERSON}
        raise InvalidInput(fields={"text": sentence})
    if own.filter(text=said).exists():
        raise Conflict(_("You have made this remark already."), code="already_said")
    return Remark.objects.create(discussion=current, author=by, text=said, created_at=at)


@transaction.atomic
def decide(*, remark: Remark, by: "User", verdict: str, reason: str, at: datetime) -> Remark:
    """Accept a remark, in whole or in part, or do not accept it, with the reason; return it.

    A decision may be corrected until the summary; each one is in the audit log.
    """
    discussion = _locked(remark.discussion)
    require(policies.may_review(by, discussion.initiative))
    _still_open(discussion, at)
    reason = clean(reason, field="reason")
    fields: dict[str, Sentence] = {}
    if verdict not in RemarkVerdict.values:
        fields["verdict"] = _("Say what the body does with the remark.")
    if not reason.strip() or len(reason) > COMMENT_MAX:
        fields["reason"] = _("Give the reason: the person who wrote the remark reads it.")
    if fields:
        raise InvalidInput(fields=fields)
    current = Remark.objects.select_for_update().get(pk=remark.pk)
    current.verdict, current.reason = verdict, reason.strip()
    current.decided_by, current.decided_at = by, at
    current.save(update_fields=["verdict", "reason", "decided_by", "decided_at"])
    record(subject=current, action="decide", actor=by, at=at, data={"verdict": verdict, "reason": current.reason})
    publish(
        _event(
            events.RemarkDecided, discussion, by, at, about=current.reason, person=current.author_id, part=current.pk
        )
    )
    return current


@transaction.atomic
def hide(*, remark: Remark, by: "User", reason: str, at: datetime) -> Remark:
    """Take a remark from view, with a reason in its place; it then needs no decision of the body. Returns it."""
    require(policies.may_hide_remark(by, remark))
    reason = clean_line(reason, field="reason")
    if not reason.strip() or len(reason) > 300:
        raise InvalidInput(fields={"reason": _("Say in at most 300 characters why it is taken from view.")})
    discussion = _locked(remark.discussion)
    current = Remark.objects.select_for_update().get(pk=remark.pk)
    if current.hidden_at is not None:
        raise Conflict(_("It is taken from view already."), code="already_hidden")
    current.hidden_at, current.hidden_by, current.hidden_reason = at, by, reason.strip()
    current.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    record(subject=current, action="hide", actor=by, at=at, data={"reason": current.hidden_reason})
    told, whose = current.hidden_reason, current.author_id
    publish(_event(events.RemarkHidden, discussion, by, at, about=told, person=whose, part=current.pk))
    return current


@transaction.atomic
def summarise(*, discussion: DraftDiscussion, by: "User", summary: str, language: str, at: datetime) -> DraftDiscussion:
    """Publish the summary, which ends the discussion for good; return it. Raises Conflict while a remark is undecided."""
    current = _locked(discussion)
    require(policies.may_review(by, current.initiative))
    _still_open(current, at)
    if current.stage(at) != DiscussionStage.CLOSED:
        raise Conflict(_("The discussion has not come to its end yet."), code="not_over")
    undecided = Remark.objects.filter(discussion=current, verdict="", hidden_at__isnull=True).count()
    if undecided:
        sentence = _("Every remark is owed a decision before the summary. Without one: %(number)d.")
        raise Conflict(sentence % {"number": undecided}, code="remarks_undecided")
    summary = clean(summary, field="summary")
    fields: dict[str, Sentence] = {}
    if len(summary.strip()) < 40 or len(summary) > TEXT_MAX:
        fields["summary"] = _("Say what was discussed and what changes in the draft: 40 to 10,000 characters.")
    if language not in ("kk", "ru"):
        fields["language"] = _("Choose the language of the summary.")
    if fields:
        raise InvalidInput(fields=fields)
    current.summary, current.summary_language = summary.strip(), language
    current.summarised_by, current.summarised_at = by, at
    current.save(update_fields=["summary", "summary_language", "summarised_by", "summarised_at"])
    record(subject=current, action="summarise", actor=by, at=at, data={"summary": current.summary})
    publish(_event(events.DraftDiscussionSummarised, current, by, at))
    return current


def _event(
    kind: type[events.ReviewEvent],
    discussion: DraftDiscussion,
    by: "User",
    at: datetime,
    *,
    about: str = "",
    happens_at: datetime | None = None,
    person: object = "",
    part: object = "",
) -> events.ReviewEvent:
    return kind(
        at=at,
        subject_id=str(discussion.initiative_id),
        actor_id=str(by.pk),
        about=about,
        happens_at=happens_at.isoformat() if happens_at else "",
        person_id=str(person),
        part=str(part or discussion.pk),
    )


def _locked(discussion: DraftDiscussion) -> DraftDiscussion:
    found = DraftDiscussion.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("initiative__kind_version").get(pk=discussion.pk)


def _still_open(discussion: DraftDiscussion, at: datetime) -> None:
    if discussion.stage(at) in (DiscussionStage.SUMMARISED, DiscussionStage.CANCELLED):
        raise Conflict(_("The discussion has ended; its table stays as it is."), code="discussion_ended")


def _check(initiative: Initiative, said: Announcement, at: datetime) -> None:
    fields = {**_wrong_words(said), **_wrong_moments(initiative, said, at)}
    if fields:
        raise InvalidInput(fields=fields)


def _wrong_words(said: Announcement) -> "dict[str, Sentence]":
    fields: dict[str, Sentence] = {}
    texts = {"text_kk": said.text_kk.strip(), "text_ru": said.text_ru.strip()}
    if not any(texts.values()):
        fields["text_kk"] = _("Publish the draft of the decision in Kazakh, in Russian, or in both.")
    for field, text in texts.items():
        if text and not 200 <= len(text) <= 2 * TEXT_MAX:
            fields[field] = _("The draft has between 200 and 20,000 characters.")
    if not said.place.strip() and not said.online_url.strip():
        fields["place"] = _("Say where it is discussed: a place, a link, or both.")
    if len(said.place) > 300:
        fields["place"] = _("At most 300 characters.")
    if said.online_url.strip() and not is_secure_link(said.online_url.strip()):
        fields["online_url"] = _("Give a whole link that begins with https://.")
    return fields


def _wrong_moments(initiative: Initiative, said: Announcement, at: datetime) -> "dict[str, Sentence]":
    fields: dict[str, Sentence] = {}
    if said.ends_at <= said.starts_at:
        fields["ends_at"] = _("It ends after it begins.")
    elif said.ends_at - said.starts_at > timedelta(days=DISCUSSION_DAYS_MAX):
        fields["ends_at"] = _("It lasts at most %(number)d days.") % {"number": DISCUSSION_DAYS_MAX}
    first = first_lawful_day(initiative, at)
    if local_date(said.starts_at) < first:
        fields["starts_at"] = _too_early(initiative, first, at)
    elif said.starts_at <= at:
        fields["starts_at"] = _("It begins after it is announced.")
    return fields


def _too_early(initiative: Initiative, first: date, at: datetime) -> str:
    """Say which day is the first lawful one and how the days before it were counted."""
    term, article = notice_term(initiative, at)
    assert term is not None  # only a notice makes a day too early
    counted = "; ".join(f"{date_format(step.date, 'd.m.Y')} – {step.reason}" for step in term.steps)
    sentence = _("The first lawful day is %(first)s. Notice by %(article)s, counted day by day: %(days)s.")
    return sentence % {"first": date_format(first, "d.m.Y"), "article": cite(article), "days": counted}
