"""One NCALayer request in, one answer out: no sockets, no clock, no state.

The shapes follow recordings of real NCALayer 1.2-1.4 (sigex-kz/ncalayer-js-client, test/test-data.json),
which the tests replay. Where the recordings show nothing, the answer is an error, never an invented success.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from demo.ncalayer import common_utils
from demo.ncalayer.desk import FAILURES, Cancelled, CmsMaker, DemoKey, Desk, Mode, choose, signed

__all__ = ["GREETING", "HEARTBEAT", "CmsMaker", "DemoKey", "Desk", "Mode", "answer", "greeting", "heartbeat"]

GREETING = '{"result":{"version":"1.4"}}'
OLD_GREETING = '{"result":{"version":"1.2"}}'
HEARTBEAT = "--heartbeat--"

Json = dict[str, Any]


class _Refused(Exception):
    """A request that the real program refuses, or a feature of it which the stand-in leaves out."""


def greeting(mode: Mode) -> str:
    """Return what the program says first; one that is no NCALayer says something else."""
    if mode is Mode.STRANGER:
        return '{"hello":"another program"}'
    return OLD_GREETING if mode is Mode.OK_STRING else GREETING


def heartbeat(mode: Mode) -> str:
    """Return the answer to a heartbeat: the version again, or, as other programs of this protocol do, its echo."""
    return HEARTBEAT if mode is Mode.OK_STRING else greeting(mode)


def answer(text: str, desk: Desk) -> str:
    """Answer one text frame."""
    if text == HEARTBEAT:
        return heartbeat(desk.mode)
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return _dump(_invocation_error("org.json.JSONException: A JSONObject text must begin with '{'"))
    module = request.get("module")
    if module == "kz.digiflow.mobile.extensions" and request.get("method") == "getVersion":
        reply: Json = {"code": "200", "responseObject": {"name": "demo stand-in", "version": "1.4"}}
    elif module == "kz.gov.pki.knca.basics" and desk.mode is not Mode.OUTDATED:
        reply = _basics(request, desk)
    elif module == "kz.gov.pki.knca.commonUtils":
        reply = common_utils.answer(request, desk)
    else:
        reply = {"success": False, "errorCode": "MODULE_NOT_FOUND"}
    return _dump(reply)


def _basics(request: Mapping[str, Any], desk: Desk) -> Json:
    args = request.get("args")
    if request.get("method") != "sign":
        return _invocation_error(f"java.lang.NoSuchMethodException: {request.get('method')}")
    if not isinstance(args, dict):
        return _invocation_error('org.json.JSONException: JSONObject["args"] is not a JSONObject.')
    for name in ("signingParams", "signerParams"):
        if not isinstance(args.get(name), dict):
            return _invocation_error(f'org.json.JSONException: JSONObject["{name}"] is not a JSONObject.')
    if desk.mode is Mode.ERROR_INVOCATION:
        return _invocation_error("java.lang.IllegalStateException: The demo was told to fail.")
    if desk.mode in FAILURES:
        return {"code": FAILURES[desk.mode], "message": "The demo was told to fail.", "status": False}
    try:
        return {"body": {"result": _basics_sign(args, desk)}, "status": True}
    except Cancelled:
        return {"body": {}, "status": True}
    except _Refused as refusal:
        return {"code": "INVALID_SIGNING_PARAMS", "message": str(refusal), "status": False}
    except binascii.Error as error:
        return _invocation_error(f"java.lang.IllegalArgumentException: {error}")


def _basics_sign(args: Mapping[str, Any], desk: Desk) -> Any:
    params: Mapping[str, Any] = args["signingParams"]
    documents = _documents(args)
    signer: Mapping[str, Any] = args["signerParams"]
    contents = [base64.b64decode(item, validate=True) if params.get("decode") else item.encode() for item in documents]
    key = choose(desk, frozenset(signer.get("extKeyUsageOids") or ()), str(signer.get("iin") or ""))
    attached = bool(params.get("encapsulate"))
    stamp = isinstance(params.get("tsaProfile"), dict)  # {} is the national time stamp authority, null is none
    signatures = [_pem(signed(content, key, attached, desk, stamp=stamp)) for content in contents]
    if params.get("outputCert"):
        return {"signatures": signatures, "certificate": key.certificate.public_bytes(Encoding.PEM).decode()}
    # Versions before 1.4 answered a lone document with a bare string.
    return signatures[0] if desk.mode is Mode.OK_STRING and isinstance(args["data"], str) else signatures


def _documents(args: Mapping[str, Any]) -> Sequence[str]:
    if args.get("format") != "cms":
        raise _Refused("The stand-in signs CMS only.")
    if args["signingParams"].get("digested"):
        raise _Refused("The stand-in signs documents, not digests.")
    data = args.get("data")
    documents = [data] if isinstance(data, str) else data
    if not isinstance(documents, list) or not all(isinstance(item, str) for item in documents):
        raise _Refused("data is neither a string nor an array of strings.")
    return documents


def _pem(der: bytes) -> str:
    body = base64.b64encode(der).decode()
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CMS-----", *lines, "-----END CMS-----", ""])


def _invocation_error(details: str) -> Json:
    message = "An invoked method threw an exception."
    return {"code": "INVOCATION_ERROR", "details": details, "message": message, "status": False}


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
