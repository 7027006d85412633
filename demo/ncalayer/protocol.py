"""One NCALayer request in, one answer out: no sockets, no clock, no state.

The shapes follow recordings of real NCALayer 1.2-1.4 (sigex-kz/ncalayer-js-client, test/test-data.json),
which the tests replay. Where the recordings show nothing, the answer is an error, never an invented success.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

GREETING = '{"result":{"version":"1.4"}}'
HEARTBEAT = "--heartbeat--"
SIGN_USAGE = ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string
AUTH_USAGE = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string

Json = dict[str, Any]


class Mode(StrEnum):
    """How the stand-in behaves until told otherwise."""

    OK = "ok"
    OK_STRING = "ok-string"
    CANCEL = "cancel"
    ERROR = "error"
    WRONG_CERT = "wrong-cert"
    AUTH_CERT = "auth-cert"
    TAMPERED = "tampered"
    SLOW = "slow"
    DROP = "drop"


@dataclass(frozen=True)
class DemoKey:
    """A private key with its certificate, as it lies in one .p12 file; `person` is the file's name."""

    person: str
    certificate: x509.Certificate
    private_key: object

    @property
    def usages(self) -> frozenset[str]:
        try:
            extension = self.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except x509.ExtensionNotFound:
            return frozenset()
        return frozenset(usage.dotted_string for usage in extension.value)


# (content, key, attached) -> DER of the CMS. The demo PKI makes signatures; this module only asks for them.
CmsMaker = Callable[[bytes, DemoKey, bool], bytes]


@dataclass(frozen=True)
class Desk:
    """What NCALayer has before it: the chosen person's keys, everyone else's, and the behaviour."""

    mode: Mode
    own: Sequence[DemoKey]
    others: Sequence[DemoKey]
    make_cms: CmsMaker
    tokens: Sequence[str] = field(default=())


class _Cancelled(Exception):
    """The person closed the key dialogue, or it had no key to offer."""


class _WrongArguments(Exception):
    """Arguments of another type than the Java method takes."""


class _NotOffered(Exception):
    """A feature of the real program which the stand-in leaves out."""


def answer(text: str, desk: Desk) -> str:
    """Answer one text frame."""
    if text == HEARTBEAT:
        return GREETING
    try:
        request = json.loads(text)
    except ValueError:
        request = None
    if not isinstance(request, dict):
        return _dump(_invocation_error("org.json.JSONException: A JSONObject text must begin with '{'"))
    module = request.get("module")
    if module == "kz.digiflow.mobile.extensions" and request.get("method") == "getVersion":
        reply: Json = {"code": "200", "responseObject": {"name": "demo stand-in", "version": "1.4"}}
    elif module == "kz.gov.pki.knca.basics":
        reply = _basics(request, desk)
    elif module == "kz.gov.pki.knca.commonUtils":
        reply = _common_utils(request, desk)
    else:
        reply = {"success": False, "errorCode": "MODULE_NOT_FOUND"}
    return _dump(reply)


def _basics(request: Mapping[str, Any], desk: Desk) -> Json:
    args = request.get("args")
    if request.get("method") != "sign" or not isinstance(args, dict):
        return _invocation_error('org.json.JSONException: JSONObject["args"] is not a JSONObject.')
    for name in ("signingParams", "signerParams"):
        if not isinstance(args.get(name), dict):
            return _invocation_error(f'org.json.JSONException: JSONObject["{name}"] is not a JSONObject.')
    if desk.mode is Mode.ERROR:
        return {"code": "SIGNING_FAILURE", "message": "The demo was told to fail.", "status": False}
    try:
        results = _basics_sign(args, desk)
    except _Cancelled:
        return {"body": {}, "status": True}
    except _NotOffered as refusal:
        return {"code": "INVALID_SIGNING_PARAMS", "message": str(refusal), "status": False}
    except binascii.Error as error:
        return _invocation_error(f"java.lang.IllegalArgumentException: {error}")
    # Versions before 1.4 answered a lone document with a bare string.
    bare = desk.mode is Mode.OK_STRING and len(results) == 1
    return {"body": {"result": results[0] if bare else results}, "status": True}


def _basics_sign(args: Mapping[str, Any], desk: Desk) -> list[str]:
    params: Mapping[str, Any] = args["signingParams"]
    if args.get("format") != "cms":
        raise _NotOffered("The stand-in signs CMS only.")
    if params.get("digested"):
        raise _NotOffered("The stand-in signs documents, not digests.")
    documents = args.get("data")
    if isinstance(documents, str):
        documents = [documents]
    if not isinstance(documents, list) or not all(isinstance(item, str) for item in documents):
        raise _NotOffered("data is neither a string nor an array of strings.")
    key = _choose(desk, frozenset(args["signerParams"].get("extKeyUsageOids") or ()))
    contents = [base64.b64decode(item, validate=True) if params.get("decode") else item.encode() for item in documents]
    attached = bool(params.get("encapsulate"))
    return [_pem(_signed(content, key, attached, desk)) for content in contents]


def _common_utils(request: Mapping[str, Any], desk: Desk) -> Json:
    method = str(request.get("method"))
    args = request.get("args") or []
    try:
        if method == "getActiveTokens":
            return {"responseObject": list(desk.tokens), "code": "200"}
        if method == "changeLocale":
            _expect(args, str)
            return {"code": "200"}
        if method == "getKeyInfo":
            _expect(args, str)
            return {"responseObject": _key_info(_dialogue(desk, frozenset())), "code": "200"}
        if method == "createCAdESFromBase64":
            _expect(args, str, str, str, bool)
            return {"responseObject": _cades(args, desk), "code": "200"}
    except _WrongArguments:
        return _java_error(f"java.lang.IllegalArgumentException: argument type mismatch. Method: {method}")
    except _Cancelled:
        return _java_error("action.canceled")
    except _NotOffered as failure:
        return _java_error(str(failure))
    except binascii.Error as error:
        return _java_error(f"java.lang.IllegalArgumentException: {error}")
    return _java_error(f"java.lang.NoSuchMethodException: {method}")


def _cades(args: Sequence[Any], desk: Desk) -> str:
    _storage, key_type, data, attached = args
    # Any other key type makes the real program show every key: the choice is no safeguard.
    wanted = {"SIGNATURE": {SIGN_USAGE}, "AUTHENTICATION": {AUTH_USAGE}}.get(key_type, set())
    key = _dialogue(desk, frozenset(wanted))
    cms = _signed(base64.b64decode(data, validate=True), key, attached, desk)
    return base64.b64encode(cms).decode()


def _dialogue(desk: Desk, wanted: frozenset[str]) -> DemoKey:
    if desk.mode is Mode.ERROR:
        raise _NotOffered("The demo was told to fail.")
    return _choose(desk, wanted)


def _choose(desk: Desk, wanted: frozenset[str]) -> DemoKey:
    """The key the person would click: the first one that the dialogue, filtered by usage, shows."""
    if desk.mode is Mode.CANCEL:
        raise _Cancelled
    if desk.mode is Mode.WRONG_CERT:
        shown = [key for key in desk.others if wanted <= key.usages] or list(desk.others)
    elif desk.mode is Mode.AUTH_CERT:
        shown = [key for key in (*desk.own, *desk.others) if AUTH_USAGE in key.usages]
    else:
        shown = [key for key in desk.own if wanted <= key.usages]
    if not shown:
        raise _Cancelled
    return shown[0]


def _signed(content: bytes, key: DemoKey, attached: bool, desk: Desk) -> bytes:
    cms = desk.make_cms(content, key, attached)
    if desk.mode is Mode.TAMPERED:
        # The signature value ends the structure: only its mathematics breaks, every frame stays readable.
        return cms[:-1] + bytes([cms[-1] ^ 1])
    return cms


def _key_info(key: DemoKey) -> Json:
    certificate = key.certificate
    return {
        "alias": key.person,
        "keyId": hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        "algorithm": certificate.public_key_algorithm_oid._name,
        "subjectCn": _common_name(certificate.subject),
        "subjectDn": certificate.subject.rfc4514_string(),
        "issuerCn": _common_name(certificate.issuer),
        "issuerDn": certificate.issuer.rfc4514_string(),
        "serialNumber": str(certificate.serial_number),
        "certNotBefore": str(int(certificate.not_valid_before_utc.timestamp() * 1000)),
        "certNotAfter": str(int(certificate.not_valid_after_utc.timestamp() * 1000)),
        "pem": certificate.public_bytes(Encoding.PEM).decode(),
    }


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _expect(args: Any, *types: type) -> None:
    if not isinstance(args, list) or len(args) != len(types):
        raise _WrongArguments
    if not all(type(value) is kind for value, kind in zip(args, types, strict=True)):
        raise _WrongArguments


def _pem(der: bytes) -> str:
    body = base64.b64encode(der).decode()
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CMS-----", *lines, "-----END CMS-----", ""])


def _invocation_error(details: str) -> Json:
    message = "An invoked method threw an exception."
    return {"code": "INVOCATION_ERROR", "details": details, "message": message, "status": False}


def _java_error(message: str) -> Json:
    return {"code": "500", "message": message}


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
