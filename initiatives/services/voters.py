"""Who votes: one person under one keyed tag, whether they sign or, where a kind allows it, are signed in."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from initiatives.models import Initiative
from initiatives.states import VoteSource
from portal.errors import NotAllowed
from portal.translation.names import written_name
from signatures.services.tags import pepper_numbers

if TYPE_CHECKING:
    from accounts.models import User


class Signer(Protocol):
    """What a vote needs to know of the person, as their certificate says it."""

    @property
    def given_name(self) -> str: ...
    @property
    def surname(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...


class AcceptedSignature(Protocol):
    """A signature that was verified and stored in this transaction (`signatures.services.acceptance`)."""

    @property
    def signature(self) -> Any: ...
    @property
    def signer(self) -> Signer: ...
    @property
    def signer_tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Voter:
    """One person before one initiative. `tags`: by the key in use first, then by older keys."""

    tags: tuple[bytes, ...]
    shown_name: str
    birth_date: date | None
    source: VoteSource
    signature: Any = None


def by_signature(accepted: AcceptedSignature) -> Voter:
    """Return the person who signed."""
    signer = accepted.signer
    initial = f" {signer.surname[0]}." if signer.surname else ""
    return Voter(
        tags=tuple(tag_bytes(tag) for tag in accepted.signer_tags),
        shown_name=f"{written_name(signer.given_name)}{initial}",
        birth_date=signer.birth_date,
        source=VoteSource.EDS,
        signature=accepted.signature,
    )


def by_session(initiative: Initiative, by: "User") -> Voter:
    """Return the signed-in person; NotAllowed where votes need a signature, or who they are is not known."""
    if initiative.kind.requires_eds:
        raise NotAllowed(_("A vote here needs your digital signature."), code="signature_required")
    if not by.identity_tag:
        raise NotAllowed(
            _("Sign in with your digital signature once: it shows that you are one person."), code="identity_required"
        )
    return Voter(
        tags=session_tags(initiative, by.identity_tag),
        shown_name=by.public_name,
        birth_date=by.birth_date,
        source=VoteSource.SESSION,
    )


def tag_bytes(tag: str) -> bytes:
    """Return a tag written as "version:hex" as it is stored: one byte of the key's version, 32 of the code."""
    version, _colon, digest = tag.removeprefix("v").partition(":")
    stored = bytes([int(version)]) + bytes.fromhex(digest)
    if len(stored) != 33:
        raise ValueError("a signer tag has 32 bytes")
    return stored


def session_tags(initiative: Initiative, identity_tag: str) -> tuple[bytes, ...]:
    """Return the person's tags for this initiative by each key, the one in use first.

    Bound to the identity, not to the account: whoever deletes an account and enrols again is the same voter.
    """
    keys: list[str] = settings.SIGNATURES_PEPPERS
    message = f"session-vote\n{initiative.signing_subject}\n{identity_tag}".encode()
    return tuple(
        bytes([number]) + hmac.new(key.encode(), message, hashlib.sha256).digest()
        for number, key in zip(pepper_numbers(), keys, strict=True)
    )
