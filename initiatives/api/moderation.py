"""The public log of moderation for programs: all that is needed to compute each hash anew."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from initiatives.api import examples
from initiatives.api.following import NONSENSE
from initiatives.api.views import ReadView
from initiatives.models import ModerationLogEntry
from initiatives.selectors import moderation_log as reads
from initiatives.states import LogAction, LogRole
from portal.api.caching import answer
from portal.api.pagination import KeysetPagination
from portal.api.schema import LANGUAGE, TOO_MANY


class LogLineShape(serializers.ModelSerializer[ModerationLogEntry]):
    """One line. `canonical` is the text whose SHA-256 is `entry_hash`; it can be rebuilt from the other fields."""

    action = serializers.ChoiceField(choices=LogAction.choices)
    action_label = serializers.CharField(source="get_action_display")
    role = serializers.ChoiceField(choices=LogRole.choices)
    canonical = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="The page it is about, where everybody may read it.")

    class Meta:
        model = ModerationLogEntry
        fields = (
            "number", "at", "action", "action_label", "code", "comment", "role", "role_number", "reason", "reason_other",
            "article", "text_sha256", "previous_hash", "entry_hash", "canonical", "url",
        )  # fmt: skip

    def get_url(self, line: ModerationLogEntry) -> str:
        if not reads.is_readable(line.initiative):
            return ""
        return str(self.context["request"].build_absolute_uri(reverse("initiatives:detail", args=[line.code])))


class ModerationLog(ReadView):
    """The public log of moderation."""

    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="moderation_log",
        tags=["Moderation"],
        summary="The public log of moderation, newest line first",
        description=(
            "One hash chain over all acts of moderation. `previous_hash` of a line is `entry_hash` of the line numbered "
            "one lower; that of line 1 is 64 zeros. `entry_hash` is the SHA-256 of `canonical`: JSON in UTF-8, keys in "
            "alphabetical order, no spaces, `at` in UTC with six decimals."
        ),
        parameters=[
            OpenApiParameter("action", str, description="Only acts of this kind.", enum=LogAction.values),
            OpenApiParameter("code", str, description="Only what concerns this initiative."),
            LANGUAGE,
        ],
        responses={200: LogLineShape(many=True), 422: NONSENSE, 429: TOO_MANY},
        examples=[examples.LOG_LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        pages = KeysetPagination()
        asked: dict[str, Any] = {
            name: request.query_params.get(name, "").replace("\x00", "") for name in ("action", "code")
        }
        rows = pages.paginate_queryset(reads.lines(**asked), request, self)
        response = answer(
            request, pages.page_of(LogLineShape(rows, many=True, context={"request": request}).data), seconds=5
        )
        if pages.next_cursor:
            response["Link"] = f'<{pages.next_url()}>; rel="next"'
        return response
