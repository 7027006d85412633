"""Hands every template the frame of its page."""

from django.conf import settings
from django.http import HttpRequest

from portal.web.layout import LayoutContext


def layout(request: HttpRequest) -> dict[str, LayoutContext]:
    return {"looks": LayoutContext(request)}


def signing(request: HttpRequest) -> dict[str, str]:
    """Where the signer component finds NCALayer and, in the demonstration, the choice of whose key signs."""
    is_demo = settings.TRUST_DOMAIN in ("demo", "test")
    return {
        "ncalayer_url": settings.NCALAYER_URL,
        "demo_control_url": getattr(settings, "DEMO_CONTROL_URL", "") if is_demo else "",
    }
