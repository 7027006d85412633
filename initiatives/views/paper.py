"""Paper lists at the moderators' desk, and a person's own line on one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives import policies
from initiatives.forms import ContestForm, PaperListForm
from initiatives.limits import PAPER_BYTES_MAX, PAPER_CHUNK, PAPER_SCAN_BYTES_MAX
from initiatives.models import PaperList
from initiatives.selectors import get_visible_or_404
from initiatives.selectors import paper as reads
from initiatives.services import paper_contesting, paper_entering, paper_lists
from portal import clock
from portal.errors import Conflict, InvalidInput, Refusal
from portal.permissions import Denied, require
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User


class InMemory(MemoryFileUploadHandler):
    """Keeps what is sent in memory, however large: a list of IINs must never touch the disk."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        if content_length > PAPER_BYTES_MAX + PAPER_SCAN_BYTES_MAX + 1024 * 1024:
            raise StopUpload(connection_reset=True)
        self.activated = True


def _by(request: HttpRequest) -> "User":
    return cast("User", request.user)


@guarded("initiatives.may_see_paper")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second moderator, and what people contest."""
    context = {"waiting": reads.waiting_lists(), "contests": reads.open_contests()}
    return render(request, "initiatives/paper/desk.html", context)


@csrf_exempt  # checked by `_of_initiative`, after it is said where the upload is kept
@decides("initiatives.may_enter_paper")
def of_initiative(request: HttpRequest, code: str) -> HttpResponse:
    """The lists of one petition, and the form for another one."""
    request.upload_handlers = [InMemory(request)]
    response: HttpResponse = _of_initiative(request, code)
    return response


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _of_initiative(request: HttpRequest, code: str) -> HttpResponse:
    refused = answer_or_sign_in(request, policies.may_see_paper(request.user, None))
    if refused:
        return refused
    initiative = get_visible_or_404(request.user, code)
    form = PaperListForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = paper_lists.bring(
                    initiative=initiative,
                    content=form.cleaned_data["file"].read(),
                    scan=form.cleaned_data["scan"].read(),
                    sheets_from=form.cleaned_data["sheets_from"],
                    by=_by(request),
                    at=clock.now(),
                )
                messages.success(
                    request, _("The list is read. A second moderator compares it with the scan and enters it.")
                )
                return redirect("initiatives:paper_list", number=made.pk)
            except InvalidInput as refusal:
                for field, sentence in refusal.fields.items():
                    form.add_error(field if field in form.fields else None, str(sentence))
            except Conflict as refusal:
                form.add_error(None, str(refusal.message))
                status = 409
    decision = policies.may_enter_paper(request.user, initiative)
    context = {
        "initiative": initiative,
        "lists": reads.lists_of(initiative),
        "form": form,
        "why_not": decision.reason if isinstance(decision, Denied) else "",
    }
    return render(request, "initiatives/paper/of_initiative.html", context, status=status)


@decides("initiatives.may_see_paper")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What was found in a list line by line; a POST takes the next step."""
    refused = answer_or_sign_in(request, policies.may_see_paper(request.user, None))
    if refused:
        return refused
    paper = reads.get_list(number)
    require(policies.may_see_paper(request.user, paper))
    refusal: Refusal | None = None
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Conflict(_("Choose a step on the page."), code="unknown_step")
        try:
            messages.success(request, act(request, paper))
            return redirect("initiatives:paper_list", number=number)
        except Refusal as refused_step:
            refusal, paper = refused_step, reads.get_list(number)
    found = reads.report(paper)
    confirms = policies.may_confirm_paper(request.user, paper)
    recalls = policies.may_recall_paper(request.user, paper)
    context = {
        "paper": paper,
        "initiative": paper.initiative,
        "report": found,
        "columns": [{"label": _("Line")}, {"label": _("Why it gives no vote")}],
        "rows": reads.rows_of(found.faulty),
        "refusal": refusal,
        "typed": request.POST.get("reason", ""),
        "may_discard": bool(policies.may_moderate(request.user, paper.initiative)),
        "why_not_confirm": confirms.reason if isinstance(confirms, Denied) else "",
        "why_not_recall": recalls.reason if isinstance(recalls, Denied) else "",
    }
    status = int(refusal.status) if refusal else 200
    return render(request, "initiatives/paper/one.html", context, status=status)


@decides("initiatives.may_see_paper")
@never_cache
@require_safe
def scan(request: HttpRequest, number: int) -> HttpResponse:
    """The scan of the sheets, for moderators."""
    refused = answer_or_sign_in(request, policies.may_see_paper(request.user, None))
    if refused:
        return refused
    paper = reads.get_list(number)
    require(policies.may_see_paper(request.user, paper))
    response = HttpResponse(paper_lists.scan_of(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="list-{paper.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@decides("initiatives.may_see_paper")
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what was found about a contested line."""
    refused = answer_or_sign_in(request, policies.may_see_paper(request.user, None))
    if refused:
        return refused
    finding = request.POST.get("finding", "")
    paper_contesting.settle(contest=reads.get_contest(number), finding=finding, by=_by(request), at=clock.now())
    messages.success(request, _("Your finding is kept; the person can read it."))
    return redirect("initiatives:paper_desk")


@guarded("initiatives.may_contest_paper")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, number: int) -> HttpResponse:
    """One's own line on a list: say that one did not sign."""
    line = paper_contesting.get_own_line(_by(request), number)
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        paper_contesting.contest(line=line, reason=form.cleaned_data["reason"], by=_by(request), at=clock.now())
        messages.success(request, _("The vote is taken back, and the moderators look at the list."))
        return redirect("initiatives:mine")
    context = {
        "line": line,
        "initiative": line.paper_list.initiative,
        "form": form,
        "was": getattr(line, "contest", None),
    }
    return render(request, "initiatives/paper/contest.html", context, status=422 if form.errors else 200)


def _confirm(request: HttpRequest, paper: PaperList) -> str:
    confirmed = paper_lists.confirm(paper=paper, by=_by(request), at=clock.now())
    # A short list is entered while the moderator looks on, a long one by the worker within seconds.
    is_short = reads.report(confirmed).lines <= PAPER_CHUNK
    if is_short and paper_entering.work_on(confirmed.pk, at=clock.now()):
        return _("The list is entered. Its votes are in the count.")
    return _("The list is being entered.")


def _discard(request: HttpRequest, paper: PaperList) -> str:
    paper_lists.discard(paper=paper, by=_by(request), at=clock.now())
    return _("The list is set aside; nothing of it was counted.")


def _ask_recall(request: HttpRequest, paper: PaperList) -> str:
    paper_lists.ask_recall(paper=paper, reason=request.POST.get("reason", ""), by=_by(request), at=clock.now())
    return _("Another moderator will decide whether the list is taken back.")


def _recall(request: HttpRequest, paper: PaperList) -> str:
    recalled = paper_lists.recall(paper=paper, by=_by(request), at=clock.now())
    if reads.report(recalled).lines <= PAPER_CHUNK:
        paper_entering.work_on(recalled.pk, at=clock.now())
    return _("The list is being taken back: its votes leave the count.")


ACTS: Mapping[str, Callable[[HttpRequest, PaperList], str]] = {
    "confirm": _confirm,
    "discard": _discard,
    "ask_recall": _ask_recall,
    "recall": _recall,
}
