"""Voting from a program: take a statement, sign it, send the signature. The signature says who votes; no sign-in is needed."""

from typing import Any, cast

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from initiatives import switches
from initiatives.api import examples
from initiatives.api.serializers import ReceiptShape, SignedVote, StatementShape, WaitingShape
from initiatives.selectors import get_visible_or_404
from initiatives.services import signing
from initiatives.services.waiting import WaitingReceipt
from portal import clock
from portal.api import throttles
from portal.api.base import PortalView
from portal.api.schema import LANGUAGE, NOT_FOUND, TOO_MANY, refused
from portal.errors import InvalidInput
from portal.switches import require
from signatures.states import Purpose

CLOSED = refused("voting_closed", 403, "You cannot open this page", "Votes are not taken at this stage.")
VOTED = refused("already_voted", 409, "Something changed while you were reading", "You have already voted here.")
UNSOUND = refused(
    "revoked",
    422,
    "Something in the form needs to be corrected",
    "Your certificate has been revoked. Get a new digital signature and try again.",
)
UNKNOWN = refused(
    "responder_unreachable", 503, "The portal is resting for a moment", "The certification authority does not answer."
)
PURPOSES = {str(purpose.value): purpose for purpose in (Purpose.VOTE, Purpose.WITHDRAW)}


class VotingView(PortalView):
    """Open to all: the policy asks the initiative, the signature tells the person."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(switches.API_VOTES)


class Statement(VotingView):
    """The text to sign."""

    spends = throttles.STATEMENT

    @extend_schema(
        operation_id="votes_statement",
        summary="Take the statement to sign",
        description="Sign `text` as it is (UTF-8, detached CMS with signed attributes) and send the signature with `token`"
        " before `expires_at`. A statement is good for one signature.",
        tags=["Votes"],
        parameters=[
            OpenApiParameter("purpose", str, description="What it is for.", enum=list(PURPOSES), default="vote"),
            LANGUAGE,
        ],
        responses={200: StatementShape, 403: CLOSED, 404: NOT_FOUND, 429: TOO_MANY},
        examples=[examples.STATEMENT],
    )
    def get(self, request: Request, code: str) -> Response:
        initiative = get_visible_or_404(request.user, code)
        purpose = PURPOSES.get(request.query_params.get("purpose", "vote"))
        if purpose is None:
            raise InvalidInput(fields={"purpose": ", ".join(PURPOSES)})
        language = get_language() or "kk"
        issued = signing.statement(initiative=initiative, purpose=purpose, language=language, at=clock.now())
        return Response(StatementShape(issued).data, headers={"Cache-Control": "no-store"})


ANSWERS = {
    201: ReceiptShape,
    202: WaitingShape,
    403: CLOSED,
    404: NOT_FOUND,
    409: VOTED,
    422: UNSOUND,
    429: TOO_MANY,
    503: UNKNOWN,
}
"""What an act of voting may be answered with."""


class Votes(VotingView):
    """Giving a vote."""

    spends = throttles.VOTE
    purpose = Purpose.VOTE

    @extend_schema(
        operation_id="votes_give",
        summary="Vote with a digital signature",
        description="Answered with 201 when the vote is counted, and with 202 when the signature is good but the certification"
        " authority does not say whether the certificate was revoked: the vote is kept, is in no count yet, and is counted with"
        " its time of receipt once the authority answers.",
        tags=["Votes"],
        parameters=[LANGUAGE],
        request=SignedVote,
        responses=ANSWERS,
        examples=[examples.SIGNED, examples.RECEIPT, examples.WAITING],
    )
    def post(self, request: Request, code: str) -> Response:
        return self._sign(request, code)

    def _sign(self, request: Request, code: str) -> Response:
        initiative = get_visible_or_404(request.user, code)
        sent = SignedVote(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        receipt = signing.sign(
            initiative=initiative,
            purpose=self.purpose,
            token=values["token"],
            cms=values["cms"].encode(),
            kato=values.get("territory", ""),
            signed_in=cast(Any, request.user) if request.user.is_authenticated else None,
            at=clock.now(),
        )
        if isinstance(receipt, WaitingReceipt):
            return Response(WaitingShape(receipt).data, status=202, headers={"Cache-Control": "no-store"})
        return Response(ReceiptShape(receipt).data, status=201, headers={"Cache-Control": "no-store"})


class Withdrawals(Votes):
    """Taking a vote back."""

    purpose = Purpose.WITHDRAW

    @extend_schema(
        operation_id="votes_withdraw",
        summary="Take one's vote back with a digital signature",
        tags=["Votes"],
        parameters=[LANGUAGE],
        request=SignedVote,
        responses=ANSWERS,
        examples=[examples.SIGNED, examples.WITHDRAWN, examples.WAITING],
    )
    def post(self, request: Request, code: str) -> Response:
        return self._sign(request, code)
