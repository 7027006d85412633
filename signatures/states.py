"""The fixed vocabularies of signatures, and the sentence for each reason of refusal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Purpose(TextChoices):
    """What a signature is for. A signature for one purpose is never accepted for another."""

    VOTE = "vote", _("Vote for")
    WITHDRAW = "withdraw", _("Withdraw the vote")
    SIGN_IN = "sign_in", _("Sign in")
    SIGN_DOCUMENT = "sign_document", _("Sign a document")


class SignatureStatus(TextChoices):
    """What is known of a stored signature."""

    VALID = "valid", _("Valid")
    PENDING = "pending", _("Waiting for the answer about revocation")
    REFUSED = "refused", _("Refused after waiting")


class MobileState(TextChoices):
    """How far a signature by telephone has come."""

    WAITING = "waiting", _("Waiting for the telephone")
    OPENED = "opened", _("Open on the telephone")
    RECEIVED = "received", _("Signed, not taken yet")
    TAKEN = "taken", _("Taken by the page")
    REFUSED = "refused", _("Refused too often")


class Trouble(TextChoices):
    """What administrators are told of."""

    UNREACHABLE = "unreachable", _("The certification authority does not answer")
    PENDING_LONG = "pending_long", _("Votes wait for long")
    DISAGREEMENT = "disagreement", _("Two programs judge a signature differently")


class TrustDomain(TextChoices):
    """Whose certificates counted when the signature was accepted; counts of different domains are never summed."""

    DEMO = "demo", _("Demo")
    TEST = "test", _("Test")
    PRODUCTION = "production", _("National certification authority")


class EvidenceKind(TextChoices):
    """What a kept file is; the same words as in the core."""

    AUTHORITY = "authority", _("Certificate of an authority")
    OCSP = "ocsp", _("Answer of an OCSP responder")
    LIST = "crl", _("Revocation list")
    CHANGES = "delta", _("Changes to a revocation list")


class RotationKind(TextChoices):
    """Which keys are rotated."""

    PEPPERS = "peppers", _("Codes of people")
    ENCRYPTION = "encryption", _("Encryption")


SENTENCES: "Mapping[str, _StrPromise]" = {
    # --- the statement ---
    "token_invalid": _("This is not a statement of this portal, or it was changed on the way. Open the page again."),
    "statement_expired": _("The statement is no longer valid: more than 15 minutes have passed. Open the page again."),
    "wrong_purpose": _("This signature was made for another purpose and cannot be used here."),
    "wrong_subject": _("This signature was made for another object and cannot be used here."),
    "replayed": _("This signature has already been used. Open the page again if you want to sign once more."),
    # --- the file ---
    "too_large": _("The signature file is larger than 256 KB. Send only the signature, without other files."),
    "not_der": _("The signature file is damaged or incomplete. Please sign again."),
    "not_signed_data": _("This file is not a digital signature in the CMS format."),
    "unsupported_part": _("The signature has parts that the portal does not accept. Please sign again with NCALayer."),
    "signer_count": _("There must be exactly one signature in the file."),
    "certificate_missing": _("The signer's certificate is not in the signature. Please sign again."),
    "certificate_malformed": _("The certificate in the signature cannot be read."),
    "algorithm_not_allowed": _(
        "The signature uses an algorithm that the portal does not accept yet. Sign with an RSA key of 2048 bits."
    ),
    "key_too_weak": _("The signer's key is too weak to be accepted."),
    # --- the mathematics ---
    "content_altered": _("What was signed is not the text that the portal showed. Open the page again and sign."),
    "attributes_missing": _("The signature lacks required attributes. Please sign with NCALayer."),
    "attributes_malformed": _("The attributes of the signature are damaged. Please sign again."),
    "signing_certificate_mismatch": _("The signature names another certificate than the one it carries."),
    "signature_wrong": _("The signature does not match the text and the certificate."),
    # --- the time stamp ---
    "time_stamp_wrong": _("The time stamp in the signature is damaged or belongs to another signature. Sign again."),
    "time_stamp_not_trusted": _(
        "The time stamp in the signature is not from an authority that the portal trusts. Sign again without a time stamp."
    ),
    "time_stamp_out_of_bounds": _(
        "The time stamp is older than the text that you signed, or lies in the future. Open the page again and sign."
    ),
    # --- the certificate ---
    "unknown_ca": _("The certificate was not issued by a certification authority that the portal trusts."),
    "ca_not_valid": _("The certificate of the certification authority is not valid at this time."),
    "not_yet_valid": _("Your certificate is not valid yet."),
    "expired": _("Your certificate has expired. Renew your digital signature and try again."),
    "usage_not_signing": _(
        "This key is not for signing. Choose the key for signing (RSA or GOST), not the one for authentication (AUTH)."
    ),
    "role_not_person": _("Only a personal signature is accepted here, not the signature of an organisation."),
    "iin_missing": _("There is no individual identification number in the certificate."),
    "iin_invalid": _("The individual identification number in the certificate cannot be a real one."),
    "bin_invalid": _("The business identification number in the certificate cannot be a real one."),
    # --- revocation ---
    "revoked": _("Your certificate has been revoked. Get a new digital signature and try again."),
    "never_issued": _("The certification authority says that it never issued this certificate."),
    "evidence_missing": _("The evidence that was kept with this signature is incomplete or was altered."),
    "ca_revoked": _("The certificate of the certification authority that issued yours has been revoked."),
    "second_opinion_disagrees": _(
        "A second program that checks signatures does not agree that yours is good. Nothing was counted; the portal's "
        "administrators have been told. Please try again later."
    ),
    "second_opinion_unreachable": _(
        "The second program that checks signatures does not answer. Please try again in a few minutes."
    ),
    "responder_unreachable": _(
        "The certification authority does not answer, so it is not known whether your certificate is still in force. "
        "Please try again in a few minutes."
    ),
    # --- by telephone ---
    "mobile_off": _("Signing with eGov Mobile is not set up on this portal. Choose another way to sign."),
    "mobile_over": _("This code is no longer valid. Ask for a new one on the page."),
    "mobile_used": _("This code has already been used. Ask for a new one on the page."),
    "mobile_wrong_document": _("The telephone sent another document back than the one it was given."),
    "mobile_unreadable": _("The telephone sent an answer that the portal cannot read."),
}
