"""What tests need to issue with the demo's RSA keys by `cryptography`, which shares no line with the demo's own issuing."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from signatures.eds.issuing import Holder
from signatures.eds.signing_keys import RsaKey


def private(holder: Holder) -> RSAPrivateKey:
    """The key of an RSA holder."""
    assert isinstance(holder.key, RsaKey)
    return holder.key.private


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def key_usage(*, signs: bool = True, commits: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(signs, commits, False, False, False, False, False, False, False)
