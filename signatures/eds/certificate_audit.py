"""What an auditor asks of one certificate, revocation list or responder's answer: each answer apart from the others.

An expired certificate still bears its issuer's good signature; a revoked one is still within its dates. So `signature`,
`validity` and `revocation` stand side by side, and the verdict is their sum.
"""

from typing import Any

from signatures.eds import certificate, crl, describing, ocsp, recorded_evidence, revocation
from signatures.eds.auditing import Question, audit_path, audit_revocation
from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code, EdsError
from signatures.eds.ledger import Ledger, Result
from signatures.eds.path import Authority
from signatures.eds.recorded_evidence import EvidenceFile
from signatures.eds.revocation import SourceUnreachable
from signatures.eds.verify import check_validity


def audit_certificate(raw: bytes, asked: Question) -> dict[str, Any]:
    """Return the report on whatever of the three the file is; EdsError when it is none of them."""
    try:
        leaf = certificate.parse(raw)
    except EdsError as error:
        file = recorded_evidence.read("", raw)
        if file is None:
            raise EdsError(Code.CERTIFICATE_MALFORMED, error.detail) from error
        return _audit_evidence(file, asked)
    return _audit_leaf(leaf, asked)


def _audit_leaf(leaf: Certificate, asked: Question) -> dict[str, Any]:
    ledger = Ledger()
    ledger.ok("structure", "certificate")
    if asked.store.knows(leaf.raw) and not _has_issuer(leaf, asked):
        return _audit_anchor(leaf, asked, ledger)
    authority = audit_path(ledger, leaf, asked)
    outcome = audit_revocation(ledger, leaf, authority, asked)
    return _report(
        "certificate", ledger,
        signature=_signature_word(ledger),
        validity=describing.validity_word(ledger),
        revocation=describing.revocation_word(outcome),
        certificate=describing.describe(leaf),
        issued_by=None if authority is None else describing.describe(authority.certificate),
        evidence=describing.describe_revocation(outcome),
    )  # fmt: skip


def _has_issuer(leaf: Certificate, asked: Question) -> bool:
    return any(authority.may_have_issued(leaf) for authority in asked.store.authorities)


def _audit_anchor(leaf: Certificate, asked: Question, ledger: Ledger) -> dict[str, Any]:
    """An authority that is trusted by itself: nobody among the authorities signed it, so its signature is not asked."""
    ledger.skip("path", "the certificate is itself one of the anchors, and its issuer is not among them")
    ledger.run("validity", check_validity, leaf, asked.at)
    ledger.skip("revocation", "an anchor is trusted by itself")
    return _report(
        "certificate", ledger,
        signature="anchor",
        validity=describing.validity_word(ledger),
        revocation="not_checked",
        certificate=describing.describe(leaf),
        issued_by=None,
        evidence=[],
    )  # fmt: skip


def _signature_word(ledger: Ledger) -> str:
    """`valid`, `invalid` (the named issuer did not sign it), `unknown_issuer`, or `algorithm_not_allowed`."""
    found = next((check for check in ledger.checks if check.step == "path"), None)
    if found is None or found.result is Result.OK:
        return "valid"
    return {Code.UNKNOWN_CA: "unknown_issuer", Code.SIGNATURE_WRONG: "invalid"}.get(
        found.code or Code.UNKNOWN_CA, str(found.code)
    )


def _report(kind: str, ledger: Ledger, **parts: Any) -> dict[str, Any]:
    code = ledger.code
    return {
        "kind": kind,
        "valid": code is None,
        "code": None if code is None else str(code),
        **parts,
        "checks": describing.describe_checks(ledger),
    }


# --- lists and answers ---


def _audit_evidence(file: EvidenceFile, asked: Question) -> dict[str, Any]:
    ledger = Ledger()
    ledger.ok("structure", file.kind)
    authority = ledger.run("path", _signer_of, file, asked)
    if asked.at < file.since:
        ledger.fail("validity", Code.NOT_YET_VALID, f"from {describing.moment(file.since)}")
    elif file.until is not None and asked.at > file.until:
        ledger.fail("validity", Code.EXPIRED, f"until {describing.moment(file.until)}")
    else:
        ledger.ok("validity")
    return _report(
        file.kind, ledger,
        signature=_signature_word(ledger),
        validity=describing.validity_word(ledger),
        revocation="not_checked",
        this_update=describing.moment(file.since),
        next_update=None if file.until is None else describing.moment(file.until),
        issued_by=None if authority is None else describing.describe(authority.certificate),
        entries=_entries(file),
    )  # fmt: skip


def _signer_of(file: EvidenceFile, asked: Question) -> Authority:
    """Return the authority that answers for the file: its own signature, or that of a responder it delegated."""
    named = False
    for authority in asked.store.authorities:
        try:
            if file.kind == "ocsp":
                revocation.require_responder(file.raw, authority, file.since)
            else:
                revocation.verified_list(file.raw, authority)
            return authority
        except SourceUnreachable:
            named = named or _names(file, authority)
        except EdsError:
            named = True
    raise EdsError(Code.SIGNATURE_WRONG if named else Code.UNKNOWN_CA, "no authority answers for it")


def _names(file: EvidenceFile, authority: Authority) -> bool:
    return authority.certificate.subject_name in file.raw


def _entries(file: EvidenceFile) -> list[dict[str, Any]]:
    """Return what a responder's answer says; of a list, how many certificates it names."""
    if file.kind != "ocsp":
        return [{"count": len(crl.parse(file.raw).places)}]
    return [_entry(single, file.raw) for single in ocsp.parse(file.raw).singles]


def _entry(single: ocsp.Single, raw: bytes) -> dict[str, Any]:
    since = single.revoked_since
    return {
        "serial": describing.serial(single.serial),
        "state": str(revocation.answer_of(single, single.this_update, raw).state),
        "revoked_at": None if since is None else describing.moment(since),
    }
