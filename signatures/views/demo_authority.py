"""The demo authority's public addresses, as a real one has them. They exist only where its keys are trusted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal import clock
from portal.web.access import public
from signatures.eds.demo_pki import DemoPki
from signatures.services import trust

LARGEST_REQUEST = 4096
"""Of an OCSP request in octets."""


def _demo() -> DemoPki:
    pki = trust.demo_pki()
    if pki is None:
        raise Http404
    return pki


@public
@csrf_exempt
@require_POST
def demo_ocsp(request: HttpRequest) -> HttpResponse:
    """Answer as the OCSP responder (RFC 6960, appendix A). It changes nothing, so no CSRF token is needed."""
    pki = _demo()
    if len(request.body) > LARGEST_REQUEST:
        return HttpResponse(status=413)
    answer = pki.authority.answer_ocsp(request.body, now=clock.now())
    return HttpResponse(answer, content_type="application/ocsp-response")


@public
@require_GET
def demo_revocation_list(request: HttpRequest) -> HttpResponse:
    """Hand out the revocation list (RFC 2585)."""
    return HttpResponse(_demo().authority.revocation_list(now=clock.now()), content_type="application/pkix-crl")
