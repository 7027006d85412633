"""Signing in by digital signature: the server makes up a statement, the person signs it, the certificate says who they are.

The purpose `sign_in` is part of the signed text, so that nobody can use a sign-in as a vote or the other way round.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.services import identity
from portal.permissions import Actor
from signatures.services import acceptance, statements
from signatures.services.statements import IssuedStatement
from signatures.states import Purpose

SUBJECT = "portal"
"""What a sign-in is about: no petition, no document."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and whether this opened their account."""

    user: Actor
    is_new: bool


def ask(*, language: str, at: datetime) -> IssuedStatement:
    """Return a statement to sign; nothing is stored."""
    return statements.issue(purpose=Purpose.SIGN_IN, subject=SUBJECT, language=language, at=at)


def sign_in(*, token: str, cms: bytes, language: str, at: datetime) -> SignedIn:
    """Accept the signature and return the account of who made it; all of it in one transaction.

    A new account begins in `language`, the one the person read the statement in.

    Raises the refusals of `acceptance.accept`, and NotAllowed for a closed account.
    """
    with transaction.atomic():
        accepted = acceptance.accept(token=token, cms=cms, purpose=Purpose.SIGN_IN, subject=SUBJECT, at=at)
        user = identity.enrol(signer=accepted.signer, at=at, language=language)
    return SignedIn(user=user, is_new=user.joined_at == at)
