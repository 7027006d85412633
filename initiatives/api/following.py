"""What became of one initiative and what is said about it: its steps, the decision, promises, comments."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from initiatives.api import examples
from initiatives.api.serializers import CommentShape, DecisionShape, HistoryShape, MilestoneShape
from initiatives.api.views import ReadView, about, one
from initiatives.models import Milestone
from initiatives.selectors import published as reads
from initiatives.selectors.pages import public_decision
from portal.api.caching import answer
from portal.api.pagination import KeysetPagination
from portal.api.schema import LANGUAGE, NOT_FOUND, TOO_MANY, refused
from portal.errors import NotVisible

NONSENSE = refused("invalid_input", 422, "The cursor makes no sense", "Please correct the marked fields.")


class History(ReadView):
    """The steps of its process that were taken, oldest first."""

    @extend_schema(
        operation_id="initiatives_history",
        summary="Read the steps that were taken",
        tags=["Initiatives"],
        parameters=[LANGUAGE],
        responses={200: HistoryShape(many=True), 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.STEP],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        return about(request, initiative, HistoryShape(reads.steps_taken(initiative), many=True).data, seconds=5)


class DecisionOne(ReadView):
    """The published decision of the body; 404 while there is none."""

    @extend_schema(
        operation_id="initiatives_decision",
        summary="Read the published decision",
        tags=["Initiatives"],
        parameters=[LANGUAGE],
        responses={200: DecisionShape, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.DECISION],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        decision = public_decision(initiative)
        if decision is None:
            raise NotVisible
        return about(request, initiative, DecisionShape(decision).data, seconds=60)


class Milestones(ReadView):
    """What the body promised, by date."""

    @extend_schema(
        operation_id="initiatives_milestones",
        summary="Read the promises and what came of them",
        tags=["Initiatives"],
        responses={200: MilestoneShape(many=True), 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.MILESTONE],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        promises = Milestone.objects.filter(initiative=initiative)
        return about(request, initiative, MilestoneShape(promises, many=True).data, seconds=60)


class Comments(ReadView):
    """Comments, newest first, each with its replies. What a moderator hid is a line with the reason and without the text."""

    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="comments_list",
        summary="List the comments",
        tags=["Initiatives"],
        parameters=[LANGUAGE],
        responses={200: CommentShape(many=True), 404: NOT_FOUND, 422: NONSENSE, 429: TOO_MANY},
        examples=[examples.COMMENT],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        pages = KeysetPagination()
        rows = pages.paginate_queryset(reads.comments(initiative), request, self)
        data = pages.page_of(CommentShape(rows, many=True).data)
        response = answer(request, data, seconds=5, is_public=reads.is_listed(initiative))
        if pages.next_cursor:
            response["Link"] = f'<{pages.next_url()}>; rel="next"'
        return response
