"""How a browser knows its own vote again when the person has not signed in.

The number of the act travels in a signed cookie that is sent to the pages of that one initiative, in each language, and nowhere
else: no row is written for it, and every other page may be shared between strangers. The cookie says nothing about the
person. It opens the sentence "your vote stands" and, for the first hour, the proof of the vote: on a shared computer the next
person must not get a name and an IIN.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from initiatives.models import Initiative, VoteAct, WaitingAct
from initiatives.selectors.waiting import counted_as

COOKIE = "vote-"
"""The name begins with this and ends with the language of the page: a response holds one cookie of a name."""


WAITS = "w"
"""Stands before the number of an act that waits; one that is counted has its number alone."""


def remember(request: HttpRequest, response: HttpResponse, act: "VoteAct | WaitingAct") -> None:
    """Let this browser know the act again for as long as a session lasts; a signed-in person's is found by the account."""
    if act.pk is None or (request.user.is_authenticated and act.voter_id == request.user.pk):
        return
    code = act.initiative.code
    number = _signer(request, code).sign(f"{WAITS if isinstance(act, WaitingAct) else ''}{act.pk}")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            path = reverse("initiatives:detail", args=[code])
        response.set_cookie(
            COOKIE + language,
            number,
            max_age=settings.SESSION_COOKIE_AGE,
            path=path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )


def recall(request: HttpRequest, initiative: Initiative, *, within: timedelta | None = None) -> int | None:
    """Return the number of the act that this browser sent; None when it sent none, one that is not ours, or another's.

    With `within`, None too when it was given longer ago. What waited and was counted is known by the act that it became.
    """
    number = _recalled(request, initiative, within)
    if number.isdecimal():
        return int(number)
    key = _waiting(number)
    return None if key is None else counted_as(key)


def recall_waiting(request: HttpRequest, initiative: Initiative) -> int | None:
    """Return the number of the waiting act that this browser sent; None as above."""
    return _waiting(_recalled(request, initiative, None))


def _waiting(number: str) -> int | None:
    return int(number[len(WAITS) :]) if number.startswith(WAITS) else None


def _recalled(request: HttpRequest, initiative: Initiative, within: timedelta | None) -> str:
    signer = _signer(request, initiative.code)
    for language, _name in settings.LANGUAGES:
        try:
            return signer.unsign(request.COOKIES.get(COOKIE + language, ""), max_age=within)
        except BadSignature:
            continue
    return ""


def _signer(request: HttpRequest, code: str) -> TimestampSigner:
    """Bound to who sat before the browser: a vote given while nobody was signed in is not told to who signs in later."""
    account = str(request.user.pk) if request.user.is_authenticated else ""
    return TimestampSigner(salt=f"initiatives.own_vote:{code}:{account}")
