"""Hands every template the frame of its page."""

from django.http import HttpRequest

from portal.web.layout import LayoutContext


def layout(request: HttpRequest) -> dict[str, LayoutContext]:
    return {"looks": LayoutContext(request)}
