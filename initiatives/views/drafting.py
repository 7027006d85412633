"""Writing: begin, edit with autosave, attach, check before handing over, withdraw."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import bodies_by_place, get_body
from initiatives import policies, switches
from initiatives.forms import AttachmentForm, BeginForm, DraftForm
from initiatives.models import Attachment, Initiative
from initiatives.selectors import get_visible_or_404
from initiatives.services import attaching, drafting, flood
from initiatives.services.thresholds import threshold_for
from initiatives.views.twins import of_draft
from initiatives.workflow import workflow_of
from portal import clock
from portal.errors import Conflict, InvalidInput, NotVisible, Unavailable
from portal.permissions import require
from portal.switches import require as require_on
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence


@guarded("initiatives.may_write")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Choose what to write and to whom."""
    require_on(switches.DRAFTS)
    form = BeginForm(request.POST or None, initial={"language": _default_language(request)})
    if request.method == "POST" and form.is_valid():
        try:
            initiative = drafting.begin(
                kind=form.cleaned_data["kind"],
                body=get_body(form.cleaned_data["body"]),
                by=cast("User", request.user),
                draft=drafting.Draft(language=form.cleaned_data["language"], title=form.cleaned_data["title"]),
                at=clock.now(),
            )
            return redirect("initiatives:edit", code=initiative.code)
        except InvalidInput as refusal:
            _show(form, refusal)
        except NotVisible:
            form.add_error("body", _("Choose a body from the list."))
    status = 422 if form.is_bound else 200
    return render(request, "initiatives/begin.html", {"form": form, "bodies": bodies_by_place()}, status=status)


@decides("initiatives.may_edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor. A POST saves; with `htmx` it is the autosave and answers with a line that says when."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_edit(request.user, initiative))
    if refused:
        return refused
    form = DraftForm(request.POST or None, initial=_initial(initiative))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                initiative = _save(request, initiative, form)
                return _saved(request, initiative)
            except Conflict as refusal:
                form.add_error(None, str(refusal.message))
                status = 409
            except InvalidInput as refusal:
                _show(form, refusal)
    return _editor(request, initiative, form, status)


def _saved(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "initiatives/_saved.html", {"initiative": initiative})
    if "review" in request.POST:
        return redirect("initiatives:review", code=initiative.code)
    messages.success(request, _("Your draft is saved."))
    if "similar" in request.POST:
        return redirect(reverse("initiatives:edit", args=[initiative.code]) + "?similar=1#similar")
    return redirect("initiatives:edit", code=initiative.code)


def _editor(request: HttpRequest, initiative: Initiative, form: DraftForm, status: int) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "initiatives/_not_saved.html", {"form": form}, status=200)
    context = {"initiative": initiative, "form": form, "attachment_form": AttachmentForm(), "steps": _steps(2)}
    if "similar" in request.GET:
        context |= {"twins": of_draft(request, initiative), "draft": initiative, "asked": True}
    return render(request, "initiatives/edit.html", context, status=status)


def _steps(current: int) -> list[dict[str, str]]:
    """Return the steps of writing for the steps component, the `current` one marked (from 1)."""
    labels = (_("What and to whom"), _("The text"), _("Check"), _("First supporters"))
    states = ["done" if number < current else "current" if number == current else "next" for number in range(1, 5)]
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


@decides("initiatives.may_open")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """The last look before the text freezes: what is missing, how many votes it will need, what happens next."""
    initiative = get_visible_or_404(request.user, code)
    require(policies.may_edit(request.user, initiative))
    problems = drafting.incomplete(initiative)
    already: flood.AlreadyOpen | None = None
    if request.method == "POST":
        try:
            opened = drafting.open_to_joiners(
                initiative=initiative,
                by=cast("User", request.user),
                seen_revision=_seen_revision(request),
                at=clock.now(),
            )
            messages.success(request, _("Your text is frozen and can now be supported. Share the link."))
            return redirect("initiatives:detail", code=opened.code)
        except InvalidInput as refusal:
            problems = refusal.fields
        except flood.AlreadyOpen as refusal:
            already = refusal
    try:
        threshold = threshold_for(initiative.kind_version, initiative.territory)
    except Unavailable as refusal:
        threshold, problems = None, {**problems, "body": refusal.message}
    context = {
        "initiative": initiative,
        "steps": _steps(3),
        "problem_list": _missing(initiative, problems),
        "threshold": threshold,
        "may_open": policies.may_open(request.user, initiative),
        "already": already,
        "twins": of_draft(request, initiative),
        "draft": initiative,
        "asked": True,
    }
    status = int(already.status) if already else 422 if request.method == "POST" else 200
    return render(request, "initiatives/review.html", context, status=status)


def _missing(initiative: Initiative, problems: "Mapping[str, Sentence]") -> list[dict[str, str]]:
    """Return what is missing as lines that name the field and lead to it."""
    editor, fields = reverse("initiatives:edit", args=[initiative.code]), DraftForm.base_fields
    return [
        {"text": f"{fields[name].label} – {sentence}", "href": f"{editor}#id_{name}"}
        if name in fields
        else {"text": str(sentence), "href": ""}
        for name, sentence in problems.items()
    ]


def _seen_revision(request: HttpRequest) -> int:
    """Return the revision on the page that was sent; 0, which fits none, for what is not a number."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


@decides("initiatives.may_edit")
@require_POST
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Attach a file to a draft."""
    initiative = get_visible_or_404(request.user, code)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            attaching.attach(
                initiative=initiative, by=cast("User", request.user), upload=form.cleaned_data["file"], at=clock.now()
            )
            messages.success(request, _("The file is attached."))
            return redirect("initiatives:edit", code=code)
        except (InvalidInput, Conflict) as refusal:
            form.add_error("file", str(refusal.fields.get("file", refusal.message)))
    require(policies.may_edit(request.user, initiative))
    draft_form = DraftForm(initial=_initial(initiative))
    context = {"initiative": initiative, "form": draft_form, "attachment_form": form, "steps": _steps(2)}
    return render(request, "initiatives/edit.html", context, status=422)


@decides("initiatives.may_edit")
@require_POST
def detach(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Remove a file from a draft."""
    initiative = get_visible_or_404(request.user, code)
    attaching.detach(
        attachment=get_object_or_404(Attachment, initiative=initiative, pk=number), by=cast("User", request.user)
    )
    return redirect("initiatives:edit", code=code)


@decides("initiatives.may_withdraw")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an initiative back, after a page that says what this means."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_withdraw(request.user, initiative))
    if refused:
        return refused
    if initiative.state not in workflow_of(initiative).transition("withdraw").sources:
        raise Conflict(_("It can no longer be withdrawn: the check has begun."), code="wrong_state")
    if request.method == "POST":
        drafting.withdraw(initiative=initiative, by=cast("User", request.user), at=clock.now())
        messages.success(request, _("You have withdrawn it."))
        return redirect("initiatives:mine")
    return render(request, "initiatives/withdraw.html", {"initiative": initiative})


def _save(request: HttpRequest, initiative: Initiative, form: DraftForm) -> Initiative:
    data = form.cleaned_data
    draft = drafting.Draft(
        language=data["language"],
        topic=data["topic"],
        sdgs=data["sdgs"],
        **{name: data[name] for name in drafting.TEXTS},
    )
    return drafting.save(
        initiative=initiative,
        by=cast("User", request.user),
        draft=draft,
        seen_revision=data["revision"],
        at=clock.now(),
    )


def _initial(initiative: Initiative) -> dict[str, object]:
    names = ("language", *drafting.TEXTS, "sdgs", "revision")
    return {**{name: getattr(initiative, name) for name in names}, "topic": initiative.topic}


def _default_language(request: HttpRequest) -> str:
    return "ru" if getattr(request, "LANGUAGE_CODE", "kk") == "ru" else "kk"


def _show(form: BeginForm | DraftForm, refusal: InvalidInput) -> None:
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
