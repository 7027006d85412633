"""What lies before the person when NCALayer asks: their keys, everyone else's, and how the stand-in shall behave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signatures.eds.demo_certificates import Family

SIGN_USAGE = ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string
AUTH_USAGE = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string


class Mode(StrEnum):
    """How the stand-in behaves until told otherwise."""

    OK = "ok"
    OK_STRING = "ok-string"
    CANCEL = "cancel"
    ERROR = "error"
    ERROR_GENERAL = "error-general"
    ERROR_PARAMETERS = "error-parameters"
    ERROR_INVOCATION = "error-invocation"
    WRONG_CERT = "wrong-cert"
    AUTH_CERT = "auth-cert"
    TAMPERED = "tampered"
    SLOW = "slow"
    DROP = "drop"
    NO_STAMP = "no-stamp"
    FOREIGN_STAMP = "foreign-stamp"
    BAD_STAMP = "bad-stamp"
    OUTDATED = "outdated"
    STRANGER = "stranger"


FAILURES = {
    Mode.ERROR: "SIGNING_FAILURE",
    Mode.ERROR_GENERAL: "GENERAL_ERROR",
    Mode.ERROR_PARAMETERS: "INVALID_SIGNING_PARAMS",
    Mode.ERROR_INVOCATION: "INVOCATION_ERROR",
}
"""The error codes of the real program, each by the behaviour that provokes it."""


@dataclass(frozen=True)
class DemoKey:
    """A private key with its certificate, as it lies in one file; `person` is the file's name."""

    person: str
    certificate: x509.Certificate
    private_key: object
    family: Family = Family.RSA

    @property
    def usages(self) -> frozenset[str]:
        try:
            extension = self.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except x509.ExtensionNotFound:
            return frozenset()
        return frozenset(usage.dotted_string for usage in extension.value)

    @property
    def iin(self) -> str:
        """The number in the subject, without its prefix; "" when there is none."""
        found = self.certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        return str(found[0].value).removeprefix("IIN") if found else ""


# (content, key, attached) -> DER of the CMS. The demo PKI makes signatures; the protocol only asks for them.
CmsMaker = Callable[[bytes, DemoKey, bool], bytes]
# (CMS, key, mode) -> the CMS with a time stamp of the demo's authority, of a foreign one, or over something else.
CmsStamper = Callable[[bytes, DemoKey, Mode], bytes]


@dataclass(frozen=True)
class Desk:
    """What NCALayer has before it: the chosen person's keys, everyone else's, and the behaviour."""

    mode: Mode
    own: Sequence[DemoKey]
    others: Sequence[DemoKey]
    make_cms: CmsMaker
    tokens: Sequence[str] = field(default=())
    stamp: CmsStamper | None = None


class Cancelled(Exception):
    """The person closed the key dialogue, or it had no key to offer."""


def choose(desk: Desk, wanted: frozenset[str], iin: str = "") -> DemoKey:
    """Return the key the person would click: the first one that the dialogue, filtered by usage and IIN, shows."""
    if desk.mode is Mode.CANCEL:
        raise Cancelled
    if desk.mode is Mode.WRONG_CERT:
        shown = [key for key in desk.others if wanted <= key.usages] or list(desk.others)
    elif desk.mode is Mode.AUTH_CERT:
        shown = [key for key in (*desk.own, *desk.others) if AUTH_USAGE in key.usages]
    else:
        shown = [key for key in desk.own if wanted <= key.usages and (not iin or key.iin == iin)]
    if not shown:
        raise Cancelled
    return shown[0]


def signed(content: bytes, key: DemoKey, attached: bool, desk: Desk, *, stamp: bool = False) -> bytes:
    """Return the CMS as DER, with a time stamp if one is wanted; spoilt when the stand-in was told to."""
    cms = desk.make_cms(content, key, attached)
    if desk.mode is Mode.TAMPERED:
        cms = spoilt(cms)
    if stamp and desk.stamp is not None and desk.mode is not Mode.NO_STAMP:
        cms = desk.stamp(cms, key, desk.mode)
    return cms


def spoilt(cms: bytes) -> bytes:
    """Return the CMS with its signature value changed; every frame stays readable, only the mathematics breaks."""
    return cms[:-1] + bytes([cms[-1] ^ 1])
