"""What an official can do on the page of the review: which form each act takes, and the one service it calls."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from initiatives import policies
from initiatives.models import Commission, CommissionMeeting, DraftDiscussion, Initiative, Remark, SiteVisit
from initiatives.selectors.review import Review
from initiatives.services import answering, commissions, draft_discussing, visiting
from initiatives.states import DiscussionStage
from initiatives.views import review_forms as shapes
from portal import clock
from portal.errors import NotVisible

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=Model)
Act = Callable[[Initiative, "User", dict[str, Any]], object]

FORMS: Mapping[str, type[forms.Form]] = {
    "announce": shapes.AnnounceForm,
    "cancel": shapes.CancelForm,
    "decide": shapes.VerdictForm,
    "summarise": shapes.SummaryForm,
    "form": shapes.CommissionForm,
    "add": shapes.MembersForm,
    "call": shapes.MeetingForm,
    "minutes": shapes.MinutesForm,
    "visit": shapes.VisitForm,
    "findings": shapes.FindingsForm,
    "statement": shapes.StatementForm,
}


def open_acts(initiative: Initiative, review: Review, user: "User") -> set[str]:
    """Return the acts whose forms the page shows, those about one row included."""
    names = {"minutes", "findings"}
    if policies.may_give_statement(user, initiative):
        names.add("statement")
    if not policies.may_review(user, initiative):
        return names
    names |= {"visit", "form" if review.commission is None else "call", "add"}
    if review.commission is None:
        names.remove("add")
    running = (DiscussionStage.ANNOUNCED, DiscussionStage.OPEN, DiscussionStage.CLOSED)
    stages = [stage for _discussion, stage in review.discussions if stage in running]
    names |= {"decide"} if stages else {"announce"}
    if DiscussionStage.ANNOUNCED in stages:
        names.add("cancel")
    if DiscussionStage.CLOSED in stages:
        names.add("summarise")
    return names


def perform(name: str, initiative: Initiative, by: "User", data: dict[str, Any]) -> str:
    """Take the act and return the sentence that says so."""
    act, sentence = ACTS[name]
    act(initiative, by, data)
    return sentence()


def _own(found: "QuerySet[M]", data: dict[str, Any]) -> M:
    """Return the row that the form is about; NotVisible when it is not of this initiative."""
    row = found.filter(pk=data["number"]).first()
    if row is None:
        raise NotVisible
    return row


def _announce(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    said = draft_discussing.Announcement(**data)
    return draft_discussing.announce(initiative=initiative, by=by, said=said, at=clock.now())


def _cancel(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    found = _own(DraftDiscussion.objects.filter(initiative=initiative), data)
    return draft_discussing.cancel(discussion=found, by=by, reason=data["reason"], at=clock.now())


def _decide(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    found = _own(Remark.objects.filter(discussion__initiative=initiative).select_related("discussion"), data)
    verdict, reason = data["verdict"], data["reason"]
    return draft_discussing.decide(remark=found, by=by, verdict=verdict, reason=reason, at=clock.now())


def _summarise(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    found = _own(DraftDiscussion.objects.filter(initiative=initiative), data)
    summary, language = data["summary"], data["language"]
    return draft_discussing.summarise(discussion=found, by=by, summary=summary, language=language, at=clock.now())


def _form(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    chair = commissions.Member(data["chair_name"], data["chair_position"])
    return commissions.form(initiative=initiative, by=by, chair=chair, members=data["members"], at=clock.now())


def _commission(initiative: Initiative) -> Commission:
    found = Commission.objects.filter(initiative=initiative).select_related("initiative").first()
    if found is None:
        raise NotVisible
    return found


def _add(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    return commissions.add(commission=_commission(initiative), by=by, members=data["members"], at=clock.now())


def _call(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    return commissions.call(commission=_commission(initiative), by=by, at=clock.now(), **data)


def _minutes(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    rows = CommissionMeeting.objects.filter(commission__initiative=initiative)
    found = _own(rows.select_related("commission__initiative"), data)
    minutes, file = data["minutes"], data["file"]
    return commissions.publish_minutes(meeting=found, by=by, minutes=minutes, upload=file, at=clock.now())


def _visit(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    return visiting.announce(initiative=initiative, by=by, at=clock.now(), **data)


def _findings(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    found = _own(SiteVisit.objects.filter(initiative=initiative).select_related("initiative"), data)
    return visiting.report(visit=found, by=by, done_at=data["done_at"], findings=data["findings"], at=clock.now())


def _statement(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    said, url = data["statement"], data["statement_url"]
    return answering.give_statement(initiative=initiative, by=by, statement=said, url=url, at=clock.now())


ACTS: Mapping[str, tuple[Act, Callable[[], str]]] = {
    "announce": (_announce, lambda: _("The draft is published and the discussion announced.")),
    "cancel": (_cancel, lambda: _("The discussion is called off.")),
    "decide": (_decide, lambda: _("The decision on the remark is public.")),
    "summarise": (_summarise, lambda: _("The summary is public; the decision can be signed.")),
    "form": (_form, lambda: _("The commission is formed, and the applicant is offered a seat.")),
    "add": (_add, lambda: _("The members are added.")),
    "call": (_call, lambda: _("The meeting is called.")),
    "minutes": (_minutes, lambda: _("The minutes are published.")),
    "visit": (_visit, lambda: _("The visit is announced.")),
    "findings": (_findings, lambda: _("What was found is published.")),
    "statement": (_statement, lambda: _("The statement is published.")),
}
