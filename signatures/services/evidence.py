"""Evidence that outlives everybody: a stored signature is judged again from stored bytes alone.

Kept are (by `keeping`) the very bytes that were believed: the responder's answer or the lists, and the certificates of all
authorities up to the anchor. Judging again asks nobody and trusts nothing but pins: certificates may have expired since, the
authority may have a new one, the responder may be gone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from signatures.eds import cms as cms_files
from signatures.eds import ocsp
from signatures.eds.der import INTEGER
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import POLICIES, Domain
from signatures.eds.report import Finding, Report
from signatures.eds.revocation import Kind, RevocationChecker, SourceUnreachable
from signatures.eds.signing import element
from signatures.eds.verify import Verifier
from signatures.models import EvidenceFile, Signature, SignatureEvidence
from signatures.services import sealing, trust
from signatures.services.demands import DEMANDS
from signatures.services.keeping import SHARED

REMEMBERED_FILES = 64
NAMES = {
    Kind.AUTHORITY: "certificates/authority",
    Kind.OCSP: "revocation/ocsp",
    Kind.LIST: "revocation/list",
    Kind.CHANGES: "revocation/changes",
}
"""Where each kind of file lies in a bundle."""


class _Kept:
    """The answers that were believed, handed out in place of those that the world would give today."""

    def __init__(self, files: Iterable[tuple[Kind, bytes]]) -> None:
        pairs = list(files)
        self._answers = [raw for kind, raw in pairs if kind == Kind.OCSP]
        self._lists = [raw for kind, raw in pairs if kind in (Kind.LIST, Kind.CHANGES)]

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        """Return the answer about the certificate that is asked about."""
        for raw in self._answers:
            for single in ocsp.parse(raw).singles:
                octets = single.serial.to_bytes(single.serial.bit_length() // 8 + 1, "big", signed=True)
                if element(INTEGER, octets) in request:
                    return raw
        raise SourceUnreachable("no answer was kept")

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        return [raw for raw in self._lists if authority.certificate.subject_name in raw[:4096]]


def verify_again(*, signature: Signature, now: datetime) -> Report:
    """Judge a stored signature at its own time from what is stored, and return the report; nobody is asked.

    The first finding is the evidence itself: that it is there, unaltered, not of a moment after `now`, and leads to a pinned
    anchor. A pin stays in the settings as long as signatures under it count, also when its certificate is gone.
    """
    report = Report()
    try:
        link, files = _evidence_of(signature)
        data = _signature_file(signature)
        if link.checked_at is None or not signature.received_at <= link.checked_at <= now:
            raise EdsError(Code.EVIDENCE_MISSING, "nobody has settled it, or in the future")
        authorities = tuple(sorted(raw for kind, raw in files if kind == Kind.AUTHORITY))
        store, checker = _judge(Domain(signature.trust_domain), authorities, trust.pins())
    except EdsError as error:
        report.findings.append(Finding("evidence", False, error.code, error.detail))
        return report
    asked_authorities = any(one["step"] == "authorities" for one in signature.report["findings"])
    judge = checker.with_source(_Kept(files), check_authorities=asked_authorities)
    report = Verifier(store, judge, POLICIES[Domain(signature.trust_domain)]).verify(
        data,
        signature.statement.encode(),
        at=signature.received_at,
        now=link.checked_at,
        issued_at=link.issued_at,
        demand=DEMANDS[signature.purpose],
    )
    report.findings.insert(0, Finding("evidence", True))
    return report


@lru_cache(maxsize=16)
def _judge(
    domain: Domain, authorities: tuple[bytes, ...], pins: frozenset[str]
) -> tuple[TrustStore, RevocationChecker]:
    """Return a store of these authorities, and a checker whose memory of lists and responders is shared by many."""
    anchors = [raw for raw in authorities if hashlib.sha256(raw).hexdigest() in pins]
    store = TrustStore(anchors, [raw for raw in authorities if raw not in anchors])
    return store, RevocationChecker(_Kept([]), POLICIES[domain])


def _signature_file(signature: Signature) -> bytes:
    data = sealing.unseal(signature.cms)
    if hashlib.sha256(data).hexdigest() != signature.cms_sha256:
        raise EdsError(Code.EVIDENCE_MISSING, "the signature file is another one")
    return data


_contents: dict[str, tuple[Kind, bytes]] = {}


def _evidence_of(signature: Signature) -> tuple[SignatureEvidence, list[tuple[Kind, bytes]]]:
    """Return the row and its files as (kind, content), in their order; EdsError when something is missing or altered."""
    link = getattr(signature, "evidence", None)  # read with the row where many are judged
    if link is None:
        raise EdsError(Code.EVIDENCE_MISSING, "none was kept")
    found = {name: _contents[name] for name in link.files if name in _contents}
    wanted = [name for name in link.files if name not in found]
    for file in EvidenceFile.objects.filter(pk__in=wanted) if wanted else ():
        content = bytes(file.content)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise EdsError(Code.EVIDENCE_MISSING, "a file was altered")
        found[file.sha256] = Kind(file.kind), content
        if file.kind in SHARED:
            if len(_contents) >= REMEMBERED_FILES:
                _contents.clear()
            _contents[file.sha256] = found[file.sha256]
    if len(found) != len(set(link.files)):
        raise EdsError(Code.EVIDENCE_MISSING, "a file is gone")
    return link, [found[name] for name in link.files]


# --- handing out ---


def _moments(link: SignatureEvidence, signature: Signature) -> dict[str, str | None]:
    moments = {
        "received_at": signature.received_at,
        "issued_at": link.issued_at,
        "stamped_at": link.stamped_at,
        "checked_at": link.checked_at,
    }
    return {name: None if at is None else at.isoformat() for name, at in moments.items()}


def of(signature: Signature) -> dict[str, bytes]:
    """Return the files of a signature's bundle by name; EdsError with `evidence_missing` when they are not all there.

    `statement.txt`, `signature.p7s` (DER), `certificates/signer.der` and `certificates/authority-N.der` (from the issuer up to
    the anchor), `revocation/{ocsp,list,changes}-N.der`, `timestamp.der` where there is one, `report.json` with the moments. The
    signature and the signer's certificate hold a name and an IIN: for the signer and the addressed body alone.
    """
    link, files = _evidence_of(signature)
    data = _signature_file(signature)
    parsed = cms_files.parse(data)
    named = {
        "statement.txt": signature.statement.encode(),
        "signature.p7s": data,
        "certificates/signer.der": parsed.signer_certificate.raw,
    }
    counts: dict[Kind, int] = {}
    for kind, raw in files:
        counts[kind] = counts.get(kind, 0) + 1
        named[f"{NAMES[kind]}-{counts[kind]}.der"] = raw
    if parsed.time_stamp is not None:
        named["timestamp.der"] = parsed.time_stamp
    told = {
        "v": 1,
        "id": str(signature.pk),
        "purpose": signature.purpose,
        "trust_domain": signature.trust_domain,
        **_moments(link, signature),
        **signature.report,
    }
    named["report.json"] = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return named
