"""Every refusal of the API as `application/problem+json` (RFC 9457), in the reader's language.

`code` is stable and for programs; `title` and `detail` are for people; `errors` says what is wrong with which field;
`request_id` is what one quotes when writing to us.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.errors import InvalidInput, NotAllowed, NotVisible, Refusal, TooMany
from portal.web import request_id
from portal.web.pages import TROUBLES

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view; what nobody foresaw is logged and answered with 500."""
    set_rollback()
    request = context.get("request")
    instance = request.path if request is not None else ""
    refusal = _refusal(error)
    if refusal is not None:
        fields = {name: str(text) for name, text in refusal.fields.items()}
        said = problem(int(refusal.status), refusal.code, str(refusal.message), instance, fields)
        if isinstance(refusal, TooMany) and refusal.seconds is not None:
            said["Retry-After"] = str(refusal.seconds)
        return said
    if isinstance(error, exceptions.APIException):
        answer = problem(error.status_code, str(error.default_code), str(error.detail), instance)
        wait = getattr(error, "wait", None)
        if wait:
            answer["Retry-After"] = str(int(wait) + 1)
        challenge = getattr(error, "auth_header", "")
        if challenge:
            answer["WWW-Authenticate"] = challenge
        return answer
    logger.error("The API failed at %s", instance, exc_info=error)
    trouble = TROUBLES[HTTPStatus.INTERNAL_SERVER_ERROR]
    return problem(500, "server_error", str(trouble.advice), instance)


def problem(status: int, code: str, detail: str, instance: str, fields: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says what went wrong. `type` is a tag URI (RFC 4151): a name, not an address."""
    trouble = TROUBLES.get(status)
    data: dict[str, Any] = {
        "type": f"tag:halyq-uni,2026:problem:{code}",
        "title": str(trouble.title) if trouble else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": request_id.current.get(),
    }
    if fields:
        data["errors"] = [{"field": name, "detail": text} for name, text in fields.items()]
    return Response(data, status=status, content_type=CONTENT_TYPE)


def _refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Http404):
        return NotVisible()
    if isinstance(error, PermissionDenied):
        return NotAllowed()
    if isinstance(error, exceptions.ValidationError):
        return InvalidInput(fields=_fields(error.detail))
    return None


def _fields(detail: Any, prefix: str = "") -> dict[str, str]:
    """Flatten DRF's nested errors: {"territory": "…", "lines.0.label": "…"}."""
    if isinstance(detail, Mapping):
        flat: dict[str, str] = {}
        for name, inner in detail.items():
            flat |= _fields(inner, f"{prefix}.{name}" if prefix else str(name))
        return flat
    if isinstance(detail, list):
        return {prefix or "body": " ".join(str(one) for one in detail)}
    return {prefix or "body": str(detail)}
