"""The vote log for programs: heads, leaves, proofs, receipts and keys, so that anybody can follow it and check it.

The formats are those of docs/signatures.md. One class for each thing serves both the log of a petition and the archive.
"""

import hashlib
import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from initiatives.api import log_shapes as shapes
from initiatives.api.log_asking import FOREVER, LogView, index_of, number_of, raw
from initiatives.services.vote_logging import log_origin
from portal.api.caching import answer
from portal.api.schema import NOT_FOUND, TOO_MANY
from portal.errors import Conflict, InvalidInput, NotVisible
from signatures.limits import LEAVES_A_PAGE
from signatures.selectors import vote_log as reads
from signatures.selectors.vote_log import ARCHIVE, HeadRow
from signatures.services import log_keys

HEADS_A_PAGE = 100


class Log(LogView):
    """How a log stands."""

    @extend_schema(
        operation_id="log_read",
        summary="The log's newest signed head, and how many entries wait for their places",
        tags=["Vote log"],
        responses={200: shapes.LogShape, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[shapes.LOG],
    )
    def get(self, request: Request, code: str | None = None) -> HttpResponse:
        asked = self.asked(request, code)
        head = reads.latest_head(asked.log) if asked.log else None
        data = {
            "origin": asked.origin,
            "size": asked.size,
            "waiting": reads.waiting(asked.log) if asked.log else 0,
            "is_final": asked.log is not None and reads.final_head(asked.log) is not None,
            "head": shapes.head_of(head) if head else None,
            "keys": [key.named(asked.origin).line for key in log_keys.published()],
        }
        return answer(request, data, seconds=5, is_public=asked.is_public)


class Heads(LogView):
    """The signed heads of a log."""

    @extend_schema(
        operation_id="log_heads",
        summary="Signed heads, newest first, with time stamps and the witnesses' signatures",
        tags=["Vote log"],
        parameters=[shapes.number("below", "Only heads of fewer leaves: the size of the last head that was read.")],
        responses={200: shapes.HeadShape(many=True), 404: NOT_FOUND, 422: shapes.NONSENSE, 429: TOO_MANY},
        examples=[shapes.HEAD],
    )
    def get(self, request: Request, code: str | None = None) -> HttpResponse:
        asked = self.asked(request, code)
        below = number_of(request, "below", None, 1, None)
        found: list[HeadRow] = reads.heads(asked.log, below=below, limit=HEADS_A_PAGE) if asked.log else []
        return answer(request, [shapes.head_of(head) for head in found], seconds=5, is_public=asked.is_public)


class Leaves(LogView):
    """The leaves of a log, byte for byte."""

    @extend_schema(
        operation_id="log_leaves",
        summary="Leaves by their places: one canonical JSON a line",
        description=f"At most {LEAVES_A_PAGE} at a time. What is answered cannot change and may be kept for ever.",
        tags=["Vote log"],
        parameters=[
            shapes.number("start", "Place of the first leaf.", default=0),
            shapes.number("end", "Place after the last leaf; at most the size of the log."),
        ],
        responses={
            (200, "application/x-ndjson"): OpenApiTypes.STR,
            404: NOT_FOUND,
            422: shapes.NONSENSE,
            429: TOO_MANY,
        },
        examples=[shapes.LEAF],
    )
    def get(self, request: Request, code: str | None = None) -> HttpResponse:
        asked = self.asked(request, code)
        start = number_of(request, "start", 0, 0, asked.size) or 0
        end = number_of(request, "end", min(asked.size, start + LEAVES_A_PAGE), start, asked.size)
        if end is None or end - start > LEAVES_A_PAGE:
            raise InvalidInput(fields={"end": _("Ask for fewer leaves at a time.")})
        found = b"".join(leaf + b"\n" for leaf in reads.read_leaves(asked.row, start, end)) if end > start else b""
        seconds = FOREVER if found and "end" in request.query_params else 5
        return raw(request, found, seconds=seconds, is_public=asked.is_public)


class Inclusion(LogView):
    """That a leaf stands in the log."""

    @extend_schema(
        operation_id="log_inclusion",
        summary="Proof that an entry stands in the log (RFC 6962, 2.1.1)",
        tags=["Vote log"],
        parameters=[
            shapes.word("entry", "Id of an entry, as in its receipt."),
            shapes.word("leaf_hash", "Or the SHA-256 of a leaf, in hexadecimal digits."),
            shapes.number("index", "Or the place of a leaf."),
            shapes.number("size", "Of the tree; by default that of the newest signed head."),
        ],
        responses={
            200: shapes.InclusionShape,
            404: NOT_FOUND,
            409: shapes.WAITING,
            422: shapes.NONSENSE,
            429: TOO_MANY,
        },
        examples=[shapes.INCLUSION],
    )
    def get(self, request: Request, code: str | None = None) -> HttpResponse:
        asked = self.asked(request, code)
        log = asked.row
        head = reads.latest_head(log)
        index = index_of(request, log)
        size = number_of(request, "size", head.size if head else 0, 1, log.size) or 0
        if index is None or (index >= size and "size" not in request.query_params):
            raise Conflict(_("The entry waits for its place in the log. Ask again in a minute."), code="not_in_log_yet")
        if index >= size:
            raise InvalidInput(fields={"size": _("The log of this size has no such leaf.")})
        (leaf,) = reads.read_leaves(log, index, index + 1)
        proof = {
            "v": 1,
            "origin": log.origin,
            "size": size,
            "index": index,
            "leaf_hash": shapes.encoded(hashlib.sha256(b"\x00" + leaf).digest()),
            "proof": [shapes.encoded(each) for each in reads.inclusion_proof(log, index, size)],
        }
        signed = head if head and head.size == size else reads.head_at(log, size)
        data = {"leaf": leaf.decode(), "inclusion": proof, "checkpoint": reads.cosigned(signed) if signed else None}
        seconds = 3_600 if "size" in request.query_params else 5
        return answer(request, data, seconds=seconds, is_public=asked.is_public)


class Consistency(LogView):
    """That the log only grew."""

    @extend_schema(
        operation_id="log_consistency",
        summary="Proof that a log only grew between two sizes (RFC 6962, 2.1.2)",
        tags=["Vote log"],
        parameters=[shapes.number("old", "The smaller size, at least 1."), shapes.number("new", "The larger size.")],
        responses={200: shapes.ConsistencyShape, 404: NOT_FOUND, 422: shapes.NONSENSE, 429: TOO_MANY},
        examples=[shapes.CONSISTENCY],
    )
    def get(self, request: Request, code: str | None = None) -> HttpResponse:
        asked = self.asked(request, code)
        log = asked.row
        new = number_of(request, "new", log.size, 1, log.size) or 0
        old = number_of(request, "old", None, 1, new)
        if old is None:
            raise InvalidInput(fields={"old": _("Say between which sizes.")})
        proof = [shapes.encoded(each) for each in reads.consistency_proof(log, old, new)]
        data = {"v": 1, "origin": log.origin, "old": old, "new": new, "proof": proof}
        return answer(request, data, seconds=3_600, is_public=asked.is_public)


class Receipt(LogView):
    """The receipt of an entry."""

    @extend_schema(
        operation_id="log_receipt",
        summary="The receipt of an entry, as the voter got it; it says nothing of the person",
        tags=["Vote log"],
        responses={200: shapes.ReceiptFile, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[shapes.RECEIPT],
    )
    def get(self, request: Request, code: str, entry: str) -> HttpResponse:
        asked = self.asked(request, code)
        row = reads.find_entry(asked.row, entry=uuid.UUID(hex=entry))
        if row is None:
            raise NotVisible
        response = answer(request, reads.receipt_of(asked.row, row), seconds=3_600, is_public=asked.is_public)
        response["Content-Disposition"] = f'attachment; filename="receipt-{entry[:8]}.json"'
        return response


class Keys(LogView):
    """The keys of the log."""

    @extend_schema(
        operation_id="log_keys",
        summary="Public keys that sign receipts and heads, and since when",
        tags=["Vote log"],
        responses={200: shapes.KeyShape(many=True), 429: TOO_MANY},
        examples=[shapes.KEY],
    )
    def get(self, request: Request) -> HttpResponse:
        archive = log_origin(ARCHIVE)
        data = [
            {
                "public_key": shapes.encoded(key.public),
                "since": shapes.moment(key.since),
                "is_in_use": key.is_in_use,
                "archive_line": key.named(archive).line,
            }
            for key in log_keys.published()
        ]
        return answer(request, data, seconds=60)


@extend_schema_view(
    get=extend_schema(operation_id="archive_read", summary="The archive of heads: its newest signed head")
)
class Archive(Log):
    """How the archive stands."""


@extend_schema_view(
    get=extend_schema(operation_id="archive_heads", summary="Signed heads of the archive, newest first")
)
class ArchiveHeads(Heads):
    """The heads that witnesses sign."""


@extend_schema_view(
    get=extend_schema(operation_id="archive_leaves", summary="Leaves of the archive: the heads of all logs")
)
class ArchiveLeaves(Leaves):
    """Each leaf is a signed head of a petition's log."""


@extend_schema_view(
    get=extend_schema(operation_id="archive_inclusion", summary="Proof that a head stands in the archive, by its place")
)
class ArchiveInclusion(Inclusion):
    """That a head was archived."""


@extend_schema_view(get=extend_schema(operation_id="archive_consistency", summary="Proof that the archive only grew"))
class ArchiveConsistency(Consistency):
    """That the archive only grew."""
