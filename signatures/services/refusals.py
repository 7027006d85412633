"""The one way in which a signature is refused."""

from http import HTTPStatus

from portal.errors import Refusal
from signatures.eds.verify import Report
from signatures.states import SENTENCES

STATUSES = {
    "replayed": HTTPStatus.CONFLICT,
    "statement_expired": HTTPStatus.CONFLICT,
    "responder_unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "second_opinion_unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "mobile_off": HTTPStatus.NOT_FOUND,
    "mobile_over": HTTPStatus.GONE,
    "mobile_used": HTTPStatus.GONE,
    "mobile_unreadable": HTTPStatus.BAD_REQUEST,
    "mobile_wrong_document": HTTPStatus.FORBIDDEN,
}


class SignatureRefused(Refusal):
    """A signature that cannot be accepted: a stable code, a sentence for the person, the report for operators."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, code: str, *, report: Report | None = None) -> None:
        super().__init__(SENTENCES[code], code=code)
        self.status = STATUSES.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.report = report
