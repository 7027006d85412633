"""The one way to write JSON (RFC 8785), for strings, integers, null, lists and objects. Other values are refused.

Without fractions there is no question of how a number is written; without doubles no reader loses a digit.
"""

import json
from typing import Any

from signatures.log.errors import LogError

LARGEST_INTEGER = 2**53 - 1
"""What every reader of JSON holds exactly (RFC 8785, 3.2.2.3)."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_flat = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode


def write(value: Any) -> bytes:
    """Return the value in UTF-8, keys in order of their UTF-16 code units, nothing escaped that need not be.

    LogError for a fraction, a boolean, an integer beyond 2**53 - 1, half a surrogate pair, a key that is no string.
    """
    try:
        return (_encode_flat(value) if _is_flat(value) else _encode(_ordered(value))).encode()
    except UnicodeEncodeError as error:
        raise LogError("half a surrogate pair is not text") from error


def read(raw: bytes) -> Any:
    """Return the value; LogError unless the bytes are exactly what `write` makes of it."""
    try:
        value = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise LogError("this is not JSON in UTF-8") from error
    if write(value) != raw:
        raise LogError("this JSON is not written in the canonical way")
    return value


def _is_flat(value: Any) -> bool:
    """Whether this is an object such as leaves are, whose keys are ordered alike by code points and by UTF-16: the fast way."""
    return type(value) is dict and all(
        type(key) is str
        and key.isascii()
        and (one is None or type(one) is str or (type(one) is int and abs(one) <= LARGEST_INTEGER))
        for key, one in value.items()
    )


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > LARGEST_INTEGER:
            raise LogError("an integer is too large")
        return value
    if isinstance(value, list | tuple):
        return [_ordered(one) for one in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise LogError("a key must be a string")
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    raise LogError(f"{type(value).__name__} has no canonical form here")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
