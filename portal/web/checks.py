"""System check: each navigation entry leads somewhere."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch

from portal.web import navigation


@register("urls")
def navigation_leads_somewhere(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    problems: list[CheckMessage] = []
    for entry in navigation.entries():
        try:
            entry.url()
        except NoReverseMatch:
            problems.append(
                Error(
                    f"Navigation entry {entry.name!r} points to the URL name {entry.url_name!r}, which does not exist.",
                    hint="Correct url_name, or register the entry where its URLs are included.",
                    id="web.E001",
                )
            )
    return problems
