"""OpenSSL's points by ctypes: nearly twice as fast as gmpy2 for a key that has no table, and other threads may go on.

OpenSSL knows none of these curves by name, but takes any curve by its parameters. Debian's Python always comes with
libcrypto; where it is missing, `integers` does the same. All that a call needs is made and freed in the call; the group
of a curve is made once and only read, which OpenSSL allows to many threads at a time.
"""

import ctypes
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from signatures.eds.gost.curves import Curve
from signatures.eds.gost.keys import PublicKey

LIBRARY: Final = "libcrypto.so.3"
_POINTER: Final = ctypes.c_void_p
_MAKERS: Final = {
    "BN_CTX_new": [],
    "BN_new": [],
    "BN_bin2bn": [ctypes.c_char_p, ctypes.c_int, _POINTER],
    "EC_GROUP_new_curve_GFp": [_POINTER] * 4,
    "EC_POINT_new": [_POINTER],
}
"""These return something new, or NULL when there is no memory."""
_DOERS: Final = {
    "EC_GROUP_set_generator": [_POINTER] * 4,
    "EC_POINT_set_affine_coordinates": [_POINTER] * 5,
    "EC_POINT_get_affine_coordinates": [_POINTER] * 5,
    "EC_POINT_is_at_infinity": [_POINTER] * 2,
    "EC_POINT_mul": [_POINTER] * 6,
    "BN_bn2binpad": [_POINTER, ctypes.c_char_p, ctypes.c_int],
}
"""These return an int, positive when all went well."""
_FREERS: Final = ("BN_CTX_free", "BN_free", "EC_POINT_free")


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """Return the library with its functions described, or None where it is missing or lacks one of them."""
    try:
        lib = ctypes.CDLL(LIBRARY)
        for name, arguments in _MAKERS.items():
            getattr(lib, name).argtypes, getattr(lib, name).restype = arguments, _POINTER
        for name, arguments in _DOERS.items():
            getattr(lib, name).argtypes, getattr(lib, name).restype = arguments, ctypes.c_int
        for name in _FREERS:
            getattr(lib, name).argtypes, getattr(lib, name).restype = [_POINTER], None
        lib.ERR_clear_error.argtypes, lib.ERR_clear_error.restype = [], None
    except (OSError, AttributeError):
        return None
    return lib


class _Scratch:
    """What one calculation makes, freed together at its end."""

    def __init__(self, lib: ctypes.CDLL) -> None:
        self._lib = lib
        self._made: list[tuple[Callable[[Any], None], int]] = []

    def __enter__(self) -> "_Scratch":
        return self

    def __exit__(self, *exc: object) -> None:
        for free, made in reversed(self._made):
            free(made)

    def _keep(self, free: Callable[[Any], None], made: int | None) -> int:
        if not made:
            raise MemoryError("OpenSSL has no memory")
        self._made.append((free, made))
        return made

    def context(self) -> int:
        return self._keep(self._lib.BN_CTX_free, self._lib.BN_CTX_new())

    def number(self, value: int | None = None) -> int:
        """Return a BIGNUM with the value, or an empty one for a result."""
        if value is None:
            return self._keep(self._lib.BN_free, self._lib.BN_new())
        octets = int(value).to_bytes((int(value).bit_length() + 7) // 8, "big")
        return self._keep(self._lib.BN_free, self._lib.BN_bin2bn(octets, len(octets), None))

    def point(self, group: int) -> int:
        return self._keep(self._lib.EC_POINT_free, self._lib.EC_POINT_new(group))


def _did(result: int, lib: ctypes.CDLL) -> None:
    if result <= 0:
        lib.ERR_clear_error()
        raise ArithmeticError("OpenSSL refuses the numbers")


@lru_cache(maxsize=4)
def _group(curve: Curve) -> int:
    """Return the EC_GROUP of the curve, which lives as long as the process."""
    lib = library()
    assert lib is not None
    with _Scratch(lib) as scratch:
        context = scratch.context()
        p, a, b = (scratch.number(value) for value in (curve.p, curve.a, curve.b))
        group: int | None = lib.EC_GROUP_new_curve_GFp(p, a, b, context)
        if not group:
            raise ArithmeticError("OpenSSL refuses the curve")
        base = scratch.point(group)
        x, y, q, one = (scratch.number(value) for value in (curve.x, curve.y, curve.q, 1))
        _did(lib.EC_POINT_set_affine_coordinates(group, base, x, y, context), lib)
        _did(lib.EC_GROUP_set_generator(group, base, q, one), lib)
        return group


def sum_x(key: PublicKey, z1: int, z2: int) -> int | None:
    """Return the x of z1 * base + z2 * key, or None for infinity; ArithmeticError when the key is no point of its curve."""
    lib, curve = library(), key.curve
    assert lib is not None
    group = _group(curve)
    with _Scratch(lib) as scratch:
        context, own, result = scratch.context(), scratch.point(group), scratch.point(group)
        x, y = scratch.number(key.x), scratch.number(key.y)
        _did(lib.EC_POINT_set_affine_coordinates(group, own, x, y, context), lib)
        _did(lib.EC_POINT_mul(group, result, scratch.number(z1), own, scratch.number(z2), context), lib)
        if lib.EC_POINT_is_at_infinity(group, result):
            return None
        _did(lib.EC_POINT_get_affine_coordinates(group, result, x, None, context), lib)
        octets = ctypes.create_string_buffer(curve.octets)
        _did(lib.BN_bn2binpad(x, octets, curve.octets), lib)
        return int.from_bytes(octets.raw, "big")
