"""Voting in two screens: the statement that is signed, and the vote that stands."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.selectors import regions_by_name
from initiatives import policies, switches
from initiatives.forms import VoteForm
from initiatives.models import Initiative
from initiatives.selectors.counts import exact_count, own_act
from initiatives.selectors.reading import get_votable_or_404
from initiatives.selectors.waiting import own_waiting
from initiatives.services import signing, voting, waiting
from initiatives.views import own_votes
from portal import clock
from portal.errors import Refusal
from portal.permissions import require
from portal.switches import is_on
from portal.switches import require as require_on
from portal.web import throttle
from portal.web.access import answer_or_sign_in, decides
from signatures.states import Purpose

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_vote")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Sign and vote; the person need not have signed in: the signature says who they are."""
    return _act(request, code, gives=True)


@decides("initiatives.may_vote")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the vote back, signed as it was given."""
    return _act(request, code, gives=False)


def _act(request: HttpRequest, code: str, *, gives: bool) -> HttpResponse:
    initiative = get_votable_or_404(request.user, code)
    require(policies.may_vote(request.user, initiative))
    require_on(switches.VOTES)
    standing = _standing(request, initiative, gives=gives)
    if standing is not None:
        return standing
    if not initiative.kind.requires_eds:
        return _plain(request, initiative, gives=gives)
    return _signed(request, initiative, Purpose.VOTE if gives else Purpose.WITHDRAW)


def _signed(request: HttpRequest, initiative: Initiative, purpose: Purpose) -> HttpResponse:
    form = VoteForm(request.POST or None, request.FILES or None, initial={"territory": _own_region(request)})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        throttle.refuse_when_spent(throttle.REFUSED_SIGNATURE, request, at=clock.now())
        try:
            receipt = signing.sign(
                initiative=initiative,
                purpose=purpose,
                token=form.cleaned_data["token"],
                cms=form.cleaned_data["signature"],
                kato=form.cleaned_data["territory"],
                signed_in=request.user if request.user.is_authenticated else None,
                at=clock.now(),
            )
        except Refusal as refused:
            throttle.spend(throttle.REFUSED_SIGNATURE, request, at=clock.now())
            refusal = refused
        else:
            return _thank(request, initiative, receipt)
    status = int(refusal.status) if refusal else (422 if form.is_bound else 200)
    language = get_language() or "kk"
    context = {
        "initiative": initiative,
        "form": form,
        "refusal": refusal,
        "statement": signing.statement(initiative=initiative, purpose=purpose, language=language, at=clock.now()),
        "is_withdrawal": purpose == Purpose.WITHDRAW,
        "regions": regions_by_name(),
        "votes": exact_count(initiative),
    }
    return render(request, "initiatives/vote.html", context, status=status)


def _standing(request: HttpRequest, initiative: Initiative, *, gives: bool) -> HttpResponse | None:
    """Say that the vote stands, with the way to take it back, to whoever comes to vote once more."""
    if request.method == "POST" or not gives:
        return None
    user = request.user if request.user.is_authenticated else None
    waits = own_waiting(initiative, user, own_votes.recall_waiting(request, initiative))
    if waits is not None and not waits.is_settled and waits.gives:
        return render(request, "initiatives/vote_waits.html", {"initiative": initiative, "waits": waits})
    own = own_act(initiative, user, own_votes.recall(request, initiative))
    if own is None:
        return None
    return render(request, "initiatives/vote_stands.html", {"initiative": initiative, "own": own})


def _plain(request: HttpRequest, initiative: Initiative, *, gives: bool) -> HttpResponse:
    """A vote of a signed-in person, where the kind needs no signature."""
    refused = answer_or_sign_in(request, policies.may_follow(request.user, initiative))
    if refused:
        return refused
    by = cast("User", request.user)
    if request.method == "POST":
        throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(by.pk))
        act = voting.cast_signed_in if gives else voting.withdraw_signed_in
        return _thank(request, initiative, act(initiative=initiative, by=by, at=clock.now()))
    context = {"initiative": initiative, "is_withdrawal": not gives}
    return render(request, "initiatives/vote_plain.html", context)


def _thank(
    request: HttpRequest, initiative: Initiative, receipt: voting.VoteReceipt | waiting.WaitingReceipt
) -> HttpResponse:
    """Remember the act in this browser, so that own vote is seen at once even by who is not signed in."""
    if isinstance(receipt, waiting.WaitingReceipt):
        messages.info(
            request,
            _(
                "Received. It waits for the certification authority, which does not answer now; it is not in the count yet."
            ),
        )
    else:
        thanks = _("Your vote stands. Thank you!") if receipt.is_in_force else _("Your vote is withdrawn.")
        messages.success(request, _with_receipt(thanks, initiative, receipt))
    response = redirect("initiatives:detail", code=initiative.code)
    own_votes.remember(request, response, receipt.act)
    return response


def _with_receipt(thanks: str, initiative: Initiative, receipt: voting.VoteReceipt) -> str:
    """Add the way to the log's receipt; who took a vote back sees it nowhere else."""
    if receipt.act.entry is None or not is_on(switches.VOTE_LOG):
        return thanks
    link = reverse("initiatives-api:log_receipt", args=[initiative.code, receipt.act.entry.hex])
    return format_html('{} <a href="{}" download>{}</a>', thanks, link, _("Download the receipt"))


def _own_region(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    territory = request.user.territory
    return f"{territory.kato[:2]}0000000" if territory else ""
