"""The execution board for programs: what each body owes, what it kept, what is late."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from initiatives import switches
from initiatives.api.serializers import BodyShape, TerritoryShape
from initiatives.api.views import ReadView
from initiatives.selectors import boards
from initiatives.states import PromiseStage, State
from portal import clock
from portal.api.caching import answer
from portal.api.schema import LANGUAGE, NOT_FOUND, TOO_MANY
from portal.switches import require

NUMBERS: dict[str, Any] = {
    "before": 4,
    "late": 1,
    "decided": 9,
    "due": 10,
    "in_time": 8,
    "on_time": 0.8,
    "kept": 5,
    "kept_late": 1,
    "broken": 2,
    "promised": 3,
    "moved": 1,
}
LINE_VALUE: dict[str, Any] = {
    "body": {"slug": "akimat-astana", "name": "Akimat of Astana", "kind": "oblast_akimat"},
    "territory": {"kato": "710000000", "name": "Astana"},
    **NUMBERS,
}
ONE_VALUE: dict[str, Any] = {
    **LINE_VALUE,
    "petitions": [
        {
            "code": "k3v9x2m7qd4h",
            "url": "https://portal.example/en/petitions/k3v9x2m7qd4h/",
            "title": "Қала автобустарына түнгі бағыттар қосу",
            "language": "kk",
            "state": "registered",
            "due": "2026-09-02",
            "article": "APPC, art. 90-5(1)",
            "days_late": 12,
        }
    ],
    "milestones": [
        {
            "petition": "k3v9x2m7qd4h",
            "title": "Төрт түнгі бағыт ашу",
            "due_date": "2026-12-01",
            "moved_from": "2026-10-01",
            "done_date": None,
            "stage": "promised",
            "days_late": 0,
            "disputes": 0,
        }
    ],
}


class BoardShape(serializers.Serializer[Any]):
    """One body in numbers."""

    body = BodyShape()
    territory = TerritoryShape(source="body.territory")
    before = serializers.IntegerField(help_text="Petitions before it now.")
    late = serializers.IntegerField(help_text="Of these, with a term that has passed.")
    decided = serializers.IntegerField()
    due = serializers.IntegerField(help_text="Decided ones and those overdue: what `in_time` is a part of.")
    in_time = serializers.IntegerField()
    on_time = serializers.FloatField(allow_null=True, help_text="in_time / due; null where there are too few cases.")
    kept = serializers.IntegerField(help_text="Promises kept by their date.")
    kept_late = serializers.IntegerField()
    broken = serializers.IntegerField(help_text="Promises whose date has passed.")
    promised = serializers.IntegerField(help_text="Promises whose date is to come.")
    moved = serializers.IntegerField(help_text="Promises whose date was moved.")


class MatterShape(serializers.Serializer[Any]):
    """A petition before a body."""

    code = serializers.CharField(source="initiative.code")
    url = serializers.SerializerMethodField()
    title = serializers.CharField(source="initiative.title")
    language = serializers.CharField(source="initiative.language")
    state = serializers.ChoiceField(source="initiative.state", choices=State.choices)
    due = serializers.DateField(source="term.due", allow_null=True, default=None)
    article = serializers.CharField(source="term.article", allow_null=True, default=None)
    days_late = serializers.SerializerMethodField()

    def get_url(self, matter: boards.BodyMatter) -> str:
        path = reverse("initiatives:detail", args=[matter.initiative.code])
        return str(self.context["request"].build_absolute_uri(path))

    def get_days_late(self, matter: boards.BodyMatter) -> int:
        return matter.late.days if matter.late else 0


class PromiseShape(serializers.Serializer[Any]):
    """A promise of a body."""

    petition = serializers.CharField(source="milestone.initiative.code")
    title = serializers.CharField(source="milestone.title")
    due_date = serializers.DateField(source="milestone.due_date")
    moved_from = serializers.DateField(allow_null=True, help_text="The date first promised, where it was moved.")
    done_date = serializers.DateField(source="milestone.done_date", allow_null=True)
    stage = serializers.ChoiceField(choices=PromiseStage.choices)
    days_late = serializers.IntegerField()
    disputes = serializers.IntegerField(help_text="People who say that it is not so.")


class BodyOneShape(BoardShape):
    """One body with its petitions and promises."""

    petitions = serializers.SerializerMethodField()
    milestones = serializers.SerializerMethodField()

    @extend_schema_field(MatterShape(many=True))
    def get_petitions(self, row: Any) -> list[Any]:
        return list(MatterShape(self.context["matters"], many=True, context=self.context).data)

    @extend_schema_field(PromiseShape(many=True))
    def get_milestones(self, row: Any) -> list[Any]:
        return list(PromiseShape(self.context["promises"], many=True).data)


class Bodies(ReadView):
    """All bodies that have petitions."""

    @extend_schema(
        operation_id="bodies_list",
        summary="How state bodies answer petitions",
        tags=["Bodies"],
        parameters=[LANGUAGE],
        responses={200: BoardShape(many=True), 429: TOO_MANY},
        examples=[OpenApiExample("A body", value=LINE_VALUE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> HttpResponse:
        require(switches.BOARDS)
        rows = boards.board(at=clock.now(), order="name")
        return answer(request, BoardShape(rows, many=True).data, seconds=60)


class BodyOne(ReadView):
    """One body."""

    @extend_schema(
        operation_id="bodies_read",
        summary="One state body: numbers, petitions with their terms, promises",
        tags=["Bodies"],
        parameters=[LANGUAGE],
        responses={200: BodyOneShape, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[OpenApiExample("A body", value=ONE_VALUE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        require(switches.BOARDS)
        at = clock.now()
        page = boards.body_page(slug, at=at)
        context = {"request": request, "matters": list(boards.matters_of(slug, at=at)), "promises": page.promises}
        return answer(request, BodyOneShape(page.row, context=context).data, seconds=60)
