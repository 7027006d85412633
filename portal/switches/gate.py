"""A whole page that can be turned off: `@needs("initiatives.feeds")`, below the access and above what keeps answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.switches.standing import require

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def needs(name: str) -> Callable[[V], V]:
    """Answer 503 with the reason while the part is off."""

    def decorate(view: V) -> V:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(name)
            return view(request, *args, **kwargs)

        return cast("V", gated)

    return decorate
