"""The vote log for outsiders: the sceptic's page, the files that programs and the page of the count read, and bundles."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from initiatives import policies, switches
from initiatives.selectors import get_visible_or_404
from initiatives.selectors.counts import own_latest
from initiatives.selectors.published import is_listed
from initiatives.services import evidence_reading
from initiatives.views import own_votes
from portal import clock
from portal.errors import NotVisible
from portal.permissions import require
from portal.switches.gate import needs
from portal.web import throttle
from portal.web.access import answer_or_sign_in, decides, public
from portal.web.caching import shared
from signatures.selectors import public_log
from signatures.selectors.vote_log import ARCHIVE
from signatures.services import bundles, log_keys

if TYPE_CHECKING:
    from accounts.models import User

R = TypeVar("R", bound=HttpResponseBase)
A_MOMENT = "public, max-age=5"
BUNDLE_TERM = timedelta(hours=1)
"""So long a browser without a signed-in person gives the proof of its vote: it holds a name and an IIN."""


@public
@needs(switches.VERIFY)
@shared(seconds=30)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """For sceptics: how the log works, its newest heads, who else signed them, and the keys."""
    heads = public_log.archive_heads()
    return render(request, "initiatives/log.html", {"heads": heads, "keys": log_keys.lines(ARCHIVE)})


@decides("initiatives.may_read")
@needs(switches.VOTE_LOG)
@require_safe
def count_bundle(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything that is needed to check the count without the portal."""
    initiative = get_visible_or_404(request.user, code)
    # As by the API: what only its author and staff see shows no log, and what is not listed is not for shared caches.
    bundle = None if initiative.is_private else bundles.of_count(code=initiative.code)
    if bundle is None:
        raise NotVisible
    etag = f'"{bundle.etag}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        throttle.spend(throttle.BUNDLE, request, at=clock.now())
    response: HttpResponseBase = unchanged or _zip(bundle.pieces, f"count-{initiative.code}.zip")
    response["ETag"] = etag
    if not is_listed(initiative):
        response["Cache-Control"] = "private, no-cache"
        return response
    return _open_to_all(response, A_MOMENT)


@public
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The lone verifier as it lies in each bundle."""
    response = HttpResponse(bundles.verifier(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_bundle.py"'
    return _open_to_all(response, "public, max-age=300")


@decides("initiatives.may_vote")
@never_cache
@require_safe
def own_bundle(request: HttpRequest, code: str) -> HttpResponseBase:
    """The bundle of one's own vote: for the account that gave it, or the browser in which it was given."""
    initiative = get_visible_or_404(request.user, code)
    user = request.user if request.user.is_authenticated else None
    act = own_latest(initiative, user, own_votes.recall(request, initiative, within=BUNDLE_TERM))
    if act is None or act.entry is None:
        raise NotVisible
    return _private(_zip(bundles.of_vote(entry=act.entry), f"vote-{initiative.code}.zip"))


@decides("initiatives.may_read_evidence")
@never_cache
@require_safe
def evidence(request: HttpRequest, code: str, place: int) -> HttpResponseBase:
    """The bundle of one vote for the addressed body; each reading is written into the petition's log of acts."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_read_evidence(request.user, initiative))
    if refused:
        return refused
    require(policies.may_read_evidence(request.user, initiative))
    entry: UUID = evidence_reading.open_vote(
        initiative=initiative, place=place, by=cast("User", request.user), at=clock.now()
    )
    return _private(_zip(bundles.of_vote(entry=entry), f"vote-{initiative.code}-{place}.zip"))


def _zip(pieces: Iterable[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    return response


def _open_to_all(response: R, life: str) -> R:
    """Public to every site's pages: it holds nothing of the reader's."""
    response["Cache-Control"] = life
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
