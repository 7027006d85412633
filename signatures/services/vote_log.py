"""How an act comes into the vote log: one statement in the transaction of the act, and a receipt at once.

No entry without its act and no act without its entry: both stand or fall together. The place in the tree comes later, from
the sequencer (`sequencing`), so that votes never wait for one another.
"""

import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from signatures.log import leaves
from signatures.log.tree import EMPTY_ROOT
from signatures.models import EntrySecret, LogEntry, VoteLog
from signatures.services import log_keys

APPEND = """
WITH entry AS (
    INSERT INTO signatures_logentry (
        log_id, entry, revision, text_sha256, action, cancels, source, commitment, at, key, signature
    )
    SELECT id, %(entry)s, %(revision)s, %(text_sha256)s, %(action)s, %(cancels)s, %(source)s, %(commitment)s, %(at)s, %(key)s,
        %(signed)s
    FROM signatures_votelog WHERE code = %(code)s AND origin = %(origin)s
    RETURNING entry
), secret AS (
    INSERT INTO signatures_entrysecret (entry_id, salt, signer_tag, signature_id)
    SELECT entry, %(salt)s, %(signer_tag)s, %(signature)s FROM entry
)
SELECT count(*) FROM entry
"""


@dataclass(frozen=True, slots=True)
class Act:
    """What the log is told of one act. `cancels`: the entry of the vote that a withdrawal takes back."""

    petition: str
    revision: int
    text_sha256: str
    action: str
    source: str
    signer_tag: bytes
    at: datetime
    cancels: uuid.UUID | None = None
    cms_sha256: str | None = None
    signature_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that stands in the log's intake, with the receipt for the voter."""

    id: uuid.UUID
    receipt: dict[str, Any]


def append(act: Act) -> Appended:
    """Write the act into its petition's log, in the caller's transaction, and return the receipt.

    Raises IntegrityError when the vote that is taken back was taken back before, signatures.log.errors.LogError when a
    value is not of its form.
    """
    made = _Made(act, origin_of(act.petition))
    if not made.store():
        made = _Made(act, _open(act.petition, act.at).origin)
        if not made.store():
            raise RuntimeError(f"the log of {act.petition} is not there")
    return made.appended


def append_many(acts: Sequence[Act]) -> list[Appended]:
    """Write many acts, in their order; as `append`, but in a few statements for all."""
    logs = {
        code: _open(code, min(act.at for act in acts if act.petition == code))
        for code in {act.petition for act in acts}
    }
    made = [_Made(act, logs[act.petition].origin) for act in acts]
    LogEntry.objects.bulk_create((one.row(logs[one.act.petition]) for one in made), batch_size=500)
    EntrySecret.objects.bulk_create((one.secret() for one in made), batch_size=1000)
    return [one.appended for one in made]


def forget(entries: Collection[uuid.UUID]) -> int:
    """Delete what opens the commitments of these entries; return how many there were. The leaves stay and lead to nobody."""
    return EntrySecret.objects.filter(entry__entry__in=list(entries)).delete()[0]


def origin_of(code: str) -> str:
    """Return the name of a log that is opened now: the portal's host, and the public code."""
    return f"{urlsplit(settings.PORTAL_ORIGIN).netloc}/log/{code}"


def open_log(code: str, *, at: datetime) -> VoteLog:
    """Return the log of this code, opened now if it is not there."""
    return _open(code, at)


def _open(code: str, at: datetime) -> VoteLog:
    found = VoteLog.objects.filter(code=code).first()
    if found is None:
        fresh = VoteLog(code=code, origin=origin_of(code), root=EMPTY_ROOT, opened_at=at)
        VoteLog.objects.bulk_create([fresh], ignore_conflicts=True)
        found = VoteLog.objects.get(code=code)
    return found


class _Made:
    """An entry with its salt and its receipt, not stored yet."""

    def __init__(self, act: Act, origin: str) -> None:
        self.act, self.id, self.origin = act, uuid.uuid4(), origin
        self.salt = secrets.token_bytes(leaves.SALT_OCTETS)
        cms = bytes.fromhex(act.cms_sha256) if act.cms_sha256 else None
        self.entry = leaves.Entry(
            id=self.id.hex,
            petition=act.petition,
            revision=act.revision,
            text_sha256=act.text_sha256,
            action=act.action,
            cancels=act.cancels.hex if act.cancels else None,
            source=act.source,
            commitment=leaves.commitment(salt=self.salt, cms_sha256=cms, signer_tag=act.signer_tag),
            time=leaves.timestamp(act.at),
        )
        self.entry.check()
        self.key = log_keys.in_use()
        self.signature = self.key.sign(leaves.receipt_message(origin, self.entry))

    @property
    def appended(self) -> Appended:
        receipt = leaves.receipt(self.origin, self.entry, public_key=self.key.public, signature=self.signature)
        return Appended(self.id, receipt)

    def store(self) -> bool:
        """Write entry and secret in one statement; False when there is no log of this code and origin."""
        act = self.act
        values: dict[str, Any] = {
            "entry": self.id,
            "revision": act.revision,
            "text_sha256": act.text_sha256,
            "action": act.action,
            "cancels": act.cancels,
            "source": act.source,
            "commitment": self.entry.commitment,
            "at": act.at,
            "key": self.key.public,
            "signed": self.signature,
            "code": act.petition,
            "origin": self.origin,
            "salt": self.salt,
            "signer_tag": act.signer_tag,
            "signature": act.signature_id,
        }
        with connection.cursor() as cursor:
            cursor.execute(APPEND, values)
            return bool(cursor.fetchone()[0])

    def row(self, log: VoteLog) -> LogEntry:
        act = self.act
        return LogEntry(
            entry=self.id,
            log=log,
            revision=act.revision,
            text_sha256=act.text_sha256,
            action=act.action,
            cancels=act.cancels,
            source=act.source,
            commitment=self.entry.commitment,
            at=act.at,
            key=self.key.public,
            signature=self.signature,
        )

    def secret(self) -> EntrySecret:
        return EntrySecret(
            entry_id=self.id, salt=self.salt, signer_tag=self.act.signer_tag, signature_id=self.act.signature_id
        )
