"""What eGov Mobile and the portal say to each other: three steps of JSON, as published for those who connect to it.

1. The QR code holds `mobileSign:<address>`; the app GETs the address (API 1) and learns who asks, until when, and where the
   documents lie, with a token for the header `Authorization: Bearer`.
2. The app GETs that address (API 2) and shows the documents, each with its names and lines (`meta`).
3. The app PUTs the same JSON to the same address, with the signature in place of the data.

Two shapes of documents are in use, `document.file.data` and `documentCms`; both are understood on return, as base64 and as PEM.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from portal.clock import ALMATY

PREFIX = "mobileSign:"
APP_IDS = {"isi": "1476128386", "ibi": "kz.egov.mobile", "apn": "kz.mobile.mgov"}
"""The app's numbers in both shops, as links that open it carry them."""

Json = dict[str, Any]


class UnreadableReturn(Exception):
    """The JSON that came back is not of this protocol."""


class WrongDocument(Exception):
    """The JSON that came back is about something else than was asked."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who asks for the signature, as the app shows it."""

    name_kk: str
    name_ru: str
    name_en: str
    bin: str


def qr_text(address: str) -> str:
    """Return what the QR code says; the protocol allows no spaces in it."""
    return f"{PREFIX}{address}"


def app_link(base: str, address: str) -> str:
    """Return the address that opens the app on the telephone that shows this page."""
    return f"{base}?{urlencode({'link': address, **APP_IDS})}"


def invitation(*, description: str, expires_at: datetime, organisation: Organisation, uri: str, bearer: str) -> Json:
    """Return the answer of API 1."""
    return {
        "description": description,
        "expiry_date": expires_at.astimezone(ALMATY).isoformat(timespec="seconds"),
        "organisation": {
            "nameRu": organisation.name_ru,
            "nameKz": organisation.name_kk,
            "nameEn": organisation.name_en,
            "bin": organisation.bin,
        },
        "document": {"uri": uri, "auth_type": "Token", "auth_token": bearer},
    }


def documents(
    *, method: str, number: int, names: Mapping[str, str], lines: Sequence[tuple[str, str]], text: str
) -> Json:
    """Return the answer of API 2: one document, the very bytes of the statement, and its lines for the app to show."""
    return {
        "signMethod": method,
        "documentsToSign": [
            {
                "id": number,
                "nameRu": names["ru"],
                "nameKz": names["kk"],
                "nameEn": names["en"],
                "meta": [{"name": name, "value": value} for name, value in lines],
                "document": {"file": {"mime": "", "data": base64.b64encode(text.encode()).decode("ascii")}},
            }
        ],
    }


def signature_in(returned: object, *, number: int) -> bytes:
    """Return the armoured signature in what the app PUT.

    Raises UnreadableReturn for JSON of another protocol and WrongDocument when it is about another document or several.
    """
    if not isinstance(returned, dict) or not isinstance(returned.get("documentsToSign"), list):
        raise UnreadableReturn
    found = returned["documentsToSign"]
    if len(found) != 1:
        raise WrongDocument
    document = found[0]
    if not isinstance(document, dict):
        raise UnreadableReturn
    # Some versions of the app give numbers back as strings.
    if str(document.get("id")) != str(number):
        raise WrongDocument
    signature = document.get("documentCms")
    if not signature:
        inner = document.get("document")
        file = inner.get("file") if isinstance(inner, dict) else None
        signature = file.get("data") if isinstance(file, dict) else None
    if not isinstance(signature, str) or not signature.strip():
        raise UnreadableReturn
    return signature.encode("utf-8", "replace")
