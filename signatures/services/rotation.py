"""Rotating keys: whose signatures are stored, and sealing them anew under the key in use.

A rotation goes in batches, each committed by itself, and remembers how far it came. It may be stopped and started at will,
and runs beside voting.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db import connection, transaction

from signatures.eds import cms
from signatures.eds.errors import EdsError
from signatures.models import KeyRotation, MobileRequest, Signature
from signatures.services import sealing
from signatures.states import RotationKind

FIRST = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a batch did; `lost` are signatures that no known key opens."""

    looked_at: int
    moved: int
    lost: int


def rotation_of(kind: RotationKind, secrets: Sequence[str], *, at: datetime) -> KeyRotation:
    """Return the rotation to these keys, begun now if there is none; its name tells nothing of the keys."""
    name = hashlib.sha256("\n".join([kind.value, *secrets]).encode()).hexdigest()
    found, _created = KeyRotation.objects.get_or_create(kind=kind, key_name=name, defaults={"started_at": at})
    return found


def iin_of(sealed: bytes | memoryview) -> str | None:
    """Return the IIN in a stored signature's certificate, for use at once; None when it cannot be opened or read."""
    try:
        return cms.parse(sealing.unseal(sealed)).signer_certificate.subject.iin
    except (EdsError, InvalidToken):
        return None


def iins(sealed: Mapping[uuid.UUID, bytes]) -> dict[uuid.UUID, str | None]:
    """Return the IIN of each stored signature, for use at once."""
    return {key: iin_of(token) for key, token in sealed.items()}


def people(*, after: str, limit: int) -> tuple[str, list[tuple[str, str | None]]]:
    """Return the next stored signatures' holders as (certificate's SHA-256, IIN), and the place behind them.

    An empty place means that there are no more.
    """
    start = uuid.UUID(after) if after else FIRST
    rows = list(
        Signature.objects.filter(pk__gt=start, erased_at=None)
        .order_by("pk")
        .values_list("pk", "certificate_sha256", "cms")[:limit]
    )
    return (str(rows[-1][0]) if rows else ""), [(sha256, iin_of(sealed)) for _pk, sha256, sealed in rows]


# --- encryption ---


def under_older_keys() -> dict[str, int]:
    """Return how many stored signatures need each key but the one in use; "" counts tokens from before names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN substring(cms FROM 1 FOR 3) = 'k1.'::bytea"
            " THEN convert_from(substring(cms FROM 4 FOR 8), 'SQL_ASCII') ELSE '' END AS name, count(*)"
            " FROM signatures_signature WHERE erased_at IS NULL AND substring(cms FROM 1 FOR 12) <> %s GROUP BY name",
            [sealing.newest_prefix()],
        )
        return {str(name): int(count) for name, count in cursor.fetchall()}


def reseal_batch(*, after: str, limit: int) -> tuple[str, Resealed]:
    """Seal the next signatures anew; return the place behind them ("" at the end) and what was done.

    What was opened is compared with `cms_sha256` first: a rotation must never make something else of the evidence.
    """
    start = uuid.UUID(after) if after else FIRST
    prefix = sealing.newest_prefix()
    rows = list(
        Signature.objects.filter(pk__gt=start, erased_at=None)
        .order_by("pk")
        .values_list("pk", "cms", "cms_sha256")[:limit]
    )
    moved = lost = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for pk, token, sha256 in rows:
            if bytes(token[: len(prefix)]) == prefix:
                continue
            plain = _opened(token, sha256)
            if plain is None:
                lost += 1
                continue
            cursor.execute("SELECT signatures_reseal(%s, %s, %s)", [pk, bytes(token), sealing.seal(plain)])
            moved += cursor.fetchone()[0]
    return (str(rows[-1][0]) if rows else ""), Resealed(len(rows), moved, lost)


def _opened(token: bytes | memoryview, sha256: str) -> bytes | None:
    try:
        plain = sealing.unseal(token)
    except InvalidToken:
        return None
    return plain if hashlib.sha256(plain).hexdigest() == sha256 else None


def reseal_waiting() -> int:
    """Seal anew what telephones have sent and pages have not taken yet; return how many. They live for minutes."""
    prefix, moved = sealing.newest_prefix(), 0
    with transaction.atomic():
        for row in MobileRequest.objects.select_for_update().filter(cms__isnull=False):
            if row.cms is None or bytes(row.cms[: len(prefix)]) == prefix:
                continue
            row.cms = sealing.seal(sealing.unseal(row.cms))
            row.save(update_fields=["cms"])
            moved += 1
    return moved


def batches(rotation: KeyRotation, *, limit: int, at: datetime) -> Iterator[Resealed]:
    """Seal everything anew, batch after batch, from where the rotation was stopped; yields what each did."""
    while True:
        place, done = reseal_batch(after=rotation.place, limit=limit)
        if not place:
            break
        rotation.place = place
        for name, count in (("moved", done.moved), ("lost", done.lost)):
            rotation.counts[name] = rotation.counts.get(name, 0) + count
        rotation.save(update_fields=["place", "counts"])
        yield done
    # Whoever signs while this runs may do so in a process that was not restarted yet: the next run looks at all again.
    rotation.place, rotation.finished_at = "", at
    rotation.save(update_fields=["place", "finished_at"])
