"""Writing to the audit log and checking it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.audit.models import AuditEntry

if TYPE_CHECKING:
    from accounts.models import User

GENESIS = "0" * 64


def record(
    *,
    subject: models.Model,
    action: str,
    actor: "User | None",
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to the subject's chain and return it.

    The caller holds the subject's row lock, or accepts that a concurrent writer makes the unique constraint fail.
    """
    subject_type, subject_id = subject._meta.label_lower, str(subject.pk)
    last = AuditEntry.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("-sequence").first()
    content = json.loads(json.dumps(dict(data or {}), cls=DjangoJSONEncoder))
    entry = AuditEntry(
        subject_type=subject_type,
        subject_id=subject_id,
        sequence=last.sequence + 1 if last else 1,
        action=action,
        actor=actor,
        at=at,
        data=content,
        previous_hash=last.entry_hash if last else GENESIS,
    )
    entry.entry_hash = digest(entry)
    entry.save(force_insert=True)
    return entry


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256 (hex) of the entry's canonical JSON, the hash before it included."""
    canonical = json.dumps(
        {
            "subject": f"{entry.subject_type}:{entry.subject_id}",
            "sequence": entry.sequence,
            "action": entry.action,
            "actor": str(entry.actor_id) if entry.actor_id else None,
            "at": entry.at.astimezone(UTC).isoformat(),  # as the database gives it back
            "data": entry.data,
            "previous": entry.previous_hash,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def history(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """Return the subject's entries, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by(
        "sequence"
    )


def first_break(entries: Iterable[AuditEntry]) -> int | None:
    """Return the sequence number of the first entry that does not follow from those before it; None when all do."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if (entry.sequence, entry.previous_hash, entry.entry_hash) != (expected, previous, digest(entry)):
            return expected
        previous, expected = entry.entry_hash, expected + 1
    return None
