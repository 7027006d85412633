"""Signing by telephone with eGov Mobile: from the QR code on the page to the signature that the page puts into its form.

The portal never waits for the app: a row holds the statement's token, the app fetches the text and brings the signature, and
the page that asked takes it, once, and sends its form as if NCALayer had signed. The page proves that it is the one that asked
by a cookie whose secret is not in the QR code: whoever photographs the screen can sign, but cannot take the signature.

What this cannot stop: someone who shows their own code to a person and makes them sign it. Therefore the app shows the purpose,
and a sign-in signed so is the sign-in of the browser that shows the code; the page says so.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from signatures import limits
from signatures.eds import cms as cms_files
from signatures.eds.verify import Status
from signatures.models import MobileRequest
from signatures.services import mobile_documents, sealing, trust
from signatures.services.demands import DEMANDS
from signatures.services.mobile_documents import Json, Organisation, UnreadableReturn, WrongDocument
from signatures.services.refusals import SignatureRefused
from signatures.services.statements import OpenedStatement, open_token
from signatures.states import SENTENCES, MobileState, Purpose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

__all__ = ["Asked", "Standing", "ask", "documents", "forget_old", "invitation", "receive", "standing", "take"]

NAMES = {"kk": "Халық үні", "ru": "Халық үні", "en": "Халық үні"}
"""A name is not translated; the app asks for it three times."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was made: for the page alone."""

    code: str
    qr_text: str
    app_link: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it has come; `refused` is the sentence about the last signature that was not good."""

    state: MobileState
    refused: "str | _StrPromise"


def ask(*, token: str, browser: str, language: str, at: datetime) -> Asked:
    """Return a new code for the statement in `token`, bound to the browser's secret.

    Raises SignatureRefused when signing by telephone is off, and for a token that is not ours or is over.
    """
    _require_on()
    statement = open_token(token, at=at)
    code = secrets.token_urlsafe(limits.MOBILE_CODE_OCTETS)
    MobileRequest.objects.create(
        code_sha256=_sha256(code),
        browser_sha256=_sha256(browser),
        document=secrets.randbelow(2**53),
        token=token,
        language=language,
        created_at=at,
        expires_at=statement.expires_at,
    )
    address = _address("signatures-machines:mobile_invitation", code)
    # Organisations sign in another app, whose link is not published: its people scan the code.
    link = "" if statement.purpose == Purpose.SIGN_DOCUMENT else mobile_documents.app_link(_link_base(), address)
    return Asked(code, mobile_documents.qr_text(address), link, statement.expires_at)


def invitation(*, code: str, at: datetime) -> Json:
    """Return what the app learns from the QR code (API 1). SignatureRefused when the code is unknown, over or used."""
    row = _open(code, at)
    statement = open_token(row.token, at=at)
    with translation.override(row.language):
        purpose = str(Purpose(statement.purpose).label)
    return mobile_documents.invitation(
        description=f"{NAMES[row.language]}: {purpose}",
        expires_at=row.expires_at,
        organisation=Organisation(NAMES["kk"], NAMES["ru"], NAMES["en"], settings.EGOV_MOBILE_BIN),
        uri=_address("signatures-machines:mobile_documents", code),
        bearer=bearer(code),
    )


def documents(*, code: str, authorization: str, at: datetime) -> Json:
    """Return the statement to sign (API 2), and note that a telephone has it open."""
    _require_bearer(code, authorization)
    row = _open(code, at)
    statement = open_token(row.token, at=at)
    # One statement and no race: the answer of another telephone may arrive meanwhile.
    MobileRequest.objects.filter(pk=row.pk, status=MobileState.WAITING).update(status=MobileState.OPENED)
    return mobile_documents.documents(
        method=settings.EGOV_MOBILE_METHOD,
        number=row.document,
        names=_document_names(statement),
        lines=[(name, value) for name, _colon, value in (line.partition(": ") for line in statement.text.splitlines())],
        text=statement.text,
    )


def receive(*, code: str, authorization: str, returned: object, at: datetime) -> None:
    """Keep the signature that the app brings, sealed, for the page that asked.

    The signature is judged here only so that the telephone is told what is wrong with it; what counts is the judgement when the
    page sends its form. Raises SignatureRefused with the reason; too many of them end the code.
    """
    _require_bearer(code, authorization)
    row = _open(code, at)
    try:
        cms = _judged(row, returned, at)
    except SignatureRefused as refusal:
        _note_refusal(row, refusal.code)
        raise
    with transaction.atomic():
        locked = MobileRequest.objects.select_for_update().get(pk=row.pk)
        _require_open(locked, at)
        locked.status, locked.cms, locked.refusal = MobileState.RECEIVED, sealing.seal(cms), ""
        locked.save(update_fields=["status", "cms", "refusal"])


def standing(*, code: str, browser: str, at: datetime) -> Standing:
    """Return how far it has come, to the browser that asked; SignatureRefused to every other, and when it is over."""
    row = _of_browser(code, browser, at)
    return Standing(MobileState(row.status), SENTENCES.get(row.refusal, ""))


def take(*, code: str, browser: str, at: datetime) -> bytes:
    """Return the signature (DER) to the browser that asked, once; from then on the portal does not have it."""
    with transaction.atomic():
        row = _of_browser(code, browser, at, lock=True)
        if row.status != MobileState.RECEIVED or row.cms is None:
            raise SignatureRefused("mobile_used")
        cms = sealing.unseal(row.cms)
        row.status, row.cms = MobileState.TAKEN, None
        row.save(update_fields=["status", "cms"])
    return cms


def forget_old(*, at: datetime) -> int:
    """Delete what is over; return how many rows that were."""
    deleted, _each = MobileRequest.objects.filter(expires_at__lt=at - limits.MOBILE_KEPT).delete()
    return deleted


def bearer(code: str) -> str:
    """Return the token that API 1 gives for API 2: who has not asked the first cannot reach the second."""
    return salted_hmac("signatures.mobile.bearer", code, algorithm="sha256").hexdigest()


def _judged(row: MobileRequest, returned: object, at: datetime) -> bytes:
    statement = open_token(row.token, at=at)
    try:
        armoured = mobile_documents.signature_in(returned, number=row.document)
    except UnreadableReturn:
        raise SignatureRefused("mobile_unreadable") from None
    except WrongDocument:
        raise SignatureRefused("mobile_wrong_document") from None
    demand = DEMANDS[statement.purpose]
    report = trust.verifier().verify(armoured, statement.text.encode(), at=at, demand=demand)
    if report.code is not None and report.status is not Status.PENDING:
        raise SignatureRefused(str(report.code), report=report)
    return cms_files.unarmour(armoured)


def _note_refusal(row: MobileRequest, code: str) -> None:
    with transaction.atomic():
        locked = MobileRequest.objects.select_for_update().get(pk=row.pk)
        if locked.status not in (MobileState.WAITING, MobileState.OPENED):
            return
        locked.refusals += 1
        locked.refusal = code
        if locked.refusals >= limits.MOBILE_REFUSALS:
            locked.status = MobileState.REFUSED
        locked.save(update_fields=["refusals", "refusal", "status"])


def _open(code: str, at: datetime) -> MobileRequest:
    _require_on()
    row = MobileRequest.objects.filter(pk=_sha256(code)).first()
    if row is None:
        raise SignatureRefused("mobile_over")
    _require_open(row, at)
    return row


def _require_open(row: MobileRequest, at: datetime) -> None:
    if at > row.expires_at:
        raise SignatureRefused("mobile_over")
    if row.status not in (MobileState.WAITING, MobileState.OPENED):
        raise SignatureRefused("mobile_used")


def _of_browser(code: str, browser: str, at: datetime, *, lock: bool = False) -> MobileRequest:
    rows = MobileRequest.objects.select_for_update() if lock else MobileRequest.objects
    row = rows.filter(pk=_sha256(code)).first()
    # A stranger is told the same as one who comes too late: that a code exists is nobody's business.
    if row is None or at > row.expires_at or not constant_time_compare(row.browser_sha256, _sha256(browser)):
        raise SignatureRefused("mobile_over")
    return row


def _require_on() -> None:
    if not settings.EGOV_MOBILE:
        raise SignatureRefused("mobile_off")


def _require_bearer(code: str, authorization: str) -> None:
    scheme, _space, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(given.strip(), bearer(code)):
        raise SignatureRefused("mobile_over")


def _document_names(statement: OpenedStatement) -> dict[str, str]:
    names = {}
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            purpose = Purpose(statement.purpose).label
            names[language] = gettext("Statement: %(purpose)s") % {"purpose": purpose}
    return names


def _address(name: str, code: str) -> str:
    return f"{settings.PORTAL_ORIGIN}{reverse(name, args=[code])}"


def _link_base() -> str:
    return str(settings.EGOV_MOBILE_LINK)


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
