"""An auditor's files: read from folders, sorted into anchors and evidence, judged, and written down as JSON.

No table is read and nothing is fetched: a person who has the files and this program can repeat every verdict.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from signatures.eds import (
    audit_stamps,
    auditing,
    certificate,
    cms,
    describing,
    recorded_evidence,
    signed_data,
    tsp,
)
from signatures.eds.auditing import Question
from signatures.eds.certificate import Certificate
from signatures.eds.certificate_audit import audit_certificate
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import POLICIES, Domain
from signatures.eds.recorded_evidence import EvidenceFile
from signatures.limits import LARGEST_AUDITED_FILE, LARGEST_REVOCATION_LIST

PINS_FILE = "pins.txt"
LARGEST_CERTIFICATE_FILE = 1024 * 1024
_PEM_BLOCK = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,32}-----.*?-----END [A-Z0-9 ]{1,32}-----", re.DOTALL)


class Unreadable(Exception):
    """There is nothing to judge: a file that is missing, damaged, or of another kind."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Anchors:
    """Whom the auditor trusts, and which files of the folder were left out and why."""

    store: TrustStore
    origin: str
    ignored: list[dict[str, str]] = field(default_factory=list)


def read_file(path: Path, largest: int) -> bytes:
    """Return the file's bytes; Unreadable when it is not there or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Unreadable("not_readable", f"{path}: {error.strerror or error}") from error
    if len(data) > largest:
        raise Unreadable("too_large", f"{path}: more than {largest} bytes")
    return data


def read_anchors(directory: Path, pins: Sequence[str] = ()) -> Anchors:
    """Sort a folder into anchors and authorities under them.

    With pins (given, or in the folder's pins.txt) only pinned certificates are anchors. Without, the auditor's own choice of the
    folder is the pin: self-signed certificates are roots, those issued by another one in the folder are intermediates, and
    those whose issuer is not there are anchors themselves.
    """
    if not directory.is_dir():
        raise Unreadable("not_readable", f"{directory} is not a folder")
    candidates, ignored = _candidates(directory)
    pinned = {pin.lower().replace(":", "") for pin in (*pins, *_pins_of(directory))}
    authorities = list(candidates.values())
    if pinned:
        anchors = [cert for cert in authorities if cert.sha256.hex() in pinned]
    else:
        anchors = [cert for cert in authorities if not _has_issuer_among(cert, authorities)]
    kept, rest = _reachable(anchors, [cert for cert in authorities if cert not in anchors])
    for cert in rest:
        ignored.append({"file": candidates_name(candidates, cert), "reason": "leads to no anchor"})
    try:
        store = TrustStore([cert.raw for cert in anchors], [cert.raw for cert in kept], old_algorithms_allowed=True)
    except EdsError as error:
        raise Unreadable(str(error.code), f"{directory}: {error.detail or error}") from error
    return Anchors(store, "directory", ignored)


def candidates_name(candidates: dict[str, Certificate], cert: Certificate) -> str:
    """Return the name of the file that held the certificate."""
    return next((name for name, found in candidates.items() if found is cert), "")


def _pins_of(directory: Path) -> list[str]:
    path = directory / PINS_FILE
    return read_file(path, 64 * 1024).decode("ascii", "replace").split() if path.is_file() else []


def _candidates(directory: Path) -> tuple[dict[str, Certificate], list[dict[str, str]]]:
    """Return the authorities' certificates of a folder by the name of their file, each once, and what was left out."""
    found: dict[str, Certificate] = {}
    ignored: list[dict[str, str]] = []
    seen: set[bytes] = set()
    for path in sorted(path for path in directory.iterdir() if path.is_file() and path.name != PINS_FILE):
        for number, block in enumerate(_blocks(path)):
            name = path.name if number == 0 else f"{path.name}#{number}"
            try:
                cert = certificate.parse(cms.unarmour(block))
            except EdsError:
                ignored.append({"file": name, "reason": "not a certificate"})
                continue
            if cert.sha256 in seen:
                continue
            seen.add(cert.sha256)
            if not cert.is_authority:
                ignored.append({"file": name, "reason": "not an authority's certificate"})
            elif cert.subject_name == cert.issuer and not _has_issued(cert, cert):
                ignored.append({"file": name, "reason": "its own signature is wrong"})
            else:
                found[name] = cert
    return found, ignored


def _blocks(path: Path) -> Iterable[bytes]:
    """A PEM file may hold a chain."""
    data = read_file(path, LARGEST_CERTIFICATE_FILE)
    return _PEM_BLOCK.findall(data) or [data]


def _has_issued(parent: Certificate, child: Certificate) -> bool:
    try:
        return Authority(parent, parent.not_before, parent.not_after, depth=1, old_algorithms_allowed=True).has_issued(
            child
        )
    except EdsError:
        return False


def _has_issuer_among(cert: Certificate, others: Sequence[Certificate]) -> bool:
    return any(other is not cert and _has_issued(other, cert) for other in others)


def _reachable(
    anchors: Sequence[Certificate], waiting: Sequence[Certificate]
) -> tuple[list[Certificate], list[Certificate]]:
    """Divide the certificates into those that lead to an anchor and the others."""
    kept: list[Certificate] = []
    rest = list(waiting)
    while True:
        known = [*anchors, *kept]
        fresh = [cert for cert in rest if any(_has_issued(parent, cert) for parent in known)]
        if not fresh:
            return kept, rest
        kept += fresh
        rest = [cert for cert in rest if cert not in fresh]


def read_evidence(directory: Path) -> tuple[list[EvidenceFile], list[dict[str, str]]]:
    """Return the lists and answers of a folder, and the files that are neither."""
    if not directory.is_dir():
        raise Unreadable("not_readable", f"{directory} is not a folder")
    found: list[EvidenceFile] = []
    ignored: list[dict[str, str]] = []
    for path in sorted(path for path in directory.iterdir() if path.is_file()):
        data = read_file(path, LARGEST_REVOCATION_LIST)
        file = recorded_evidence.read(path.name, _unarmoured(data))
        if file is None:
            ignored.append({"file": path.name, "reason": "neither a revocation list nor a responder's answer"})
        else:
            found.append(file)
    return found, ignored


def _unarmoured(data: bytes) -> bytes:
    """Lists are larger than any signature; only those in PEM pass through the reader of armour."""
    return _readable(data, largest=LARGEST_REVOCATION_LIST) if data[:5] == b"-----" else data


def question(anchors: Anchors, evidence: Sequence[EvidenceFile] | None, *, domain: Domain, at: datetime) -> Question:
    """Return what is asked; None as evidence means that nobody wants to know about revocation.

    Algorithms of former years are judged here, though no vote may come by them: old evidence does not become untrue.
    """
    policy = replace(POLICIES[domain], old_algorithms_allowed=True)
    return Question(anchors.store, policy, at, evidence or (), revocation_asked=evidence is not None)


def armour_of(data: bytes) -> str:
    """Name the armour that the file came in."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return "pem"
    return "der" if data[:1] == b"\x30" and b"\x00" in data else "base64"


def judge_cms(data: bytes, content: bytes | None, asked: Question, *, signer: int | None) -> dict[str, Any]:
    """Return the report on a signature file; Unreadable when there is none to make."""
    der = _token_or_file(_readable(data))
    try:
        audit = auditing.audit_cms(der, content, asked)
    except EdsError as error:
        raise Unreadable(str(error.code), error.detail or str(error.code)) from error
    if audit.file.content is None and content is None and audit.signers:
        raise Unreadable("content_missing", "The signature is detached: give what was signed with --content.")
    if signer is not None and not 0 <= signer < len(audit.signers):
        raise Unreadable("no_such_signer", f"The file has {len(audit.signers)} signers, counted from 0.")
    chosen = [audit.signers[signer]] if signer is not None else audit.signers
    codes = [code for code in (audit.ledger.code, *(one.ledger.code for one in chosen)) if code is not None]
    signed = audit.file.content if audit.file.content is not None else content
    return {
        "valid": not codes,
        "code": str(codes[0]) if codes else None,
        "file": {"sha256": hashlib.sha256(der).hexdigest(), "bytes": len(der), "armour": armour_of(data)},
        "content": {
            "attached": audit.file.content is not None,
            "type": audit.file.content_type,
            "sha256": None if signed is None else hashlib.sha256(signed).hexdigest(),
            "bytes": None if signed is None else len(signed),
        },
        "time_stamp": describing.describe_token(audit.file),
        "checks": describing.describe_checks(audit.ledger),
        "chosen": [one.index for one in chosen],
        "signers": [describing.describe_signer(one, audit) for one in audit.signers],
    }


def stamped_at(data: bytes, asked: Question, *, signer: int | None) -> datetime | None:
    """Return the moment of a good time stamp over the signature asked about, or of the file where it is one itself."""
    try:
        file = signed_data.read(_token_or_file(_readable(data)))
    except EdsError as error:
        raise Unreadable(str(error.code), error.detail or str(error.code)) from error
    return audit_stamps.moment(file, signer or 0, asked.store, asked.policy)


def _token_or_file(der: bytes) -> bytes:
    """A time stamp authority's whole response (RFC 3161, 2.4.2) is read as the token inside."""
    try:
        return tsp.token_of(der)
    except EdsError:
        return der


def judge_certificate(data: bytes, asked: Question) -> dict[str, Any]:
    """Return the report on one certificate, list or responder's answer; Unreadable when it is none of them."""
    try:
        report = audit_certificate(_readable(data), asked)
    except EdsError as error:
        raise Unreadable(str(error.code), error.detail or str(error.code)) from error
    return {"file": {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}, **report}


def _readable(data: bytes, *, largest: int = LARGEST_AUDITED_FILE) -> bytes:
    try:
        return cms.unarmour(data, largest=largest)
    except EdsError as error:
        raise Unreadable(str(error.code), error.detail or str(Code(error.code))) from error
