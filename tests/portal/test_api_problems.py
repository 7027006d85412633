"""Refusals of the API: one shape, stable codes, the reader's language."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.problems import CONTENT_TYPE
from portal.errors import Conflict, InvalidInput, NotAllowed, Refusal, TooMany, Unavailable
from portal.web.throttle import Throttle


class Failing(APIView):
    """Fails as it is told."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    error: Exception | None = None

    def get(self, request: Request) -> Response:
        assert self.error is not None
        raise self.error


def answer_to(error: Exception) -> tuple[int, str, dict[str, Any]]:
    """Status, media type and body of the answer to a view that raises this."""
    response = Failing.as_view(error=error)(RequestFactory().get("/api/v1/somewhere/"))
    response.render()
    return response.status_code, response["Content-Type"], json.loads(response.content)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotAllowed("No."), 403, "not_allowed"),
        (Conflict(code="stale_page"), 409, "stale_page"),
        (InvalidInput(fields={"title": "Too long."}), 422, "invalid_input"),
        (TooMany(), 429, "too_many"),
        (Unavailable(), 503, "unavailable"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (serializers.ValidationError({"token": ["This field is required."]}), 422, "invalid_input"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_refusal_is_a_problem(error: Exception, status: int, code: str) -> None:
    answered, content_type, body = answer_to(error)
    assert (answered, content_type) == (status, CONTENT_TYPE)
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(f":{code}")
    assert body["instance"] == "/api/v1/somewhere/"
    assert body["title"]
    assert body["detail"]


def test_fields_are_named_with_what_is_wrong_in_each() -> None:
    error = serializers.ValidationError({"lines": [{"label": ["Too long."]}], "token": ["Missing.", "Really."]})
    _status, _type, body = answer_to(error)
    assert {one["field"] for one in body["errors"]} == {"lines", "token"}
    assert {"field": "token", "detail": "Missing. Really."} in body["errors"]


def test_it_speaks_the_readers_language() -> None:
    refusal = Refusal(_("Sunday"))
    with override("ru"):
        _status, _type, body = answer_to(refusal)
    assert str(body["detail"]).casefold() == "воскресенье"


def test_what_nobody_foresaw_tells_nothing_of_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    status, content_type, body = answer_to(RuntimeError("password=hunter2"))
    assert (status, content_type, body["code"]) == (500, CONTENT_TYPE, "server_error")
    assert "hunter2" not in json.dumps(body)
    assert "hunter2" in caplog.text


@pytest.mark.django_db
class TestOverHttp:
    """As a program meets it."""

    @pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
    def test_an_address_that_does_not_exist(self, client: Client, method: str) -> None:
        response = getattr(client, method)("/api/v1/nothing/here")
        assert (response.status_code, response["Content-Type"]) == (404, CONTENT_TYPE)

    def test_an_initiative_that_does_not_exist(self, client: Client) -> None:
        response = client.get("/api/v1/initiatives/nosuchcode22/", headers={"accept-language": "en"})
        assert (response.status_code, response["Content-Language"]) == (404, "en")
        assert response.json()["request_id"] == response["X-Request-Id"]

    def test_a_method_that_is_not_offered(self, client: Client) -> None:
        response = client.delete("/api/v1/topics/")
        assert (response.status_code, response["Content-Type"]) == (405, CONTENT_TYPE)

    def test_a_body_that_is_not_json(self, client: Client) -> None:
        response = client.post("/api/v1/initiatives/abc/votes/", "{", content_type="application/json")
        assert response.status_code in (400, 404)
        assert response["Content-Type"] == CONTENT_TYPE

    def test_too_many_calls(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from datetime import timedelta

        from initiatives.api.views import Topics

        once = Throttle("api_test", timedelta(hours=1), by_address=1, by_subnet=99, by_account=99)
        monkeypatch.setattr(Topics, "spends", once)
        assert client.get("/api/v1/topics/").status_code == 200
        refused = client.get("/api/v1/topics/")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
