"""Who is told when something happens to an initiative, and in which words.

A table: event -> (audience, template). Each audience has its reason, which the message states. Someone who belongs to
several is told once, as the first of them: one key names the occasion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F, Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.selectors import people, users_with_role
from initiatives import events
from initiatives.models import (
    Appeal,
    Attachment,
    CoAuthor,
    Comment,
    CommentContest,
    CommentReport,
    Decision,
    Initiative,
    VoteAct,
    WaitingAct,
)
from initiatives.selectors.counts import exact_count
from initiatives.selectors.moderating import judges_of
from initiatives.states import CoAuthorship
from portal.audit.log import history
from portal.events.outbox import dump, handler, revive
from portal.notifications import fanning, topics
from portal.notifications.dispatch import notify
from portal.notifications.models import Channel

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from portal.errors import Sentence

SOURCE = "initiatives"
EXCERPT = 200
REASON = 500
"""Characters quoted in a message; the whole stands on the page."""

topics.register(
    topics.Topic("own", _("What I wrote"), _("Each step of your petitions and ideas, and when it is due."), order=10)
)
topics.register(
    topics.Topic("followed", _("What I follow"), _("Each step of the petitions and ideas you follow."), order=20)
)
topics.register(
    topics.Topic(
        "voted",
        _("What I voted for"),
        _("The result: threshold, answer, kept promises."),
        default=frozenset({Channel.INAPP}),
        order=30,
    )
)
topics.register(
    topics.Topic("asked", _("What I asked with others"), _("The answer to a request you joined."), order=35)
)
topics.register(
    topics.Topic("comments", _("My comments"), _("Replies to your comments, and moderators' decisions."), order=40)
)
topics.register(
    topics.Topic(
        "searches", _("My searches"), _("What is new in the searches you keep, as often as you chose."), order=45
    )
)
topics.register(
    topics.Topic("work", _("My work"), _("What waits for you as a moderator or an official, and by when."), order=50)
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Some people, the topic they are told under, and the role that explains why.

    `page` finds a portion of those who may be very many by an index that `find`'s order would not use.
    """

    topic: str
    role: str
    find: "Callable[[Initiative, events.InitiativeEvent], QuerySet[User]]"
    includes_actor: bool = False
    page: "Callable[[Initiative, str, int], fanning.Page] | None" = None

    @property
    def name(self) -> str:
        """What a fan-out calls the audience while it is under way."""
        return self.find.__name__


def _author(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    """The author and the co-authors."""
    return people(_writers(initiative))


def _writers(initiative: Initiative) -> "list[UUID]":
    return sorted(initiative.writer_ids)


def _followers(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    return get_user_model().objects.filter(follows__initiative=initiative)


def _voters(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    """Those with an account whose vote is in force: their last act has an odd number."""
    acts = VoteAct.objects.filter(initiative=initiative, voter__isnull=False).order_by().values("voter")
    in_force = acts.annotate(last=Max("sequence")).annotate(odd=F("last") % 2).filter(odd=1)
    return get_user_model().objects.filter(pk__in=in_force.values("voter"))


def _moderators(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    return users_with_role("moderator", at=event.at).exclude(pk__in=_writers(initiative))


def _officials(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    return users_with_role("clerk", "head", at=event.at, body=initiative.body).exclude(pk__in=_writers(initiative))


def _heads(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    return users_with_role("head", at=event.at, body=initiative.body).exclude(pk__in=_writers(initiative))


def _voters_page(initiative: Initiative, cursor: str, size: int) -> "fanning.Page":
    """Return the voters after the cursor in the order of their tags: the unique index of the votes has that order."""
    acts = VoteAct.objects.filter(initiative=initiative, signer_tag__gt=bytes.fromhex(cursor))
    newest = acts.order_by("signer_tag", "-sequence").distinct("signer_tag")
    last = list(newest.values_list("signer_tag", "voter", "sequence")[:size])
    in_force = [voter for _tag, voter, sequence in last if voter is not None and sequence % 2]
    return in_force, bytes(last[-1][0]).hex() if len(last) == size else None


def _one_person(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    """The person whom the event concerns, where it concerns one."""
    person = getattr(event, "person_id", "")
    return people([person] if person else [])


def _judges(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    return judges_of(initiative, at=event.at)


def _administrators_when_nobody_is_left(initiative: Initiative, event: events.InitiativeEvent) -> "QuerySet[User]":
    """Administrators, where every moderator wrote it or took part: somebody must be appointed."""
    found = users_with_role("administrator", at=event.at)
    return found.none() if judges_of(initiative, at=event.at).exists() else found


AUTHOR = Audience("own", "author", _author, includes_actor=True)
FOLLOWERS = Audience("followed", "follower", _followers)
VOTERS = Audience("voted", "voter", _voters, page=_voters_page)
JOINERS = Audience("asked", "joiner", _voters, page=_voters_page)
MODERATORS = Audience("work", "moderator", _moderators)
OFFICIALS = Audience("work", "official", _officials)
HEADS = Audience("work", "official", _heads)
SPEAKER = Audience("comments", "speaker", _one_person)
JUDGES = Audience("work", "moderator", _judges)
ADMINISTRATORS = Audience("work", "administrator", _administrators_when_nobody_is_left)

Telling = tuple[Audience, str]


def _each(template: str, *audiences: Audience) -> tuple[Telling, ...]:
    return tuple((audience, template) for audience in audiences)


TOLD: dict[type[events.InitiativeEvent], tuple[Telling, ...]] = {
    events.JoiningOpened: _each("joining_opened", AUTHOR),
    events.SubmittedForCheck: (*_each("check_due", MODERATORS), *_each("submitted_for_check", AUTHOR)),
    events.Rejected: _each("rejected", AUTHOR, FOLLOWERS, VOTERS),
    events.Published: _each("published", AUTHOR, FOLLOWERS, VOTERS),
    events.HalfwayReached: _each("halfway_reached", AUTHOR, FOLLOWERS),
    events.ThresholdReached: (
        *_each("sending_due", MODERATORS),
        *_each("threshold_reached", AUTHOR, FOLLOWERS, VOTERS),
    ),
    events.SentToBody: (*_each("registration_due", OFFICIALS), *_each("sent_to_body", AUTHOR, FOLLOWERS)),
    events.Registered: _each("registered", AUTHOR, FOLLOWERS),
    events.AnswerSubmitted: _each("answer_submitted", HEADS),
    events.Decided: (*_each("publication_due", OFFICIALS), *_each("decided", AUTHOR, FOLLOWERS)),
    events.DecisionPublished: _each("decision_published", AUTHOR, FOLLOWERS, VOTERS),
    events.ExecutionStarted: _each("execution_started", AUTHOR, FOLLOWERS),
    events.MilestoneDone: _each("milestone_done", AUTHOR, FOLLOWERS, VOTERS),
    events.Finished: _each("finished", AUTHOR, FOLLOWERS, VOTERS),
    events.FellBelowThreshold: _each("fell_below_threshold", AUTHOR, FOLLOWERS, VOTERS),
    events.Lapsed: _each("lapsed", AUTHOR, FOLLOWERS, VOTERS),
    events.Withdrawn: _each("withdrawn", FOLLOWERS, VOTERS),
    events.Merged: _each("merged", AUTHOR, FOLLOWERS, VOTERS),
    events.TakenUp: _each("taken_up", AUTHOR, FOLLOWERS, VOTERS),
    events.Answered: _each("answered", AUTHOR, FOLLOWERS, VOTERS),
    events.EnoughJoined: _each("enough_joined", AUTHOR),
    events.RequestAnswered: _each("request_answered", AUTHOR, JOINERS, FOLLOWERS),
    events.Archived: _each("archived", AUTHOR, FOLLOWERS),
    events.DraftDiscussionAnnounced: _each("draft_discussion_announced", AUTHOR, FOLLOWERS),
    events.DraftDiscussionCancelled: _each("draft_discussion_cancelled", AUTHOR, FOLLOWERS),
    events.DraftDiscussionSummarised: _each("draft_discussion_summarised", AUTHOR, FOLLOWERS),
    events.RemarkDecided: _each("remark_decided", SPEAKER),
    events.RemarkHidden: _each("remark_hidden", SPEAKER),
    events.CommissionFormed: (*_each("seat_offered", AUTHOR), *_each("commission_formed", FOLLOWERS)),
    events.SeatAnswered: _each("seat_answered", OFFICIALS),
    events.MeetingCalled: _each("meeting_called", AUTHOR, FOLLOWERS),
    events.MinutesPublished: _each("minutes_published", AUTHOR, FOLLOWERS),
    events.VisitAnnounced: _each("visit_announced", AUTHOR, FOLLOWERS),
    events.VisitReported: _each("visit_reported", AUTHOR, FOLLOWERS),
    events.StatementGiven: _each("statement_given", AUTHOR, FOLLOWERS),
    events.MilestonePromised: _each("milestone_promised", AUTHOR, FOLLOWERS),
    events.MilestoneMoved: _each("milestone_moved", AUTHOR, FOLLOWERS),
    events.MilestoneDisputed: _each("milestone_disputed", OFFICIALS),
    events.DisputeAnswered: _each("dispute_answered", SPEAKER),
    events.HandoverDue: _each("handover_due", OFFICIALS),
    events.RefusalProposed: _each("refusal_proposed", MODERATORS),
    events.AppealFiled: (
        *_each("appeal_received", AUTHOR),
        *_each("appeal_due", JUDGES),
        *_each("appeal_nobody", ADMINISTRATORS),
    ),
    events.AppealDecided: _each("appeal_decided", AUTHOR),
    events.TextRemoved: _each("text_removed", AUTHOR),
}


def tell(event: events.InitiativeEvent) -> None:
    """Tell each audience of the event's line in the table, one after another; the rest of a large one follows later."""
    initiative = Initiative.objects.select_related("body", "kind", "merged_into").filter(pk=event.subject_id).first()
    if initiative is None:
        return
    facts = facts_of(initiative, event)
    url_name, url_args = _page(initiative, event)
    part = getattr(event, "part", "")
    fanning.announce(
        key=f"{event.name}:{event.subject_id}:{event.at.isoformat()}{':' if part else ''}{part}",
        source=SOURCE,
        params=dump(event),
        tellings=[
            fanning.Telling(audience.name, audience.topic, f"initiatives/{template}", {**facts, "role": audience.role})
            for audience, template in TOLD[type(event)]
        ],
        at=event.at,
        url_name=url_name,
        url_args=url_args,
    )


def _portion(params: Mapping[str, Any], name: str, cursor: str, size: int) -> "fanning.Page":
    """Return the next people of an audience; whoever did the thing knows of it already."""
    event = cast(events.InitiativeEvent, revive(params))
    audience = next(one for one, _template in TOLD[type(event)] if one.name == name)
    initiative = Initiative.objects.select_related("body").get(pk=event.subject_id)
    if audience.page is not None:
        found, after = audience.page(initiative, cursor, size)
        return [one for one in found if audience.includes_actor or str(one) != event.actor_id], after
    everybody = audience.find(initiative, event)
    if event.actor_id and not audience.includes_actor:
        everybody = everybody.exclude(pk=event.actor_id)
    return fanning.page_by_key(everybody, cursor, size)


fanning.register(SOURCE, _portion)
for _event_type in TOLD:
    handler(_event_type)(tell)


@handler(events.CommentReplied)
def tell_of_reply(event: events.CommentReplied) -> None:
    """Tell the writer of the comment that was answered; answering oneself is no news."""
    reply = (
        Comment.objects.select_related("parent", "author", "initiative")
        .filter(pk=event.comment_id, hidden_at=None)
        .first()
    )
    if reply is None or reply.parent is None or reply.parent.author_id == reply.author_id:
        return
    said = {"name": reply.author.public_name, "excerpt": reply.text[:EXCERPT]}
    is_answer = reply.parent.is_question and reply.author_id in _writers(reply.initiative)
    template = "question_answered" if is_answer else "comment_replied"
    _tell_commenter(event, reply.parent.author_id, template, said)


@handler(events.QuestionAsked)
def tell_of_question(event: events.QuestionAsked) -> None:
    """Tell the author and the co-authors what they are asked."""
    asked = Comment.objects.select_related("initiative", "author").filter(pk=event.comment_id, hidden_at=None).first()
    if asked is None or asked.deleted_at is not None:
        return
    said = {"name": asked.author.public_name, "excerpt": asked.text[:EXCERPT]}
    for writer in _writers(asked.initiative):
        _tell_commenter(event, writer, "question_asked", said, role="author", topic="own")


@handler(events.CommentHidden)
def tell_of_hiding(event: events.CommentHidden) -> None:
    """Tell the writer of the comment, with the moderator's reason."""
    comment = Comment.objects.filter(pk=event.comment_id).first()
    if comment is not None:
        _tell_commenter(event, comment.author_id, "comment_hidden", {"reason": comment.hidden_reason})


@handler(events.AttachmentRefused)
def tell_of_file(event: events.AttachmentRefused) -> None:
    """Tell whoever attached the file what became of it."""
    found = Attachment.objects.select_related("initiative").filter(pk=event.attachment_id).first()
    if found is None or found.uploaded_by_id is None:
        return
    notify(
        people([found.uploaded_by_id]),
        topic="own",
        template="initiatives/attachment_refused",
        key=f"{event.name}:{event.attachment_id}",
        at=event.at,
        context={"title": _title(found.initiative), "role": "author", "name": found.name, "finding": found.finding},
        url_name="initiatives:detail",
        url_args=[found.initiative.code],
    )


@handler(events.CoAuthorsChanged)
def tell_of_coauthor(event: events.CoAuthorsChanged) -> None:
    """Tell the author who came, declined or went; and whom the author removed."""
    found = CoAuthor.objects.select_related("initiative", "user").filter(pk=event.coauthor_id).first()
    if found is None or (event.standing == CoAuthorship.REMOVED and found.user_id is None):
        return
    initiative, is_removal = found.initiative, event.standing == CoAuthorship.REMOVED
    notify(
        people([found.user_id if is_removal and found.user_id else initiative.author_id]),
        topic="own",
        template="initiatives/coauthor_removed" if is_removal else "initiatives/coauthor_changed",
        key=f"{event.name}:{event.coauthor_id}:{event.standing}",
        at=event.at,
        context={
            "title": _title(initiative),
            "role": "author",
            "standing": event.standing,
            "name": found.user.public_name if found.user else "",
        },
        url_name="initiatives:mine" if is_removal else "initiatives:coauthors",
        url_args=[] if is_removal else [initiative.code],
    )


@handler(events.WaitingSettled)
def tell_of_waiting_vote(event: events.WaitingSettled) -> None:
    """Tell the voter what became of the vote, or of its withdrawal, that waited for the certification authority."""
    act = WaitingAct.objects.select_related("initiative").filter(pk=event.waiting_id).first()
    if act is None or act.voter_id is None:
        return
    notify(
        people([act.voter_id]),
        topic="voted",
        template="initiatives/waiting_settled",
        key=f"{event.name}:{event.waiting_id}",
        at=event.at,
        context={
            "title": _title(act.initiative),
            "role": "voter",
            "outcome": act.outcome,
            "gives": act.gives,
            "because": _in_each_language(act.refusal) if act.reason else "",
            "received_at": act.received_at,
        },
        url_name="initiatives:detail",
        url_args=[act.initiative.code],
    )


@handler(events.ReportsSettled)
def tell_reporters(event: events.ReportsSettled) -> None:
    """Tell those whose reports were settled just now what the moderators found."""
    settled = CommentReport.objects.filter(comment_id=event.comment_id, settled_at=event.at)
    for reporter in settled.values_list("reporter_id", flat=True):
        _tell_commenter(event, reporter, "report_settled", {"outcome": event.outcome}, role="reporter")


@handler(events.HidingContested)
def tell_of_contest(event: events.HidingContested) -> None:
    """Tell the moderators who did not hide the comment."""
    contest = CommentContest.objects.select_related("comment").filter(comment_id=event.comment_id).first()
    if contest is not None:
        judges = users_with_role("moderator", at=event.at).exclude(pk__in=[contest.hidden_by_id, event.actor_id])
        for judge in judges.values_list("pk", flat=True):
            _tell_commenter(event, judge, "hiding_contested", {"reason": contest.text}, role="moderator", topic="work")


@handler(events.ContestDecided)
def tell_of_decided_contest(event: events.ContestDecided) -> None:
    """Tell the writer of the comment."""
    contest = CommentContest.objects.select_related("comment").filter(comment_id=event.comment_id).first()
    if contest is not None:
        said = {"outcome": event.outcome, "reason": contest.reason}
        _tell_commenter(event, contest.comment.author_id, "contest_decided", said)


CommentEvent = (
    events.CommentReplied
    | events.QuestionAsked
    | events.CommentHidden
    | events.ReportsSettled
    | events.HidingContested
    | events.ContestDecided
)


def _tell_commenter(
    event: CommentEvent,
    person: object,
    template: str,
    said: dict[str, Any],
    *,
    role: str = "commenter",
    topic: str = "comments",
) -> None:
    initiative = Initiative.objects.filter(pk=event.subject_id).first()
    if initiative is None:
        return
    notify(
        people([str(person)]),
        topic=topic,
        template=f"initiatives/{template}",
        key=f"{event.name}:{event.comment_id}:{event.at.isoformat()}",
        at=event.at,
        context={"title": _title(initiative), "role": role, **said},
        url_name="initiatives:detail",
        url_args=[initiative.code],
    )


WORK = (events.RefusalProposed,)
"""Events that lead moderators to the matter on their desk."""


def _page(initiative: Initiative, event: events.InitiativeEvent) -> tuple[str, list[str]]:
    """Return the page that the message leads to; what was withdrawn is no longer to be seen."""
    if isinstance(event, WORK):
        return "initiatives:moderation_item", [initiative.code]
    if isinstance(event, events.Withdrawn):
        return "initiatives:index", []
    if isinstance(event, events.Merged) and initiative.merged_into is not None:
        return "initiatives:detail", [initiative.merged_into.code]
    return "initiatives:detail", [initiative.code]


def _in_each_language(sentence: "Sentence") -> dict[str, str]:
    """Return the sentence by language: each reader gets their own."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(sentence)
    return said


def _title(initiative: Initiative) -> str | dict[str, str]:
    """Return the title, in each reader's language where the text is there in two."""
    return initiative.titles if initiative.has_parallel else str(initiative)


def facts_of(initiative: Initiative, event: events.InitiativeEvent) -> dict[str, Any]:
    """Return what the templates may say. `due_at` only while the initiative stands where the event left it."""
    appeal = Appeal.objects.filter(initiative=initiative).first() if isinstance(event, events.AppealFiled) else None
    is_there = initiative.state_since == event.at or isinstance(event, (events.AnswerSubmitted, events.RefusalProposed))
    entry = history(initiative).filter(at=event.at).last()
    decision = Decision.objects.filter(initiative=initiative, published_at__isnull=False).first()
    return {
        "title": _title(initiative),
        "process": initiative.kind.process,
        "body": {code: getattr(initiative.body, f"name_{code}", "") for code, _name in settings.LANGUAGES},
        "due_at": appeal.due_at if appeal else initiative.state_deadline_at if is_there else None,
        "closes_at": initiative.closes_at,
        "votes": exact_count(initiative),
        "threshold": initiative.threshold,
        "number": initiative.registration_number,
        "reason": str(entry.data.get("reason", ""))[:REASON] if entry else "",
        "outcome": getattr(event, "outcome", "") or (decision.outcome if decision else ""),
        "milestone": getattr(event, "milestone", ""),
        "about": getattr(event, "about", "")[:REASON],
        **_happens(getattr(event, "happens_at", "")),
        "merged_title": _title(initiative.merged_into) if initiative.merged_into else "",
    }


def _happens(when: str) -> dict[str, str | None]:
    """Return the moment or the day that the event names, under the name by which templates get it back as one."""
    is_moment = "T" in when
    return {"happens_at": when if is_moment else None, "happens_date": when if when and not is_moment else None}
