"""The page that documents the API, drawn from its own schema, and the problem for addresses that do not exist.

The usual viewers weigh more than a megabyte and style themselves inline, which the content security policy forbids;
this one is a page like any other: it prints, works without scripts and is read by screen readers.
"""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.schema import EnglishGenerator
from portal.errors import NotVisible
from portal.web.access import public


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    """Answers any method at any unknown address below api/v1/ with a problem instead of a page."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotVisible

    def get(self, request: Request) -> Response:
        raise NotVisible


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, str]] = field(default_factory=list)
    request: str = ""
    responses: list[dict[str, str]] = field(default_factory=list)


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """What the API offers, by tag, with examples."""
    context = {"groups": operations(), "origin": settings.PORTAL_ORIGIN}
    return render(request, "api/docs.html", context)


@lru_cache(maxsize=1)
def operations() -> dict[str, list[Operation]]:
    """Return the operations of the schema by tag; the schema does not change while the process runs."""
    schema = EnglishGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return groups


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    request = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[_parameter(one) for one in operation.get("parameters", [])],
        request=_example(request),
        responses=[_response(status, one) for status, one in operation["responses"].items()],
    )


def _parameter(parameter: dict[str, Any]) -> dict[str, str]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": " | ".join(str(one) for one in schema.get("enum", [schema.get("type", "")])),
        "description": parameter.get("description", ""),
    }


def _response(status: str, response: dict[str, Any]) -> dict[str, str]:
    content: dict[str, Any] = next(iter(response.get("content", {}).values()), {})
    text = response.get("description") or HTTPStatus(int(status)).phrase
    return {"status": status, "text": text, "example": _example(content)}


def _example(content: dict[str, Any]) -> str:
    first = next(iter(content.get("examples", {}).values()), None)
    return json.dumps(first["value"], ensure_ascii=False, indent=2) if first else ""
