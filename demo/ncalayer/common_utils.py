"""The older module, kz.gov.pki.knca.commonUtils: arguments by place, answers with `code` and `responseObject`.

It makes CMS signatures; it makes neither XML signatures nor signatures over a digest, and refuses them in the shapes in which
the real program refuses what it cannot do.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from demo.ncalayer.desk import AUTH_USAGE, FAILURES, SIGN_USAGE, Cancelled, DemoKey, Desk, choose, signed

Json = dict[str, Any]
KEY_TYPES = {"SIGNATURE": frozenset({SIGN_USAGE}), "AUTHENTICATION": frozenset({AUTH_USAGE})}
"""Any other key type makes the real program show every key: the choice is no safeguard."""


class _Failed(Exception):
    """The Java method threw; the text, when there is one, is what the real program reports."""


def answer(request: Mapping[str, Any], desk: Desk) -> Json:
    """Return the answer to one request; `uuid` comes back when it was given."""
    method = str(request.get("method"))
    try:
        reply = {"code": "200", **_run(method, request.get("args") or [], desk)}
    except Cancelled:
        reply = {"code": "500", "message": "action.canceled"}
    except binascii.Error as error:
        reply = {"code": "500", "message": f"java.lang.IllegalArgumentException: {error}"}
    except _Failed as failure:
        reply = {"code": "500", **({"message": str(failure)} if str(failure) else {})}
    return reply | ({"uuid": request["uuid"]} if "uuid" in request else {})


def _run(method: str, args: Any, desk: Desk) -> Json:
    known = METHODS.get(method)
    if known is None:
        raise _Failed(f"java.lang.NoSuchMethodException: {method}")
    types, act = known
    if not isinstance(args, list) or len(args) != len(types) or any(map(_differs, args, types)):
        raise _Failed(f"java.lang.IllegalArgumentException: argument type mismatch. Method: {method}")
    return act(args, desk)


def _differs(value: Any, kind: type) -> bool:
    # A bool is an int in Python, but not in Java.
    return type(value) is not kind


def _tokens(_args: Sequence[Any], desk: Desk) -> Json:
    return {"responseObject": list(desk.tokens)}


def _locale(_args: Sequence[Any], _desk: Desk) -> Json:
    return {}


def _key_info(_args: Sequence[Any], desk: Desk) -> Json:
    return {"responseObject": _described(_dialogue(desk, frozenset()))}


def _sign(args: Sequence[Any], desk: Desk, *, stamp: bool = False) -> Json:
    _storage, key_type, data, attached = args
    content = base64.b64decode(data, validate=True)
    cms = signed(content, _dialogue(desk, KEY_TYPES.get(key_type, frozenset())), attached, desk, stamp=stamp)
    return {"responseObject": base64.b64encode(cms).decode()}


def _sign_with_stamp(args: Sequence[Any], desk: Desk) -> Json:
    """The deprecated method, which always asks the time stamp authority."""
    return _sign(args, desk, stamp=True)


def _sign_digest(args: Sequence[Any], _desk: Desk) -> Json:
    # The recording of an empty digest has no message at all.
    raise _Failed("The stand-in signs documents, not digests." if args[2] else "")


def _sign_xml(args: Sequence[Any], _desk: Desk) -> Json:
    documents = args[2] if isinstance(args[2], list) else [args[2]]
    for document in documents:
        _read_xml(str(document))
    raise _Failed("The stand-in signs CMS only.")


def _read_xml(document: str) -> None:
    try:
        expat.ParserCreate().Parse(document, True)
    except expat.ExpatError as error:
        words = "XML document structures must start and end within the same entity."
        where = f"lineNumber: {error.lineno}; columnNumber: {error.offset + 1}"
        raise _Failed(f"org.xml.sax.SAXParseException; {where}; {words}") from None


def _dialogue(desk: Desk, wanted: frozenset[str]) -> DemoKey:
    if desk.mode in FAILURES:
        raise _Failed("The demo was told to fail.")
    return choose(desk, wanted)


METHODS: dict[str, tuple[Sequence[type], Callable[[Sequence[Any], Desk], Json]]] = {
    "getActiveTokens": ((), _tokens),
    "changeLocale": ((str,), _locale),
    "getKeyInfo": ((str,), _key_info),
    "createCAdESFromBase64": ((str, str, str, bool), _sign),
    "createCMSSignatureFromBase64": ((str, str, str, bool), _sign_with_stamp),
    "createCAdESFromBase64Hash": ((str, str, str), _sign_digest),
    "signXml": ((str, str, str, str, str), _sign_xml),
    "signXmls": ((str, str, list, str, str), _sign_xml),
}
"""The types of the arguments in their places, and what happens when they are right."""


def _described(key: DemoKey) -> Json:
    certificate = key.certificate
    return {
        "alias": key.person,
        "keyId": hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        "algorithm": certificate.public_key_algorithm_oid.dotted_string,
        "subjectCn": _common_name(certificate.subject),
        "subjectDn": certificate.subject.rfc4514_string(),
        "issuerCn": _common_name(certificate.issuer),
        "issuerDn": certificate.issuer.rfc4514_string(),
        "serialNumber": str(certificate.serial_number),
        "certNotBefore": str(int(certificate.not_valid_before_utc.timestamp() * 1000)),
        "certNotAfter": str(int(certificate.not_valid_after_utc.timestamp() * 1000)),
        "authorityKeyIdentifier": _authority_key(certificate),
        "pem": certificate.public_bytes(Encoding.PEM).decode(),
    }


def _authority_key(certificate: x509.Certificate) -> str:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except x509.ExtensionNotFound:
        return ""
    return (extension.value.key_identifier or b"").hex()


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""
