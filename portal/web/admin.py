"""Django's admin, for administrators whose session passed the second factor (OWASP ASVS 5.0, 6.3.3)."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class VerifiedAdminSite(AdminSite):
    """Has no sign-in of its own: a second door would need a second set of locks."""

    site_header = _("Халық үні: administration")
    site_title = _("Administration")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person administers and proved the second factor in this session."""
        asks = getattr(request.user, "is_verified", None)
        return super().has_permission(request) and bool(callable(asks) and asks())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the sign-in of staff, and back."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        target = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('accounts:staff_sign_in')}?{urlencode({'next': target})}")
