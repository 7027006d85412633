"""The time after the threshold: its staff page, the page of a discussion, and what citizens say and answer there."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives import policies
from initiatives.forms import HideCommentForm
from initiatives.models import CommissionMeeting, Initiative, Milestone, MilestoneDispute, MilestoneEvidence, Remark
from initiatives.selectors import get_visible_or_404, queues
from initiatives.selectors import review as reads
from initiatives.selectors.articles import cite
from initiatives.selectors.clocks import three_clocks
from initiatives.services import commissions, draft_discussing, promising
from initiatives.states import DiscussionStage, Seat
from initiatives.views import review_acts as acts
from initiatives.views.review_forms import DisputeForm, RemarkForm
from portal import clock
from portal.errors import InvalidInput, NotVisible, Refusal
from portal.web import throttle
from portal.web.access import answer_or_sign_in, decides
from portal.web.caching import shared

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_handle")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """Discussion, commission, visits and statement before the body; a POST takes one act and comes back here."""
    refused = answer_or_sign_in(request, policies.may_see_inbox(request.user, None))
    if refused:
        return refused
    initiative = queues.get_inbox_item_or_404(code)
    answer_or_sign_in(request, policies.may_handle(request.user, initiative))
    if request.method != "POST":
        return _desk(request, initiative)
    name = request.POST.get("act", "")
    if name not in acts.FORMS:
        raise InvalidInput(_("Choose a step on the page."), code="unknown_step")
    form = acts.FORMS[name](request.POST, request.FILES)
    if not form.is_valid():
        return _desk(request, initiative, name=name, form=form, status=422)
    try:
        sentence = acts.perform(name, initiative, cast("User", request.user), form.cleaned_data)
    except InvalidInput as refusal:
        for field, problem in refusal.fields.items():
            form.add_error(field if field in form.fields else None, str(problem))
        return _desk(request, initiative, name=name, form=form, status=int(refusal.status))
    except NotVisible:
        raise
    except Refusal as refusal:
        return _desk(request, initiative, name=name, form=form, refusal=refusal, status=int(refusal.status))
    messages.success(request, sentence)
    return redirect("initiatives:review_desk", code=code)


def _desk(
    request: HttpRequest,
    initiative: Initiative,
    *,
    name: str = "",
    form: forms.Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    review = reads.review_of(initiative, at=at)
    names = acts.open_acts(initiative, review, cast("User", request.user))
    about = str(form.data.get("number", "")) if form is not None else ""
    if form is not None:
        form.auto_id = f"{name}{about}_%s"

    def shown(act: str, number: int | None = None, **initial: Any) -> forms.Form | None:
        if act not in names:
            return None
        if form is not None and name == act and about == str(number or ""):
            return form
        return acts.FORMS[act](initial={"number": number, **initial}, auto_id=f"{act}{number or ''}_%s")

    term, article = reads.notice_term(initiative, at)
    context = {
        "initiative": initiative,
        "review": review,
        "clocks": three_clocks(initiative, getattr(initiative, "decision", None), at=at),
        "forms": {act: shown(act) for act in ("announce", "form", "add", "call", "visit", "statement")},
        "discussions": [_of_desk(one, stage, shown) for one, stage in review.discussions],
        "meetings": [
            {"meeting": one, "form": shown("minutes", one.pk) if one.held_at <= at and not one.published_at else None}
            for one in (review.commission.meetings.all() if review.commission else ())
        ],
        "visits": [
            {"visit": one, "form": shown("findings", one.pk) if one.planned_at <= at and not one.done_at else None}
            for one in review.visits
        ],
        "notice": term,
        "notice_article": cite(article) if article else "",
        "first_day": reads.first_lawful_day(initiative, at),
        "error_form": form if form is not None and not refusal else None,
        "refusal": refusal,
    }
    return render(request, "initiatives/staff/review.html", context, status=status)


def _of_desk(discussion: Any, stage: DiscussionStage, shown: Any) -> dict[str, Any]:
    remarks = reads.remarks_of(discussion)
    is_running = stage in (DiscussionStage.OPEN, DiscussionStage.CLOSED)
    return {
        "discussion": discussion,
        "stage": stage,
        "remarks": [
            {
                "remark": one,
                "form": shown("decide", one.pk, verdict=one.verdict, reason=one.reason)
                if is_running and one.hidden_at is None
                else None,
            }
            for one in remarks
        ],
        "counted": reads.verdicts_of(remarks),
        "cancel": shown("cancel", discussion.pk) if stage == DiscussionStage.ANNOUNCED else None,
        "summarise": shown("summarise", discussion.pk) if stage == DiscussionStage.CLOSED else None,
    }


@decides("initiatives.may_read")
@shared(seconds=2)
@require_safe
def discussion(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The draft decision, when and where it is discussed, and the table of remarks with what became of them."""
    initiative = get_visible_or_404(request.user, code)
    found = reads.get_discussion_or_404(initiative, number)
    return _discussion(request, initiative, found, RemarkForm())


def _discussion(
    request: HttpRequest, initiative: Initiative, found: Any, form: forms.Form, status: int = 200
) -> HttpResponse:
    remarks = reads.remarks_of(found)
    context = {
        "initiative": initiative,
        "discussion": found,
        "stage": found.stage(clock.now()),
        "remarks": remarks,
        "counted": reads.verdicts_of(remarks),
        "may_remark": policies.may_remark(request.user, found),
        "may_moderate": policies.judges_words_under(request.user, initiative),
        "form": form,
    }
    return render(request, "initiatives/discussion.html", context, status=status)


@decides("initiatives.may_remark")
@require_POST
def remark(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say something about the draft; what was typed stays when it is refused."""
    initiative = get_visible_or_404(request.user, code)
    found = reads.get_discussion_or_404(initiative, number)
    refused = answer_or_sign_in(request, policies.may_remark(request.user, found))
    if refused:
        return refused
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            made = draft_discussing.remark(
                discussion=found, by=cast("User", request.user), text=form.cleaned_data["text"], at=clock.now()
            )
        except InvalidInput as refusal:
            for problem in refusal.fields.values():
                form.add_error("text", str(problem))
        else:
            return redirect(f"{reverse('initiatives:draft_discussion', args=[code, number])}#remark-{made.pk}")
    return _discussion(request, initiative, found, form, status=422)


@decides("initiatives.may_hide_remark")
@require_POST
def hide_remark(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a remark from view, with a reason that is shown in its place."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(Remark, discussion__initiative=initiative, pk=number)
    refused = answer_or_sign_in(request, policies.may_hide_remark(request.user, found))
    if refused:
        return refused
    draft_discussing.hide(remark=found, by=cast("User", request.user), reason=_reason(request), at=clock.now())
    return redirect("initiatives:draft_discussion", code=code, number=found.discussion_id)


@decides("initiatives.may_take_seat")
@require_POST
def seat(request: HttpRequest, code: str) -> HttpResponse:
    """The applicant takes the seat in the commission or leaves it."""
    initiative = get_visible_or_404(request.user, code)
    found = reads.commission_of(initiative)
    if found is None:
        raise NotVisible
    found.initiative = initiative
    refused = answer_or_sign_in(request, policies.may_take_seat(request.user, found))
    if refused:
        return refused
    answer = request.POST.get("seat", "")
    if answer not in (Seat.ACCEPTED, Seat.DECLINED):
        raise InvalidInput(fields={"seat": _("Say whether you take the seat.")})
    takes = answer == Seat.ACCEPTED
    commissions.answer_seat(commission=found, by=cast("User", request.user), takes=takes, at=clock.now())
    messages.success(request, _("Thank you: the body is told."))
    return redirect(f"{reverse('initiatives:detail', args=[code])}#commission")


@decides("initiatives.may_read")
@require_safe
def minutes(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """The minutes of a meeting as a file."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(
        CommissionMeeting.objects.exclude(minutes_file=""),
        commission__initiative=initiative,
        published_at__isnull=False,
        pk=number,
    )
    return _file(found.minutes_file, found.minutes_name, found.minutes_type)


@decides("initiatives.may_read")
@require_safe
def evidence(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """A picture or a file that shows how a promise was kept."""
    initiative = get_visible_or_404(request.user, code)
    rows = MilestoneEvidence.objects.exclude(file="")
    found = get_object_or_404(rows, milestone__initiative=initiative, pk=number)
    return _file(found.file, found.name, found.content_type)


def _file(file: Any, name: str, content_type: str) -> FileResponse:
    """Hand a checked file out as a download of its checked type."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = content_type
    response["X-Content-Type-Options"] = "nosniff"
    return response


@decides("initiatives.may_dispute")
@require_POST
def dispute(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say that a promise reported as kept was not."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(Milestone, initiative=initiative, pk=number)
    refused = answer_or_sign_in(request, policies.may_dispute(request.user, found))
    if refused:
        return refused
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    form = DisputeForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    promising.dispute(milestone=found, by=cast("User", request.user), text=form.cleaned_data["text"], at=clock.now())
    messages.success(request, _("It stands on the page, and the body is told."))
    return redirect(f"{reverse('initiatives:detail', args=[code])}#milestone-{found.pk}")


@decides("initiatives.may_hide_remark")
@require_POST
def hide_dispute(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take such a line from view, with a reason that is shown in its place."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(MilestoneDispute, milestone__initiative=initiative, pk=number)
    refused = answer_or_sign_in(request, policies.may_hide_remark(request.user, found))
    if refused:
        return refused
    promising.hide_dispute(dispute=found, by=cast("User", request.user), reason=_reason(request), at=clock.now())
    return redirect(f"{reverse('initiatives:detail', args=[code])}#milestone-{found.milestone_id}")


def _reason(request: HttpRequest) -> str:
    form = HideCommentForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    return str(form.cleaned_data["reason"])
