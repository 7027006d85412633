"""libgcrypt by ctypes: the hashes, and a second opinion on signatures that shares nothing with `integers`.

Debian's package libgcrypt20 (LGPL 2.1 or later). The library is thread-safe since 1.6, and ctypes lets go of the interpreter's
lock during calls. It takes big-endian numbers, so signatures, keys and hashes are turned round on the way.
"""

import ctypes
import ctypes.util
from functools import lru_cache
from typing import Final

from signatures.eds.gost.curves import Curve
from signatures.eds.gost.keys import PublicKey

LIBRARY: Final = "libgcrypt.so.20"
_OLDEST: Final = b"1.8.0"
"""The first with the curves of TC26, Streebog and the S-boxes of GOST R 34.11-94 together."""
_GOST_94_TEST_SBOX: Final = 308
_STREEBOG_256: Final = 309
_STREEBOG_512: Final = 310
_BAD_SIGNATURE: Final = 8
_CODE_MASK: Final = 0xFFFF
_DISABLE_SECURE_MEMORY: Final = 37
_INITIALIZATION_FINISHED: Final = 38
_IS_FINISHED: Final = 39


class EngineMissing(Exception):
    """libgcrypt cannot be loaded, or is too old."""


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """Return the library, ready for use; EngineMissing says what to install."""
    try:
        lib = ctypes.CDLL(LIBRARY)
    except OSError:
        name = ctypes.util.find_library("gcrypt")
        if name is None:
            raise EngineMissing("libgcrypt is missing (Debian: apt-get install libgcrypt20)") from None
        lib = ctypes.CDLL(name)
    lib.gcry_check_version.restype = ctypes.c_char_p
    lib.gcry_check_version.argtypes = [ctypes.c_char_p]
    if lib.gcry_check_version(_OLDEST) is None:
        raise EngineMissing(f"libgcrypt is older than {_OLDEST.decode()} (Debian: apt-get install libgcrypt20)")
    if not lib.gcry_control(_IS_FINISHED):  # another part of the process may have been first
        lib.gcry_control(_DISABLE_SECURE_MEMORY)  # only public things are computed here
        lib.gcry_control(_INITIALIZATION_FINISHED)
    lib.gcry_md_hash_buffer.restype = None
    lib.gcry_md_hash_buffer.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    lib.gcry_sexp_new.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    lib.gcry_sexp_release.argtypes = [ctypes.c_void_p]
    lib.gcry_sexp_release.restype = None
    lib.gcry_pk_verify.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    lib.gcry_pk_verify.restype = ctypes.c_uint
    return lib


def _hash(algorithm: int, octets: int, message: bytes) -> bytes:
    result = ctypes.create_string_buffer(octets)
    library().gcry_md_hash_buffer(algorithm, result, message, len(message))
    return result.raw


def streebog512(message: bytes) -> bytes:
    """Return the hash of GOST R 34.11-2012 with 512 bits, as RFC 6986 prints it read backwards: 64 octets, little-endian."""
    return _hash(_STREEBOG_512, 64, message)


def streebog256(message: bytes) -> bytes:
    """Return the hash of GOST R 34.11-2012 with 256 bits: 32 octets, little-endian."""
    return _hash(_STREEBOG_256, 32, message)


def gost94(message: bytes) -> bytes:
    """Return the hash of GOST R 34.11-94 with the test S-box, which is Kazakhstan's GOST 34.311-95: 32 octets."""
    return _hash(_GOST_94_TEST_SBOX, 32, message)


class _Expression:
    """An S-expression of libgcrypt for the length of a `with`."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._handle = ctypes.c_void_p()

    def __enter__(self) -> ctypes.c_void_p:
        if library().gcry_sexp_new(ctypes.byref(self._handle), self._text, len(self._text), 0):
            raise ValueError("libgcrypt does not read the expression")
        return self._handle

    def __exit__(self, *exc: object) -> None:
        library().gcry_sexp_release(self._handle)


def _number(little: bytes) -> bytes:
    """Write a number as libgcrypt reads it: hexadecimal, big-endian, with an octet in front that says it is positive."""
    return b"#00" + little[::-1].hex().encode() + b"#"


def _coordinates(key: PublicKey) -> bytes:
    octets = key.curve.octets
    return b"#04" + (key.x.to_bytes(octets, "big") + key.y.to_bytes(octets, "big")).hex().encode() + b"#"


def verify(key: PublicKey, digest: bytes, signature: bytes) -> bool:
    """Say the same as `integers.verify`, by libgcrypt; ValueError when it cannot judge at all."""
    curve: Curve = key.curve
    if len(signature) != 2 * curve.octets or len(digest) != curve.octets:
        return False
    r, s = _number(signature[: curve.octets]), _number(signature[curve.octets :])
    name = curve.libgcrypt.encode()
    public = b'(public-key(ecc(curve "' + name + b'")(flags gost)(q ' + _coordinates(key) + b")))"
    signed = b"(sig-val(gost(r " + r + b")(s " + s + b")))"
    data = b"(data(flags gost)(value " + b"#" + digest[::-1].hex().encode() + b"#))"
    with _Expression(public) as a, _Expression(signed) as b, _Expression(data) as c:
        error = int(library().gcry_pk_verify(b, c, a)) & _CODE_MASK
    if error not in (0, _BAD_SIGNATURE):
        raise ValueError(f"libgcrypt answers {error}")
    return error == 0
