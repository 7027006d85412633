"""What the vote log's answers look like, with examples."""

import base64
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from initiatives.api.examples import CODE
from portal.api.schema import refused
from signatures.log.leaves import timestamp
from signatures.selectors import vote_log as reads

NONSENSE = refused(
    "invalid_input", 422, "A size or place that the log does not have", "Please correct the marked fields."
)
WAITING = refused(
    "not_in_log_yet", 409, "The entry waits", "The entry waits for its place in the log. Ask again in a minute."
)
ORIGIN = f"portal.example/log/{CODE}"
HASHES = ["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4="]
KEY_LINE = f"{ORIGIN}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
CHECKPOINT = (
    f"{ORIGIN}\n4120\n{HASHES[0]}\n\n— {ORIGIN} x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg…\n"
)


def encoded(raw: bytes) -> str:
    """Return bytes as the log's JSON writes them."""
    return base64.b64encode(raw).decode()


def moment(at: datetime | None) -> str | None:
    """Return a moment as leaves write it."""
    return timestamp(at) if at else None


def head_of(head: reads.HeadRow) -> dict[str, Any]:
    """Return a head as it is told."""
    return {
        "size": head.size,
        "root": encoded(bytes(head.root)),
        "checkpoint": reads.cosigned(head),
        "at": moment(head.at),
        "archived": head.archived,
        "stamp": encoded(bytes(head.stamp)) if head.stamp else None,
        "stamped_at": moment(head.stamped_at),
    }


def word(name: str, description: str) -> OpenApiParameter:
    """Describe a parameter that is text."""
    return OpenApiParameter(name, str, description=description)


def number(name: str, description: str, default: int | None = None) -> OpenApiParameter:
    """Describe a parameter that is a number."""
    return OpenApiParameter(name, int, description=description, default=default)


class HeadShape(serializers.Serializer[Any]):
    """A signed head."""

    size = serializers.IntegerField(help_text="Leaves under it.")
    root = serializers.CharField(help_text="Base64.")  # type: ignore[assignment]
    checkpoint = serializers.CharField(help_text="C2SP tlog-checkpoint in a signed note, with the witnesses' lines.")
    at = serializers.DateTimeField(help_text="When it was signed.")
    archived = serializers.IntegerField(
        allow_null=True, help_text="Its place in the archive of heads; null for the archive's own."
    )
    stamp = serializers.CharField(
        allow_null=True,
        help_text="RFC 3161 time stamp (base64 of DER) over the SHA-256 of the checkpoint's three lines.",
    )
    stamped_at = serializers.DateTimeField(allow_null=True)


class LogShape(serializers.Serializer[Any]):
    """How a log stands."""

    origin = serializers.CharField(help_text="Its name: the first line of its heads.")
    size = serializers.IntegerField(help_text="Leaves that have their places.")
    waiting = serializers.IntegerField(help_text="Entries that will get theirs within a minute.")
    is_final = serializers.BooleanField(help_text="Whether the voting has ended and all of it is in the head.")
    head = HeadShape(allow_null=True)
    keys = serializers.ListField(child=serializers.CharField(), help_text="The keys that sign it, one line each.")


class ProofShape(serializers.Serializer[Any]):
    """That a leaf stands in a tree."""

    v = serializers.IntegerField()
    origin = serializers.CharField()
    size = serializers.IntegerField()
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField(help_text="Base64.")
    proof = serializers.ListField(child=serializers.CharField(), help_text="Base64, from the leaf to the root.")


class InclusionShape(serializers.Serializer[Any]):
    """A leaf, its proof, and the signed head of that size."""

    leaf = serializers.CharField(help_text="Its bytes, UTF-8.")
    inclusion = ProofShape()
    checkpoint = serializers.CharField(allow_null=True, help_text="Null when no head of that size was signed.")


class ConsistencyShape(serializers.Serializer[Any]):
    """That a log only grew."""

    v = serializers.IntegerField()
    origin = serializers.CharField()
    old = serializers.IntegerField()
    new = serializers.IntegerField()
    proof = serializers.ListField(child=serializers.CharField(), help_text="Base64.")


class EntryShape(serializers.Serializer[Any]):
    """An act as the log keeps it."""

    v = serializers.IntegerField()
    id = serializers.CharField()
    petition = serializers.CharField()
    revision = serializers.IntegerField()
    text_sha256 = serializers.CharField()
    action = serializers.ChoiceField(choices=["vote", "withdraw"])
    cancels = serializers.CharField(allow_null=True)
    source = serializers.ChoiceField(choices=["eds", "session", "paper"])  # type: ignore[assignment]
    commitment = serializers.CharField()
    time = serializers.DateTimeField()


class ReceiptFile(serializers.Serializer[Any]):
    """The promise that an entry will stand in the log within 60 seconds, signed."""

    v = serializers.IntegerField()
    origin = serializers.CharField()
    entry = EntryShape()
    key = serializers.CharField(help_text="Public key, base64.")
    signature = serializers.CharField(help_text="Ed25519, base64.")


class KeyShape(serializers.Serializer[Any]):
    """A public key of the portal."""

    public_key = serializers.CharField(help_text="Base64 of 32 bytes.")
    since = serializers.DateTimeField(allow_null=True, help_text="When it signed its first head.")
    is_in_use = serializers.BooleanField()
    archive_line = serializers.CharField(
        help_text="The key as a witness is configured with it, for the archive of heads."
    )


def _reply(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


ENTRY = {
    "v": 1, "id": "0f" * 16, "petition": CODE, "revision": 1, "text_sha256": "9f2c4e7a" * 8, "action": "vote", "cancels": None,
    "source": "eds", "commitment": "1d05c338" * 8, "time": "2026-03-02T05:03:11Z",
}  # fmt: skip
RECEIPT_VALUE = {
    "v": 1,
    "origin": ORIGIN,
    "entry": ENTRY,
    "key": "Glzo…",
    "signature": "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG…",
}
HEAD_VALUE = {
    "size": 4120, "root": HASHES[0], "checkpoint": CHECKPOINT, "at": "2026-03-02T05:03:20Z", "archived": 51877, "stamp": None,
    "stamped_at": None,
}  # fmt: skip
LOG = _reply(
    "A log",
    {"origin": ORIGIN, "size": 4120, "waiting": 1, "is_final": False, "head": HEAD_VALUE, "keys": [KEY_LINE]},
)
HEAD = _reply("A head", HEAD_VALUE)
LEAF = OpenApiExample(
    "A leaf",
    '{"action":"vote","cancels":null,"commitment":"1d05c338…","id":"0f0f…","sequence":17,…}',
    response_only=True,
    status_codes=["200"],
    media_type="application/x-ndjson",
)
PROOF_VALUE = {"v": 1, "origin": ORIGIN, "size": 4120, "index": 17, "leaf_hash": HASHES[1], "proof": HASHES}
INCLUSION = _reply(
    "A proof", {"leaf": '{"action":"vote","cancels":null,…}', "inclusion": PROOF_VALUE, "checkpoint": CHECKPOINT}
)
CONSISTENCY = _reply("A proof", {"v": 1, "origin": ORIGIN, "old": 4000, "new": 4120, "proof": HASHES})
RECEIPT = _reply("A receipt", RECEIPT_VALUE)
KEY = _reply(
    "A key",
    {"public_key": "Glzo…", "since": "2026-01-05T05:00:00Z", "is_in_use": True, "archive_line": KEY_LINE},
)
