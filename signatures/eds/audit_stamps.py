"""Time stamps in an auditor's report: over a signature (CAdES-T), or as a file of its own."""

from datetime import datetime

from signatures.eds import cms, der, oids, tsp
from signatures.eds.errors import Code, EdsError
from signatures.eds.ledger import Ledger
from signatures.eds.path import TrustStore
from signatures.eds.policy import Policy
from signatures.eds.signed_data import SignedFile, SignerPart
from signatures.eds.tsp import TimeStamp


def audit_signer(
    ledger: Ledger, part: SignerPart, file: SignedFile, store: TrustStore, policy: Policy
) -> TimeStamp | None:
    """Judge the time stamp over a signature; other unsigned attributes are noted."""
    if not part.unsigned:
        return None
    if file.is_time_stamp:
        ledger.note("unsigned_attributes", Code.UNSUPPORTED_PART, "a time stamp with unsigned attributes")
        return None
    try:
        token = cms.time_stamp_token(part.unsigned, der.read(part.unsigned, 0, len(part.unsigned)))
    except EdsError as error:
        ledger.note("unsigned_attributes", error.code, error.detail)
        return None
    return ledger.run("time_stamp", _verify, token, part.signature, store, policy)


def _verify(token: bytes, stamped: bytes, store: TrustStore, policy: Policy) -> TimeStamp:
    return tsp.verify(token, stamped, store=store, policy=policy)


def audit_token(ledger: Ledger, token: bytes, stamped: bytes | None, store: TrustStore, policy: Policy) -> None:
    """Judge a file that is a time stamp; without the stamped bytes its imprint is compared with nothing, and noted so."""
    if stamped is None:
        ledger.skip("imprint", "give what was stamped with --content to compare it")
        ledger.run("time_stamp", _verify_alone, token, store, policy)
    elif ledger.run("time_stamp", _verify, token, stamped, store, policy) is not None:
        ledger.ok("imprint")


def _verify_alone(token: bytes, store: TrustStore, policy: Policy) -> TimeStamp:
    parsed = cms.parse(token, oids.TIME_STAMP_INFO)
    imprint = tsp.parse_info(parsed.content or b"").imprint
    return tsp.verify_imprint(token, imprint, store=store, policy=policy)


def moment(file: SignedFile, signer: int, store: TrustStore, policy: Policy) -> datetime | None:
    """Return the moment that a good time stamp proves: of the file, or of the signature with this number."""
    if file.is_time_stamp:
        return tsp.parse_info(file.content or b"").gen_time
    if not 0 <= signer < len(file.signers):
        return None
    stamp = audit_signer(Ledger(), file.signers[signer], file, store, policy)
    return None if stamp is None else stamp.gen_time
