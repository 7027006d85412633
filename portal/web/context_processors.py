"""Hands every template the frame of its page."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.web.layout import LayoutContext


def layout(request: HttpRequest) -> dict[str, LayoutContext]:
    return {"looks": LayoutContext(request)}


def signing(request: HttpRequest) -> dict[str, str | bool]:
    """Which ways to sign there are, where NCALayer listens and, in the demonstration, what stands in for it."""
    is_demo = settings.TRUST_DOMAIN in ("demo", "test")
    return {
        "ncalayer_url": settings.NCALAYER_URL,
        "demo_control_url": getattr(settings, "DEMO_CONTROL_URL", "") if is_demo else "",
        "any_chain": is_demo,
        "egov_mobile": settings.EGOV_MOBILE,
        "demo_phone_url": reverse("demo:phone") if is_demo and "demo" in settings.INSTALLED_APPS else "",
    }
