"""A stand-in for eGov Mobile: reads what a QR code says and does the three steps of the app with a demo key."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from demo.ncalayer.desk import CmsMaker, DemoKey

PREFIX = "mobileSign:"
TIMEOUT_SECONDS = 20
LARGEST_ANSWER = 1024 * 1024

# (method, address, headers, body) -> (status, body). Tests put the portal itself here, without a network.
Transport = Callable[[str, str, dict[str, str], bytes | None], tuple[int, bytes]]


class Shape(StrEnum):
    """In which of the two shapes the app sends the signature back."""

    FILE = "file"
    CMS = "cms"


class PhoneError(Exception):
    """What the app would show in red."""


@dataclass(frozen=True)
class Seen:
    """What stood on the telephone's screen, and what the portal said to the signature."""

    description: str
    organisation: str
    document: str
    lines: tuple[tuple[str, str], ...]
    status: int
    message: str


@dataclass(frozen=True)
class Phone:
    """A telephone with one key. `allowed` is where registered addresses begin; others are refused, as the app does."""

    key: DemoKey
    make_cms: CmsMaker
    allowed: str
    transport: Transport
    shape: Shape = Shape.FILE
    pem: bool = False

    def scan(self, qr_text: str) -> Seen:
        """Read the code, show, sign, send back; PhoneError when the portal does not let it come that far."""
        if not qr_text.startswith(PREFIX):
            raise PhoneError("This QR code is not for signing.")
        invitation = self._get(qr_text.removeprefix(PREFIX), {})
        document = invitation["document"]
        headers = self._authorization(document)
        asked = self._get(document["uri"], headers)
        [paper] = asked["documentsToSign"]
        self._sign(asked["signMethod"], paper)
        status, body = self._call("PUT", document["uri"], headers, json.dumps(asked).encode())
        return Seen(
            description=invitation["description"],
            organisation=invitation["organisation"]["nameKz"],
            document=paper["nameKz"],
            lines=tuple((line["name"], line["value"]) for line in paper.get("meta", ())),
            status=status,
            message=str(_json(body).get("message", "")),
        )

    @staticmethod
    def _authorization(document: dict[str, Any]) -> dict[str, str]:
        if document["auth_type"] == "Token":
            return {"Authorization": f"Bearer {document['auth_token']}"}
        if document["auth_type"] == "None":
            return {}
        raise PhoneError("The stand-in knows no other way to identify itself than a token.")

    def _sign(self, method: str, paper: dict[str, Any]) -> None:
        if method not in ("CMS_SIGN_ONLY", "CMS_WITH_DATA"):
            raise PhoneError("The stand-in signs CMS only.")
        content = base64.b64decode(paper["document"]["file"]["data"], validate=True)
        cms = self.make_cms(content, self.key, method == "CMS_WITH_DATA")
        text = base64.b64encode(cms).decode("ascii")
        if self.pem:
            lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
            text = f"-----BEGIN CMS-----\n{lines}\n-----END CMS-----\n"
        if self.shape is Shape.CMS:
            del paper["document"]
            paper["documentCms"] = text
        else:
            paper["document"]["file"]["data"] = text

    def _get(self, address: str, headers: dict[str, str]) -> dict[str, Any]:
        status, body = self._call("GET", address, headers, None)
        found = _json(body)
        if status != 200:
            raise PhoneError(str(found.get("message") or f"The portal answered {status}."))
        return found

    def _call(self, method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        if not address.startswith(f"{self.allowed}/"):
            raise PhoneError("The address of this portal is not registered.")
        return self.transport(method, address, headers | {"Content-Type": "application/json"}, body)


def over_http(method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
    """The transport of the command and the demo's page; PhoneError when nobody answers."""
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read(LARGEST_ANSWER)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(LARGEST_ANSWER)
    except OSError as error:
        raise PhoneError(f"The portal does not answer: {error}") from None


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
