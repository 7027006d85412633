"""The public addresses of the demo's authorities, as real ones have them. They exist only where its keys are trusted."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal import clock
from portal.web.access import public
from signatures.eds.demo_pki import DemoPki
from signatures.services import trust

LARGEST_REQUEST = 4096
"""Of an OCSP or time stamp request in octets."""


def _demo() -> DemoPki:
    pki = trust.demo_pki()
    if pki is None:
        raise Http404
    return pki


def _answer(request: HttpRequest, answer: Callable[[bytes], bytes], content_type: str) -> HttpResponse:
    if len(request.body) > LARGEST_REQUEST:
        return HttpResponse(status=413)
    return HttpResponse(answer(request.body), content_type=content_type)


@public
@csrf_exempt
@require_POST
def demo_ocsp(request: HttpRequest) -> HttpResponse:
    """Answer as the OCSP responder (RFC 6960, appendix A). It changes nothing, so no CSRF token is needed."""
    pki = _demo()
    return _answer(request, lambda body: pki.answer_ocsp(body, now=clock.now()), "application/ocsp-response")


@public
@csrf_exempt
@require_POST
def demo_stamp(request: HttpRequest) -> HttpResponse:
    """Answer as the time stamp authority (RFC 3161, 3.4). It changes nothing, so no CSRF token is needed."""
    pki = _demo()
    return _answer(request, lambda body: pki.answer_stamp(body, at=clock.now()), "application/timestamp-reply")


@public
@require_GET
def demo_revocation_list(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out a revocation list (RFC 2585): `ca`, `ca-delta`, `ca-gost` or `ca-gost-delta`."""
    found = _demo().list_named(f"{name}.crl", now=clock.now())
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="application/pkix-crl")
