"""Refusals: everything the portal may answer "no" to, with a sentence for the user and an HTTP status.

A service raises one of these and changes nothing. The web middleware renders it as a page in the user's language, the API
as `application/problem+json` (RFC 9457). `code` is stable and part of the API; `message` is translated.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Sentence = str | _StrPromise


class Refusal(Exception):
    """A request that was understood and refused."""

    status: HTTPStatus = HTTPStatus.CONFLICT
    code: str = "refused"
    message: "Sentence" = _("This cannot be done now.")

    def __init__(
        self,
        message: "Sentence | None" = None,
        *,
        code: str | None = None,
        fields: Mapping[str, "Sentence"] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.fields: dict[str, Sentence] = dict(fields or {})
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refusal):
    """The person may not do this; the message says why."""

    status = HTTPStatus.FORBIDDEN
    code = "not_allowed"
    message = _("You may not do this.")


class NotVisible(Refusal):
    """Nothing to see: it does not exist, or its existence is not for this person."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    message = _("There is no such page.")


class Conflict(Refusal):
    """The state has changed since the person looked."""

    status = HTTPStatus.CONFLICT
    code = "conflict"
    message = _("Someone changed this while you were looking at it. Read the current version and decide again.")


class InvalidInput(Refusal):
    """What was typed cannot be accepted; `fields` says what and where."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_input"
    message = _("Please correct the marked fields.")


class TooMany(Refusal):
    """Too many attempts in a short time; `seconds` says when the next one may come, when it is known."""

    seconds: int | None = None

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many"
    message = _("Too many attempts. Please wait a few minutes and try again.")


class Unavailable(Refusal):
    """A part of the portal is switched off or out of reach."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    message = _("This part of the portal is not available at the moment. Please try again later.")
