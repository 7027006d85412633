"""What a voter or a sceptic takes home: everything that is needed to check one vote, or the whole count, without the portal.

The formats are told in docs/signatures.md, and `signatures/log/verify_bundle.py`, which lies in each bundle, reads them. A bundle
is made while it is sent: memory stays flat however long a log is. The same state of the log gives the same bytes.
"""

import base64
import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import Conflict
from signatures import log as log_package
from signatures.eds.errors import EdsError
from signatures.log import canonical, leaves
from signatures.models import EntrySecret, LogEntry, Signature, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import evidence, log_keys, sealing, trust

VERIFIER = "verify_bundle.py"
LEAVES = "leaves.ndjson"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip knows: with real times one bundle would never be the same bytes twice."""

README = """\
ҚАЗ  Бұл топтаманы порталсыз, өз компьютеріңізде тексеруге болады:  python3 verify_bundle.py ТОПТАМА.zip
     (Python 3.9 және cryptography пакеті керек). Порталға сенбесеңіз, verify_bundle.py файлын топтамадан емес,
     бағдарламаның ашық кодынан алыңыз және --key, --pin арқылы өзіңіз білетін кілттерді беріңіз.
РУС  Этот пакет можно проверить без портала, на своём компьютере:  python3 verify_bundle.py ПАКЕТ.zip
     (нужны Python 3.9 и пакет cryptography). Если вы не доверяете порталу, возьмите verify_bundle.py не из пакета, а из
     открытого кода, и укажите известные вам ключи через --key и --pin.
ENG  This bundle can be checked without the portal, on your own computer:  python3 verify_bundle.py BUNDLE.zip
     (Python 3.9 and the package cryptography). If you do not trust the portal, take verify_bundle.py not from the bundle
     but from the open source, and give the keys that you know with --key and --pin.

The bundle of a vote holds the name and the IIN of whoever signed. Do not hand it to strangers.
"""

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class _Place:
    """A log, a head of it, and where the head stands in the archive as far as it does."""

    log: VoteLog
    head: TreeHead
    archive: VoteLog | None = None
    archived: TreeHead | None = None


def verifier() -> bytes:
    """Return the lone verifier, as it lies in each bundle."""
    return _verifier()


@cache
def _verifier() -> bytes:
    return (Path(log_package.__file__).parent / VERIFIER).read_bytes()


def of_vote(*, entry: uuid.UUID) -> Iterator[bytes]:
    """Return the zip of one act, piece by piece; Conflict "not_in_log_yet" during the minute before it has its place."""
    row = LogEntry.objects.select_related("log").get(entry=entry)
    if row.sequence is None or (place := _place(row.log, row.sequence)) is None:
        raise Conflict(_("The vote is being written into the log. Try again in a minute."), code="not_in_log_yet")
    secret = EntrySecret.objects.select_related("signature").filter(entry=row).first()
    files = [*_of_voter(place.log, row, secret), *_of_leaf(place, row), *_of_head(place), *_ours()]
    facts: dict[str, Any] = {"kind": "vote", "petition": row.log.code}
    if secret is None:
        facts["erased"] = "yes"
    return _zip(sorted(files), facts)


@dataclass(frozen=True, slots=True)
class CountBundle:
    """A bundle that is made when it is read; `etag` names the head it is of."""

    etag: str
    pieces: Iterator[bytes]


def of_count(*, code: str) -> CountBundle | None:
    """Return the zip of all leaves of a petition under its newest head; None while nothing is in its log."""
    log = reads.find_log(code)
    place = None if log is None else _place(log, 0)
    if place is None:
        return None
    etag = hashlib.sha256(f"{place.head.note}{place.archived and place.archived.pk}".encode()).hexdigest()[:32]
    return CountBundle(etag, _zip_of_count(place))


def _zip_of_count(place: _Place) -> Iterator[bytes]:
    figures = {"vote": 0, "withdraw": 0}

    def lines() -> Iterator[bytes]:
        for leaf in reads.read_leaves(place.log, 0, place.head.size):
            figures[leaves.read_leaf(leaf)[1].action] += 1
            yield leaf + b"\n"

    writer = _Writer()
    yield from writer.add_long(LEAVES, lines())
    yield from writer.add_long("heads.ndjson", _earlier_heads(place))
    for name, content in sorted([*_of_head(place), *_ours()]):
        yield from writer.add(name, content)
    facts = {"kind": "count", "petition": place.log.code, "size": place.head.size}
    yield from writer.end({**facts, "count": figures["vote"] - figures["withdraw"]})


def _earlier_heads(place: _Place) -> Iterator[bytes]:
    heads = TreeHead.objects.filter(log=place.log, size__lt=place.head.size).order_by("size")
    for head in heads.iterator(chunk_size=500):
        yield canonical.write({"checkpoint": head.note, "time": leaves.timestamp(head.at)}) + b"\n"


def _place(log: VoteLog, sequence: int) -> _Place | None:
    """Return the newest head over the leaf whose place in the archive is witnessed by a signed head, else the newest."""
    heads = TreeHead.objects.filter(log=log, size__gt=sequence).order_by("-size")
    archive = reads.find_log(ARCHIVE)
    newest = heads.first()
    if archive is None or newest is None:
        return None if newest is None else _Place(log, newest)
    signed = TreeHead.objects.filter(log=archive).order_by("-size")
    for top in (signed.filter(stamp__isnull=False).first(), signed.first()):
        head = heads.filter(archived__lt=top.size).first() if top is not None else None
        if head is not None:
            return _Place(log, head, archive, top)
    return _Place(log, newest)


def _of_voter(log: VoteLog, row: LogEntry, secret: EntrySecret | None) -> Iterator[File]:
    """What only the voter and the addressed body may see; nothing of it is left of an erased person."""
    if secret is None:
        return
    signature = secret.signature
    opened = {
        "v": 1,
        "salt": bytes(secret.salt).hex(),
        "cms_sha256": signature.cms_sha256 if signature else None,
        "signer_tag": bytes(secret.signer_tag).hex(),
    }
    yield "commitment.json", canonical.write(opened)
    yield "receipt.json", canonical.write(reads.receipt_of(log, row))
    if signature is not None:
        yield from _of_signature(signature).items()


def _of_signature(signature: Signature) -> dict[str, bytes]:
    try:
        return evidence.of(signature)
    except EdsError:
        # Nothing was kept of it: the bundle holds what there is, and the verifier says what is missing.
        report = json.dumps(signature.report, ensure_ascii=False, sort_keys=True)
        cms = sealing.unseal(signature.cms)
        return {"statement.txt": signature.statement.encode(), "signature.p7s": cms, "report.json": report.encode()}


def _of_leaf(place: _Place, row: LogEntry) -> Iterator[File]:
    sequence = row.sequence or 0
    yield "leaf.json", reads.leaf_of(place.log, row)
    yield "inclusion.json", _proof(place.log, sequence, place.head.size)


def _of_head(place: _Place) -> Iterator[File]:
    origins = [place.log.origin] + ([place.archive.origin] if place.archive else [])
    keys = log_keys.published()
    yield "checkpoint.txt", reads.cosigned(place.head).encode()
    yield "log-key.txt", "".join(f"{key.named(origin).line}\n" for origin in origins for key in keys).encode()
    if place.archive is None or place.archived is None or place.head.archived is None:
        return
    yield "archive/leaf.json", reads.archived_leaf(place.head)
    yield "archive/inclusion.json", _proof(place.archive, place.head.archived, place.archived.size)
    yield "archive/checkpoint.txt", reads.cosigned(place.archived).encode()
    if place.archived.stamp is not None:
        yield "archive/timestamp.der", bytes(place.archived.stamp)
        for number, authority in enumerate(trust.verifier().store.authorities, 1):
            yield f"certificates/known-{number}.der", authority.certificate.raw


def _ours() -> Iterator[File]:
    yield VERIFIER, verifier()
    yield "README.txt", README.encode()


def _proof(log: VoteLog, index: int, size: int) -> bytes:
    """The proof as the API gives it, too."""
    (leaf,) = reads.read_leaves(log, index, index + 1)
    hashes = [hashlib.sha256(b"\x00" + leaf).digest(), *reads.inclusion_proof(log, index, size)]
    told, *path = [base64.b64encode(one).decode() for one in hashes]
    return canonical.write(
        {"v": 1, "origin": log.origin, "index": index, "size": size, "leaf_hash": told, "proof": path}
    )


def _zip(files: Iterable[File], facts: dict[str, Any]) -> Iterator[bytes]:
    writer = _Writer()
    for name, content in files:
        yield from writer.add(name, content)
    yield from writer.end(facts)


class _Pipe:
    """Takes what zipfile writes and hands it on; it cannot go back, so zipfile writes sizes behind each file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        joined, self._pieces = b"".join(self._pieces), []
        return joined


class _Writer:
    """Writes a zip and remembers the hash of each file; the list of them comes last."""

    def __init__(self) -> None:
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        self._hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> Iterator[bytes]:
        yield from self.add_long(name, iter([content]))

    def add_long(self, name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Write a file of which only one piece is ever in memory."""
        about = zipfile.ZipInfo(name, LONG_AGO)
        about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
        total = hashlib.sha256()
        with self._zip.open(about, "w", force_zip64=name == LEAVES) as file:
            for piece in pieces:
                total.update(piece)
                file.write(piece)
                if taken := self._pipe.taken():
                    yield taken
        self._hashes[name] = total.hexdigest()
        yield self._pipe.taken()

    def end(self, facts: dict[str, Any]) -> Iterator[bytes]:
        """Write the list of files and close."""
        manifest = canonical.write({"v": 1, **facts, "files": dict(self._hashes)})
        yield from self.add("manifest.json", manifest)
        self._zip.close()
        yield self._pipe.taken()
