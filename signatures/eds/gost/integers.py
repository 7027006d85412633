"""Points of the curve on gmpy2's integers.

Points are Jacobian: (X, Y, Z) stands for (X/Z^2, Y/Z^3), and Z = 0 for infinity. The base point, and keys that check many
signatures, have a table of all their multiples by digits of eight bits, so that multiplying needs additions only; any other
key is multiplied by its signed digits (wNAF). Formulas: hyperelliptic.org/EFD, "shortw jacobian-3". Time depends on the
numbers: everything here is public.
"""

from dataclasses import replace
from functools import lru_cache

from gmpy2 import invert, mpz

from signatures.eds.gost.curves import Curve
from signatures.eds.gost.keys import PublicKey

Point = tuple[mpz, mpz, mpz]
Affine = tuple[mpz, mpz]
Table = tuple[tuple[Affine, ...], ...]

WINDOW = 5
"""Bits of a digit of wNAF: eight odd multiples are made for each new key."""
DIGIT = 8
"""Bits of a digit of a table: 128 points for each, 1.5 MiB and 50 ms for a key of 512 bits; 64 additions per multiplication."""
_ZERO, _ONE = mpz(0), mpz(1)
INFINITY: Point = (_ONE, _ONE, _ZERO)


def double(point: Point, p: mpz) -> Point:
    """Return the point twice. No point of these curves has y = 0, since their order is odd."""
    x, y, z = point
    delta = z * z % p
    gamma = y * y % p
    beta = x * gamma % p
    alpha = 3 * (x - delta) * (x + delta) % p
    twice = (alpha * alpha - 8 * beta) % p
    return twice, (alpha * (4 * beta - twice) - 8 * gamma * gamma) % p, 2 * y * z % p


def add(one: Point, other: Point, p: mpz) -> Point:
    """Return the sum of any two points."""
    x1, y1, z1 = one
    x2, y2, z2 = other
    if not z1:
        return other
    if not z2:
        return one
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, s1 = x1 * zz2 % p, y1 * zz2 * z2 % p
    h, r = (x2 * zz1 - u1) % p, (y2 * zz1 * z1 - s1) % p
    if not h:
        return INFINITY if r else double(one, p)
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x = (r * r - hhh - 2 * v) % p
    return x, (r * (v - x) - s1 * hhh) % p, z1 * z2 * h % p


def add_affine(one: Point, other: Affine, p: mpz) -> Point:
    """Return the sum of a point and one whose Z is 1."""
    x1, y1, z1 = one
    x2, y2 = other
    if not z1:
        return x2, y2, _ONE
    zz = z1 * z1 % p
    h, r = (x2 * zz - x1) % p, (y2 * zz * z1 - y1) % p
    if not h:
        return INFINITY if r else double(one, p)
    hh = h * h % p
    hhh, v = h * hh % p, x1 * hh % p
    x = (r * r - hhh - 2 * v) % p
    return x, (r * (v - x) - y1 * hhh) % p, z1 * h % p


def affine(point: Point, p: mpz) -> Affine:
    """Return x and y; ZeroDivisionError for infinity."""
    x, y, z = point
    inverse = invert(z, p)
    square = inverse * inverse % p
    return x * square % p, y * square * inverse % p


def _all_affine(points: list[Point], p: mpz) -> list[Affine]:
    """Return x and y of many points with one inversion (Montgomery's trick)."""
    products = [_ONE]
    for _x, _y, z in points:
        products.append(products[-1] * z % p)
    inverse = invert(products.pop(), p)
    found: list[Affine] = []
    for (x, y, z), product in zip(reversed(points), reversed(products), strict=True):
        own = inverse * product % p
        inverse = inverse * z % p
        square = own * own % p
        found.append((x * square % p, y * square * own % p))
    found.reverse()
    return found


# --- tables ---


def make_table(curve: Curve, x: int, y: int) -> Table:
    """Return the multiples 1 to 128 of the point by each power of 256."""
    p = mpz(curve.p)
    base: Point = (mpz(x), mpz(y), _ONE)
    multiples: list[Point] = []
    half = 1 << (DIGIT - 1)
    rows = curve.octets * 8 // DIGIT + 1  # one more for the carry of signed digits
    for _row in range(rows):
        multiple = INFINITY
        for _step in range(half):
            multiple = add(multiple, base, p)
            multiples.append(multiple)
        base = double(multiple, p)
    flat = _all_affine(multiples, p)
    return tuple(tuple(flat[row * half : (row + 1) * half]) for row in range(rows))


@lru_cache(maxsize=4)
def base_table(curve: Curve) -> Table:
    """Return the table of the curve's base point, made at the first use."""
    return make_table(curve, curve.x, curve.y)


def prepared(key: PublicKey) -> PublicKey:
    """Return the same key with a table: worth it for an authority's, which checks a certificate with each signature."""
    return replace(key, table=make_table(key.curve, key.x, key.y))


def add_multiple(start: Point, table: Table, number: int, p: mpz) -> Point:
    """Return start + number * (the table's point), for 0 <= number < 256 ** octets."""
    point = start
    carry = 0
    octets = int(number).to_bytes(len(table) - 1, "little")
    for row, octet in zip(table, (*octets, 0), strict=True):
        digit = octet + carry
        carry = digit > 128
        if carry:
            digit = 256 - digit
            if digit:
                x, y = row[digit - 1]
                point = add_affine(point, (x, p - y), p)
        elif digit:
            point = add_affine(point, row[digit - 1], p)
    return point


# --- any other key ---


def signed_digits(number: int) -> list[int]:
    """Return the wNAF of a number, the lowest digit first: zeros and odd digits below 16 in absolute value."""
    whole, half = 1 << WINDOW, 1 << (WINDOW - 1)
    digits = []
    while number:
        if number & 1:
            digit = number & (whole - 1)
            if digit >= half:
                digit -= whole
            number -= digit
            digits.append(digit)
            # What follows is known to be zeros: shifting them out together saves most of the long divisions.
            digits.extend((0,) * (WINDOW - 1))
            number >>= WINDOW
        else:
            digits.append(0)
            number >>= 1
    return digits


def multiple(x: int, y: int, number: int, p: mpz) -> Point:
    """Return number * (x, y), for number >= 0."""
    base: Point = (mpz(x), mpz(y), _ONE)
    twice = double(base, p)
    odd = [base]
    for _step in range((1 << (WINDOW - 2)) - 1):
        odd.append(add(odd[-1], twice, p))
    flat = _all_affine(odd, p)
    minus = [(px, p - py) for px, py in flat]
    point = INFINITY
    for digit in reversed(signed_digits(number)):
        if point[2]:
            point = double(point, p)
        if digit > 0:
            point = add_affine(point, flat[digit >> 1], p)
        elif digit:
            point = add_affine(point, minus[-digit >> 1], p)
    return point


# --- what a verification needs ---


def sum_x(key: PublicKey, z1: int, z2: int) -> int | None:
    """Return the x of z1 * base + z2 * key, or None for infinity."""
    p = mpz(key.curve.p)
    point = multiple(key.x, key.y, z2, p) if key.table is None else add_multiple(INFINITY, key.table, z2, p)
    point = add_multiple(point, base_table(key.curve), z1, p)
    return int(affine(point, p)[0]) if point[2] else None
