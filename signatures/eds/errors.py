"""Why a signature is refused: one stable code for each reason.

Codes are part of the API and of stored reports: they may be added, never renamed. The sentences for people are in
`signatures.states`, because the core knows no languages.
"""

from enum import StrEnum


class Code(StrEnum):
    """Every answer of the core other than yes, in the order in which the checks are made."""

    TOO_LARGE = "too_large"
    NOT_DER = "not_der"
    NOT_SIGNED_DATA = "not_signed_data"
    UNSUPPORTED_PART = "unsupported_part"
    SIGNER_COUNT = "signer_count"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_MALFORMED = "certificate_malformed"
    ALGORITHM_NOT_ALLOWED = "algorithm_not_allowed"
    KEY_TOO_WEAK = "key_too_weak"
    CONTENT_ALTERED = "content_altered"
    ATTRIBUTES_MISSING = "attributes_missing"
    ATTRIBUTES_MALFORMED = "attributes_malformed"
    SIGNING_CERTIFICATE_MISMATCH = "signing_certificate_mismatch"
    SIGNATURE_WRONG = "signature_wrong"
    TIME_STAMP_WRONG = "time_stamp_wrong"
    TIME_STAMP_NOT_TRUSTED = "time_stamp_not_trusted"
    TIME_STAMP_OUT_OF_BOUNDS = "time_stamp_out_of_bounds"
    UNKNOWN_CA = "unknown_ca"
    CA_NOT_VALID = "ca_not_valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    USAGE_NOT_SIGNING = "usage_not_signing"
    ROLE_NOT_PERSON = "role_not_person"
    IIN_MISSING = "iin_missing"
    IIN_INVALID = "iin_invalid"
    BIN_INVALID = "bin_invalid"
    REVOKED = "revoked"
    NEVER_ISSUED = "never_issued"
    CA_REVOKED = "ca_revoked"
    EVIDENCE_MISSING = "evidence_missing"
    RESPONDER_UNREACHABLE = "responder_unreachable"
    SECOND_OPINION_DISAGREES = "second_opinion_disagrees"
    SECOND_OPINION_UNREACHABLE = "second_opinion_unreachable"


class EdsError(Exception):
    """A check that failed. `detail` is for operators: it never holds an IIN, a name or the signed text."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
