"""Pages of the demonstration: a crowd that supports what a newcomer wrote, and a telephone for who has none at hand."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from demo.ncalayer.signing import demo_ring, make_cms
from demo.phone import Phone, PhoneError, Seen, over_http
from demo.world.crowd import SIZES, gather
from initiatives import policies
from initiatives.selectors import get_visible_or_404
from portal import clock
from portal.permissions import require
from portal.web.access import decides, public
from signatures.services import trust


@decides("initiatives.may_vote")
@require_http_methods(["GET", "HEAD", "POST"])
def crowd(request: HttpRequest, code: str) -> HttpResponse:
    """Let some of the two thousand demo voters sign; only where the demo's keys are the trusted ones."""
    if trust.demo_pki() is None:
        raise Http404
    initiative = get_visible_or_404(request.user, code)
    require(policies.may_vote(request.user, initiative))
    if request.method == "POST":
        wanted = request.POST.get("size", "")
        size = int(wanted) if wanted in {str(one) for one in SIZES} else SIZES[0]
        given = gather(initiative, size, at=clock.now())
        text = ngettext("%(count)s demo voter has voted.", "%(count)s demo voters have voted.", given)
        messages.success(request, text % {"count": given})
        return redirect("initiatives:detail", code=code)
    return render(request, "demo/crowd.html", {"initiative": initiative, "sizes": SIZES})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """A stand-in for a telephone with eGov Mobile: signs with a demo person's key what a QR code asks for."""
    pki = trust.demo_pki()
    if pki is None:
        raise Http404
    ring = demo_ring(pki.directory)
    seen: Seen | None = None
    trouble = ""
    chosen = request.POST.get("person", "")
    if request.method == "POST" and ring.of(chosen):
        telephone = Phone(ring.of(chosen)[0], make_cms, settings.PORTAL_ORIGIN, over_http)
        try:
            seen = telephone.scan(request.POST.get("qr", "").strip())
        except PhoneError as error:
            trouble = str(error)
    context = {
        "people": ring.people,
        "chosen": chosen,
        "qr": request.POST.get("qr") or request.GET.get("qr", ""),
        "seen": seen,
        "trouble": trouble,
    }
    return render(request, "demo/phone.html", context)
