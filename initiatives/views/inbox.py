"""The inbox of a body: what is before it, one matter with its next step, and the head's signature."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.selectors import bodies_of
from initiatives import policies
from initiatives.forms import SignatureForm, StepForm
from initiatives.models import Decision, Initiative
from initiatives.selectors import queues
from initiatives.selectors.clocks import three_clocks
from initiatives.selectors.counts import exact_count
from initiatives.selectors.duties import duties
from initiatives.selectors.pages import public_history
from initiatives.services import answering
from initiatives.services.signing import title_lines
from initiatives.states import State
from initiatives.views import answering as acts
from initiatives.views.promises import promise_rows
from portal import clock
from portal.errors import Conflict, InvalidInput, NotVisible, Refusal
from portal.web.access import answer_or_sign_in, decides, guarded
from signatures.services import acceptance, statements
from signatures.states import Purpose

if TYPE_CHECKING:
    from accounts.models import User


@guarded("initiatives.may_see_inbox")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is before the reader's bodies, overdue first."""
    at = clock.now()
    stage = request.GET.get("stage", "due")
    asked = queues.QueueFilter(stage=stage if stage in queues.STAGES else "due", body=_slug(request))
    bodies = bodies_of(cast("User", request.user), at=at)
    context = {
        "asked": asked,
        "queue": queues.inbox(asked, bodies=bodies, at=at),
        "duties": duties(bodies, at=at),
    }
    return render(request, "initiatives/staff/inbox.html", context)


def _slug(request: HttpRequest) -> str:
    """Return the body asked for, fit to be looked up."""
    return request.GET.get("body", "").replace("\x00", "")[:80]


@decides("initiatives.may_handle")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One matter before the body; a POST takes one step and comes back here."""
    refused = answer_or_sign_in(request, policies.may_see_inbox(request.user, None))
    if refused:
        return refused
    initiative = _own_or_refuse(request, code)
    if request.method != "POST":
        return _page(request, initiative)
    name = request.POST.get("act", "")
    if name not in acts.FORMS:
        raise Conflict(_("Choose a step on the page."), code="unknown_step")
    form = acts.fitting(acts.FORMS[name](request.POST, request.FILES), initiative)
    if not form.is_valid():
        return _page(request, initiative, name=name, form=form, status=422)
    try:
        sentence = acts.perform(name, initiative, cast("User", request.user), form.cleaned_data)
    except InvalidInput as refusal:
        for field, problem in refusal.fields.items():
            form.add_error(field if field in form.fields else None, str(problem))
        return _page(request, initiative, name=name, form=form, status=int(refusal.status))
    except NotVisible:
        raise
    except Refusal as refusal:
        return _page(request, _own_or_refuse(request, code), name=name, form=form, refusal=refusal)
    messages.success(request, sentence)
    return redirect("initiatives:inbox_item", code=code)


@decides("initiatives.may_decide")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The head reads the whole decision once more and signs it with EDS (art. 90-6(1))."""
    refused = answer_or_sign_in(request, policies.may_see_inbox(request.user, None))
    if refused:
        return refused
    initiative = _own_or_refuse(request, code)
    answer_or_sign_in(request, policies.may_decide(request.user, initiative))
    decision = _to_sign(initiative)
    form, seen = SignatureForm(request.POST or None, request.FILES or None), StepForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid() and seen.is_valid():
        try:
            _sign(cast("User", request.user), decision, form, seen.cleaned_data["revision"])
        except Refusal as refused_signature:
            refusal = refused_signature
            decision = _to_sign(_own_or_refuse(request, code))
        else:
            messages.success(request, _signed(initiative))
            return redirect("initiatives:inbox_item", code=code)
    status = int(refusal.status) if refusal else (422 if form.is_bound else 200)
    context = {
        "initiative": initiative,
        "decision": decision,
        "statement": _statement(decision),
        "form": form,
        "revision": decision.revision,
        "refusal": refusal,
    }
    return render(request, "initiatives/staff/sign.html", context, status=status)


def _signed(initiative: Initiative) -> str:
    if initiative.is_request:
        return _("You have signed the answer. It is public, and all who joined are told.")
    return _("You have signed the decision. Now it can be published.")


@transaction.atomic
def _sign(by: "User", decision: Decision, form: SignatureForm, seen_revision: int) -> Initiative:
    """Verify and decide in one transaction: the nonce is used up exactly when the decision is signed."""
    at = clock.now()
    accepted = acceptance.accept(
        token=form.cleaned_data["token"],
        cms=form.cleaned_data["signature"],
        purpose=Purpose.SIGN_DOCUMENT,
        subject=decision.signing_subject,
        at=at,
    )
    return answering.sign(decision=decision, by=by, accepted=accepted, seen_revision=seen_revision, at=at)


def _statement(decision: Decision) -> statements.IssuedStatement:
    """Return what is signed: it names the matter and the outcome, and binds the whole text by its checksum."""
    initiative = decision.initiative
    lines = [
        *title_lines(initiative),
        (_("Registration number"), initiative.registration_number),
        (_("Body"), str(initiative.body)),
    ]
    return statements.issue(
        purpose=Purpose.SIGN_DOCUMENT,
        subject=decision.signing_subject,
        revision=decision.revision,
        text_sha256=decision.text_sha256,
        choice=decision.outcome,
        choice_label=decision.get_outcome_display(),
        lines=lines,
        language=get_language() or "kk",
        at=clock.now(),
    )


def _to_sign(initiative: Initiative) -> Decision:
    decision = queues.decision_of(initiative)
    if decision is None or decision.submitted_at is None or initiative.state != State.REGISTERED:
        raise Conflict(_("There is nothing to sign here: no draft lies before you."), code="nothing_to_sign")
    return decision


def _own_or_refuse(request: HttpRequest, code: str) -> Initiative:
    """Return what is before the reader's own body; NotAllowed says why not for another body's."""
    initiative = queues.get_inbox_item_or_404(code)
    answer_or_sign_in(request, policies.may_handle(request.user, initiative))
    return initiative


def _page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    name: str = "",
    form: forms.Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    user, at = cast("User", request.user), clock.now()
    decision = queues.decision_of(initiative)
    shown = {act: acts.blank(act, initiative, decision) for act in acts.open_acts(initiative, decision, user)}
    typed = _typed(form) if refusal and form else []
    if name and form is not None:
        form.auto_id = f"{name}_%s"
        if name in shown:
            # After a conflict the form is made anew: it keeps what was typed and carries the revision seen from now on.
            shown[name] = acts.blank(name, initiative, decision, **_words(form)) if refusal else form
    context = {
        "initiative": initiative,
        "decision": decision,
        "task": queues.body_task(initiative),
        "term": queues.running_term(initiative, at),
        "clocks": three_clocks(initiative, decision, at=at) if initiative.registered_at or _is_here(initiative) else [],
        "votes": exact_count(initiative),
        "history": public_history(initiative),
        "milestones": promise_rows(initiative, shown, name, form, today=clock.local_date(at)),
        "forms": shown,
        "error_form": form if form is not None and not refusal else None,
        "refusal": refusal,
        "typed": typed if name not in shown else [],
        "is_stale_draft": refusal is not None and refusal.code == "stale_draft",
        "may_sign": _may_sign(user, initiative, decision),
        "discussion_owed": _discussion_owed(initiative),
    }
    return render(
        request, "initiatives/staff/inbox_item.html", context, status=int(refusal.status) if refusal else status
    )


def _is_here(initiative: Initiative) -> bool:
    return initiative.state == State.SENT


def _may_sign(user: "User", initiative: Initiative, decision: Decision | None) -> bool:
    laid = decision is not None and decision.submitted_at is not None and not decision.is_signed
    return laid and initiative.state == State.REGISTERED and bool(policies.may_decide(user, initiative))


def _discussion_owed(initiative: Initiative) -> object:
    """Return why the decision cannot be signed yet, where it is for want of a discussion."""
    if not initiative.is_petition or initiative.state != State.REGISTERED:
        return ""
    return getattr(policies.discussed(initiative), "reason", "")


def _words(form: forms.Form) -> dict[str, Any]:
    return {field: value for field, value in form.cleaned_data.items() if field != "revision"}


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """List the texts of a form that can no longer be sent, so that they can be copied."""
    return [
        (str(form.fields[field].label or field), str(value))
        for field, value in form.cleaned_data.items()
        if value and isinstance(form.fields[field].widget, forms.Textarea | forms.TextInput)
    ]
