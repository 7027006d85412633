"""Signatures by the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, named `v1`.

The secret of an endpoint is derived from SECRET_KEY, the endpoint's name and its generation. When SECRET_KEY is replaced,
keep the old one in SECRET_KEY_FALLBACKS for a while: a message is then signed with both, as the specification foresees.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.webhooks.models import Endpoint

PREFIX = "whsec_"


def secret(endpoint: Endpoint) -> str:
    """Return the endpoint's secret as its owner keeps it: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_keys(endpoint)[0]).decode()


def headers(endpoint: Endpoint, *, uid: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers that prove the message: who, when, and that nobody changed a byte."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((uid.encode(), timestamp.encode(), body))
    signatures = (hmac.new(key, content, hashlib.sha256).digest() for key in _keys(endpoint))
    return {
        "webhook-id": uid,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }


def _keys(endpoint: Endpoint) -> list[bytes]:
    named = f"{endpoint.uid}:{endpoint.generation}"
    return [
        salted_hmac("portal.webhooks", named, secret=one, algorithm="sha256").digest()
        for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
