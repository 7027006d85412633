"""What programs can read. Row visibility is `visible_to`, as on pages; each answer carries an ETag."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.selectors import regions
from initiatives import switches
from initiatives.api import examples
from initiatives.api.serializers import (
    CountShape,
    HourShape,
    InitiativeDetail,
    InitiativeLine,
    KindShape,
    RegionShape,
    TopicShape,
)
from initiatives.forms import SDG_CHOICES, WRITING_LANGUAGES, ListForm
from initiatives.models import Initiative
from initiatives.selectors import ListFilter, get_visible_or_404
from initiatives.selectors import published as reads
from initiatives.selectors.counts import count_on_paper, exact_count
from initiatives.selectors.facets import STAGES
from initiatives.selectors.pages import votes_by_region
from initiatives.states import Order
from portal import clock
from portal.api import throttles
from portal.api.base import PortalView
from portal.api.caching import answer
from portal.api.pagination import KeysetPagination
from portal.api.schema import LANGUAGE, NOT_FOUND, TOO_MANY, refused
from portal.errors import InvalidInput
from portal.switches import require


class ReadView(PortalView):
    """A read that anyone may make; what they may see, the querysets say."""

    permission_classes = (AllowAny,)
    spends = throttles.READ
    is_open = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(switches.API_READS)


def one(request: Request, code: str) -> Initiative:
    """Return the initiative of the address, if it is for this reader."""
    return get_visible_or_404(request.user, code)


def about(request: Request, initiative: Initiative, data: Any, *, seconds: int) -> HttpResponse:
    """Answer with something about one initiative; only what is listed may be kept by strangers."""
    return answer(
        request,
        data,
        seconds=seconds,
        is_public=reads.is_listed(initiative),
        last_modified=reads.last_change(initiative),
    )


def _query(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", str), description=description, **more)


class Initiatives(ReadView):
    """The published petitions and ideas."""

    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="initiatives_list",
        summary="List published petitions and ideas",
        tags=["Initiatives"],
        parameters=[
            _query("q", "Words of title and text (Russian stems, Kazakh by likeness)."),
            _query("stage", "Where in their life they stand.", enum=list(STAGES)),
            _query("kind", "Slug of a kind."),
            _query("topic", "Slug of a topic."),
            _query("region", "KATO code of a region: its own and its districts'."),
            _query("language", "Language of the text.", enum=[code for code, _name in WRITING_LANGUAGES]),
            _query("body", "Slug of the body addressed."),
            _query("sdg", "Sustainable Development Goal.", type=int, enum=[number for number, _name in SDG_CHOICES]),
            _query("order", "Order; with `q` it is by relevance.", enum=Order.values, default=Order.TRENDING.value),
            LANGUAGE,
        ],
        responses={
            200: InitiativeLine(many=True),
            422: refused("invalid_input", 422, "A filter makes no sense", "Please correct the marked fields."),
            429: TOO_MANY,
        },
        examples=[examples.LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        pages = KeysetPagination()
        rows = pages.paginate_queryset(reads.published(_asked(request), at=clock.now()), request, self)
        data = InitiativeLine(rows, many=True, context={"request": request}).data
        response = answer(request, pages.page_of(data), seconds=5)
        if pages.next_cursor:
            response["Link"] = f'<{pages.next_url()}>; rel="next"'
        return response


def _asked(request: Request) -> ListFilter:
    """Read the filters; unlike a page, the API refuses one that makes no sense."""
    form = ListForm(request.query_params)
    if not form.is_valid():
        raise InvalidInput(fields={name: " ".join(map(str, errors)) for name, errors in form.errors.items()})
    data = form.cleaned_data
    if data["q"].strip():
        require(switches.SEARCH)
    if data["order"] == Order.RISING:
        require(switches.RISING)
    names = ("stage", "kind", "topic", "region", "language", "body")
    return ListFilter(
        words=data["q"].strip(),
        sdg=data["sdg"],
        order=data["order"] or Order.TRENDING,
        **{name: data[name] for name in names},
    )


class InitiativeOne(ReadView):
    """One petition or idea."""

    @extend_schema(
        operation_id="initiatives_read",
        summary="Read one: text, state, count, term, decision, milestones, history",
        tags=["Initiatives"],
        parameters=[LANGUAGE],
        responses={200: InitiativeDetail, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.DETAIL],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        shape = InitiativeDetail(initiative, context={"request": request})
        response = about(request, initiative, shape.data, seconds=5)
        response["Link"] = f'<{shape.data["url"]}>; rel="alternate"; type="text/html"'
        return response


class Count(ReadView):
    """The exact count, to be asked again and again."""

    @extend_schema(
        operation_id="votes_count",
        summary="Count the votes in force, exactly",
        tags=["Votes"],
        responses={200: CountShape, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.COUNT],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        data = {
            "votes": exact_count(initiative),
            "on_paper": count_on_paper(initiative),
            "threshold": initiative.threshold,
        }
        return answer(request, data, seconds=1, is_public=reads.is_listed(initiative))


class Series(ReadView):
    """How the votes came."""

    @extend_schema(
        operation_id="votes_series",
        summary="Votes by the hour",
        tags=["Votes"],
        responses={200: HourShape(many=True), 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.SERIES],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        total, hours = 0, []
        for hour, votes in reads.votes_by_hour(initiative):
            total += votes
            hours.append({"hour": hour, "votes": votes, "total": total})
        return about(request, initiative, HourShape(hours, many=True).data, seconds=60)


class Regions(ReadView):
    """Where the voters live."""

    @extend_schema(
        operation_id="votes_regions",
        summary="Votes by the voter's region",
        tags=["Votes"],
        parameters=[LANGUAGE],
        responses={200: RegionShape(many=True), 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.REGIONS],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        initiative = one(request, code)
        votes = votes_by_region(initiative)
        rows = [
            {"kato": region.kato, "name": region.name, "votes": votes[region.kato]}
            for region in regions()
            if region.kato in votes
        ]
        return about(request, initiative, RegionShape(rows, many=True).data, seconds=60)


class Kinds(ReadView):
    """What one can write, and by which numbers."""

    @extend_schema(
        operation_id="kinds_list",
        summary="Kinds with their numbers and articles of law",
        tags=["Catalogues"],
        parameters=[LANGUAGE],
        responses={200: KindShape(many=True), 429: TOO_MANY},
        examples=[examples.KIND],
    )
    def get(self, request: Request) -> HttpResponse:
        kinds = reads.kinds(on=clock.local_date(clock.now()))
        return answer(request, KindShape(kinds, many=True).data, seconds=300)


class Topics(ReadView):
    """What initiatives are about."""

    @extend_schema(
        operation_id="topics_list",
        summary="Topics",
        tags=["Catalogues"],
        parameters=[LANGUAGE],
        responses={200: TopicShape(many=True), 429: TOO_MANY},
        examples=[examples.TOPIC],
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(request, TopicShape(reads.topics(), many=True).data, seconds=300)
