"""Cursor pages over any published order.

A cursor names the last row seen (its place in the order, its number), not an offset: pages neither overlap nor skip when rows
are added in front, and the hundredth page costs what the first does. Where a row's place itself changes between two calls
(a score that grows), it may be met again or passed by; `newest` is the order for copying everything.
"""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from portal.errors import InvalidInput

PAGE_SIZE = 20
LARGEST_PAGE = 100
KEY = "keyset_position"


class KeysetPagination(BasePagination):
    """For querysets ordered by one expression with nulls last, then by `-pk`."""

    def paginate_queryset(  # type: ignore[override]  # no plain sequences: they have no order to go on in
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows after the cursor, one page of them. Raises InvalidInput for a cursor not made here."""
        self.request = request
        size = _size(request)
        order = queryset.query.order_by[0]
        if not isinstance(order, OrderBy):
            raise TypeError("the queryset is not in an order of its own")
        found = queryset.annotate(**{KEY: order.expression})
        cursor = request.query_params.get("cursor", "")
        try:
            rows = list(found.filter(_after(cursor, order))[: size + 1] if cursor else found[: size + 1])
        except (ValueError, TypeError, OverflowError, RecursionError, ValidationError, binascii.Error) as error:
            raise InvalidInput(fields={"cursor": _("This cursor was not made by the portal.")}) from error
        self.next_cursor = encode(rows[size - 1]) if len(rows) > size else ""
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        """Answer with the rows and the address of the next page, also as a Link header (RFC 8288)."""
        response = Response(self.page_of(data))
        if self.next_cursor:
            response["Link"] = f'<{self.next_url()}>; rel="next"'
        return response

    def page_of(self, data: Any) -> dict[str, Any]:
        """Return the body of a page."""
        return {"next": self.next_url(), "results": data}

    def next_url(self) -> str | None:
        """Return the address of the next page; None on the last."""
        if not self.next_cursor:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", self.next_cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "The next page, if any.",
                    "example": "https://portal.example/api/v1/initiatives/?cursor=WzMuNzEsIDQyXQ",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where to go on: taken from `next` of the page before.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "How many results a page holds.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
            },
        ]


def encode(row: Model) -> str:
    """Return the cursor that stands after this row."""
    key = getattr(row, KEY)
    place = key.isoformat() if isinstance(key, datetime) else key
    return base64.urlsafe_b64encode(json.dumps([place, row.pk]).encode()).decode().rstrip("=")


def _after(cursor: str, order: OrderBy) -> Q:
    place, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(number, int) or isinstance(place, (list, dict)):
        raise ValueError("not a cursor")
    ties = Q(pk__lt=number)
    if place is None:
        return Q(**{f"{KEY}__isnull": True}) & ties
    beyond = Q(**{f"{KEY}__lt" if order.descending else f"{KEY}__gt": place})
    return beyond | (Q(**{KEY: place}) & ties) | Q(**{f"{KEY}__isnull": True})


def _size(request: Request) -> int:
    asked = request.query_params.get("limit", "")
    if not asked:
        return PAGE_SIZE
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LARGEST_PAGE):
        raise InvalidInput(fields={"limit": _("Ask for 1 to %(most)d results.") % {"most": LARGEST_PAGE}})
    return int(asked)
