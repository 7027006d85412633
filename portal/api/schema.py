"""What the schema says of every operation: problems, one language header, stable names."""

from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class EnglishGenerator(SchemaGenerator):
    """Writes the schema in English whoever asks for it: labels of choices must not change with the reader's language."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        with translation.override("en"):
            return super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]


class FieldProblem(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). `code` is stable; `title` and `detail` are in the language asked for."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


LANGUAGE = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    description="Language of names, labels and problems: kk (default), ru or en.",
    enum=["kk", "ru", "en"],
)


def refused(code: str, status: int, title: str, detail: str) -> OpenApiResponse:
    """Return the description of one refusal, with an example."""
    example = {
        "type": f"tag:halyq-uni,2026:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/api/v1/initiatives/k3v9x2m7qd4h/",
        "code": code,
        "request_id": "5f0c1a9e7b2d4c68",
    }
    return OpenApiResponse(Problem, title, examples=[OpenApiExample(code, value=example)])


NOT_FOUND = refused("not_found", 404, "There is no such page", "There is no such page.")
TOO_MANY = refused(
    "too_many", 429, "Too many attempts in a short time", "Too many attempts. Please try again in 1 minute."
)


def problems_as_json(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Name the media type under which refusals are really sent (hook of drf-spectacular)."""
    for path in result.get("paths", {}).values():
        for operation in path.values():
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {})
                if status[:1] in "45" and "application/json" in content:
                    plain = content.pop("application/json")
                    content["application/problem+json"] = plain | content.get("application/problem+json", {})
    return result
