"""Pages of the demonstration: a crowd that supports what a newcomer wrote, through real signatures."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from demo.world.crowd import SIZES, gather
from initiatives import policies
from initiatives.selectors import get_visible_or_404
from portal import clock
from portal.permissions import require
from portal.web.access import decides
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
