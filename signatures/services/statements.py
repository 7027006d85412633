"""The text that a person signs, and the token that proves the portal issued it.

NCALayer shows nothing of what it signs, so the page must: the text is written for people, in their language, and signed byte
for byte. It names origin, purpose, object, the SHA-256 of the frozen text, a single-use nonce and its end, so that no
signature can be carried to another act. Nothing is stored when a statement is issued: the token holds it, signed by the
server. The nonce is used up by the row that stores the signature.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext as _

from portal.clock import ALMATY
from signatures.limits import LONGEST_LINE, MOST_LINES, NONCE_OCTETS, STATEMENT_LIFETIME
from signatures.services.refusals import SignatureRefused
from signatures.states import Purpose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SALT = "signatures.statement.v1"
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode classes that could make a line look like two, or like another one."""


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    """A statement ready to be shown and signed."""

    token: str
    text: str
    sha256: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedStatement:
    """What a token says; the server wrote it."""

    purpose: str
    subject: str
    revision: int
    text_sha256: str
    choice: str
    nonce: str
    text: str
    expires_at: datetime

    @property
    def issued_at(self) -> datetime:
        """When the portal made the text, to the second: no honest signature or time stamp is older."""
        return self.expires_at - STATEMENT_LIFETIME


def issue(
    *,
    purpose: Purpose,
    subject: str,
    at: datetime,
    revision: int = 0,
    text_sha256: str = "",
    choice: str = "",
    choice_label: "str | _StrPromise" = "",
    lines: "Sequence[tuple[str | _StrPromise, str]]" = (),
    language: str = "kk",
) -> IssuedStatement:
    """Return a fresh statement; `lines` are (label, value) pairs that say in words what the object is.

    `choice` is the code that stands in the evidence, `choice_label` the same in the reader's words.
    """
    if len(lines) > MOST_LINES:
        raise ValueError(f"a statement has at most {MOST_LINES} lines of its own")
    nonce = secrets.token_hex(NONCE_OCTETS)
    expires_at = (at + STATEMENT_LIFETIME).replace(microsecond=0)
    with translation.override(language):
        said = f"{choice_label} [{choice}]" if choice_label else choice
        text = _text(Purpose(purpose), subject, revision, text_sha256, said, lines, nonce, expires_at)
    payload = {
        "p": str(purpose),
        "s": subject,
        "r": revision,
        "h": text_sha256,
        "c": choice,
        "n": nonce,
        "e": int(expires_at.timestamp()),
        "t": text,
    }
    token = signing.dumps(payload, salt=SALT, compress=True)
    return IssuedStatement(token, text, hashlib.sha256(text.encode()).hexdigest(), expires_at)


def open_token(token: str, *, at: datetime) -> OpenedStatement:
    """Return what the token holds; SignatureRefused when it is not ours or its time is over.

    The end is compared with the time handed in, not with the clock that Django's own `max_age` would read.
    """
    try:
        held: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise SignatureRefused("token_invalid") from error
    expires_at = datetime.fromtimestamp(held["e"], tz=at.tzinfo)
    if at > expires_at:
        raise SignatureRefused("statement_expired")
    return OpenedStatement(
        purpose=held["p"],
        subject=held["s"],
        revision=held["r"],
        text_sha256=held["h"],
        choice=held["c"],
        nonce=held["n"],
        text=held["t"],
        expires_at=expires_at,
    )


def _text(
    purpose: Purpose,
    subject: str,
    revision: int,
    text_sha256: str,
    choice: str,
    lines: "Sequence[tuple[str | _StrPromise, str]]",
    nonce: str,
    expires_at: datetime,
) -> str:
    """Write the lines in their one order; words in the reader's language, codes as they are."""
    rows: list[tuple[str, str]] = [
        (_("Portal"), settings.PORTAL_ORIGIN),
        (_("Purpose"), f"{purpose.label} [{purpose.value}]"),
        (_("Object"), f"{subject} [{revision}]" if revision else subject),
        *((str(label), value) for label, value in lines),
    ]
    if text_sha256:
        rows.append((_("Checksum of the text (SHA-256)"), text_sha256))
    if choice:
        rows.append((_("Choice"), choice))
    local = expires_at.astimezone(ALMATY)
    rows += [(_("Single-use number"), nonce), (_("Valid until"), local.isoformat(sep=" "))]
    return "".join(f"{one_line(label)}: {one_line(value)}\n" for label, value in rows)


def one_line(value: str) -> str:
    """Return the value so that it cannot pretend to be more than one line, or to be ordered otherwise than it is."""
    visible = (" " if unicodedata.category(sign) in INVISIBLE else sign for sign in unicodedata.normalize("NFC", value))
    line = " ".join("".join(visible).split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
