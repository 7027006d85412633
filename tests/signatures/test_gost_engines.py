"""The engines against each other and against gostcrypto, which shares nothing with any of them, at random and at the edges."""

import threading

import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.eds.gost import gcrypt, integers, openssl, signing, verification
from signatures.eds.gost.curves import CRYPTOPRO_A, TC26_512_A, Curve
from signatures.eds.gost.keys import PublicKey
from signatures.eds.gost.signing import PrivateKey
from tests.signatures.gost_vectors import JUDGES

CURVES = (TC26_512_A, CRYPTOPRO_A)
curves = st.sampled_from(CURVES)
each_curve = pytest.mark.parametrize("curve", CURVES, ids=lambda curve: str(curve.octets * 8))


def _opinions(key: PublicKey, digest: bytes, signature: bytes) -> set[bool]:
    return {judge(key, digest, signature) for judge in JUDGES.values()}


def _little(curve: Curve, *numbers: int) -> bytes:
    return b"".join(number.to_bytes(curve.octets, "little") for number in numbers)


@st.composite
def signed(draw: st.DrawFn) -> tuple[PrivateKey, bytes, bytes]:
    """A key, a hash and its signature; small and large numbers come as often as middling ones."""
    curve = draw(curves)
    d = draw(st.integers(1, curve.q - 1))
    digest = draw(st.binary(min_size=curve.octets, max_size=curve.octets))
    private = PrivateKey(curve, d)
    return private, digest, signing.sign(private, digest)


@settings(max_examples=25, deadline=None)
@given(signed(), st.integers(0, 10**6), st.integers(1, 255))
def test_all_engines_are_of_one_mind(made: tuple[PrivateKey, bytes, bytes], place: int, change: int) -> None:
    private, digest, signature = made
    altered = bytearray(signature)
    altered[place % len(altered)] ^= change

    assert _opinions(private.public, digest, signature) == {True}
    assert _opinions(private.public, digest, bytes(altered)) == {False}


@settings(max_examples=40, deadline=None)
@given(curves, st.data())
def test_the_engines_find_the_same_sums(curve: Curve, data: st.DataObject) -> None:
    """Any multiples of any point, beyond what a signature can ask for."""
    any_number = st.integers(0, curve.q - 1) | st.sampled_from(
        [0, 1, 2, 127, 128, 129, 255, 256, curve.q - 1, curve.q - 2]
    )
    d, z1, z2 = data.draw(st.integers(1, curve.q - 1)), data.draw(any_number), data.draw(any_number)
    key = PrivateKey(curve, d).public
    total = (z1 + z2 * d) % curve.q
    expected = None if not total else PrivateKey(curve, total).public.x

    assert integers.sum_x(key, z1, z2) == expected
    assert openssl.sum_x(key, z1, z2) == expected


@each_curve
def test_sums_that_meet_double_or_cancel_are_right(curve: Curve) -> None:
    """Additions of equal and of opposite points have formulas of their own."""
    q = curve.q
    for d in (1, 2, 15, 16, q - 1, q - 2, (q + 1) // 2):
        plain = PrivateKey(curve, d).public
        for key in (plain, integers.prepared(plain)) if d in (1, q - 1) else (plain,):
            for z1, z2 in (
                (1, 1),
                (d, 1),
                (d, q - 1),
                (q - d, 1),
                (0, 0),
                (0, 1),
                (1, 0),
                (d * 5 % q, 5),
                (-d * 16 % q, 16),
            ):
                total = (z1 + z2 * d) % q
                expected = None if not total else PrivateKey(curve, total).public.x
                assert integers.sum_x(key, z1, z2) == expected, (d, z1, z2)
                assert openssl.sum_x(key, z1, z2) == expected, (d, z1, z2)


@each_curve
def test_a_table_multiplies_as_repeated_addition_does(curve: Curve) -> None:
    p, base = mpz(curve.p), (mpz(curve.x), mpz(curve.y), mpz(1))
    table, point = integers.base_table(curve), integers.INFINITY
    for number in range(1, 300):
        point = integers.add(point, base, p)
        assert integers.affine(point, p) == integers.affine(
            integers.add_multiple(integers.INFINITY, table, number, p), p
        )
    assert not integers.add_multiple(integers.INFINITY, table, curve.q, p)[2]
    assert not integers.multiple(curve.x, curve.y, curve.q, p)[2]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**512))
def test_signed_digits_are_sparse_and_sum_to_their_number(number: int) -> None:
    digits = integers.signed_digits(number)

    assert sum(digit << place for place, digit in enumerate(digits)) == number
    assert all(digit == 0 or (digit % 2 and abs(digit) < 16) for digit in digits)
    assert all(sum(map(bool, digits[at : at + integers.WINDOW])) <= 1 for at in range(len(digits)))


# --- edges of a signature ---


@each_curve
def test_r_and_s_outside_their_range_are_refused(curve: Curve) -> None:
    private = signing.generate(curve)
    digest = bytes(range(1, curve.octets + 1))
    signature = signing.sign(private, digest)
    r = int.from_bytes(signature[: curve.octets], "little")
    s = int.from_bytes(signature[curve.octets :], "little")
    largest = 256**curve.octets - 1
    wrong = [0, 1, curve.q - 1, curve.q, curve.q + 1, curve.p, largest]

    for number in wrong:
        assert _opinions(private.public, digest, _little(curve, number, s)) == {False}
        assert _opinions(private.public, digest, _little(curve, r, number)) == {False}
        assert _opinions(private.public, digest, _little(curve, number, number)) == {False}
    assert _opinions(private.public, digest, _little(curve, r, curve.q - s)) == {False}
    assert _opinions(private.public, digest, _little(curve, s, r)) == {False}


@each_curve
def test_the_same_signature_has_no_second_spelling(curve: Curve) -> None:
    """Where r + q or s + q fits into the octets, it must not be taken for r or s."""
    private = signing.generate(curve)
    digest = bytes(curve.octets)
    found = 0
    for extra in range(1, 40):
        k = extra
        r = PrivateKey(curve, k).public.x % curve.q
        s = (r * private.d + k) % curve.q  # e = 1, since the hash is zero
        assert _opinions(private.public, digest, _little(curve, r, s)) == {True}
        for twice in ((r + curve.q, s), (r, s + curve.q)):
            if max(twice) < 256**curve.octets:
                found += 1
                assert _opinions(private.public, digest, _little(curve, *twice)) == {False}
        if found:
            break
    assert found  # at once: the base point's own x is a small number


@each_curve
def test_a_hash_that_is_zero_modulo_q_counts_as_one(curve: Curve) -> None:
    private = signing.generate(curve)
    zero, order, one = (_little(curve, number) for number in (0, curve.q, 1))

    assert signing.sign(private, zero)
    for digest in (zero, order, one):
        signature = signing.sign(private, digest)
        for same in (zero, order, one):
            assert _opinions(private.public, same, signature) == {True}


@each_curve
def test_a_signature_whose_sum_is_infinity_is_refused(curve: Curve) -> None:
    """Made so that z1 * base + z2 * key vanishes: s = r * d."""
    private = signing.generate(curve)
    digest = bytes(range(7, 7 + curve.octets))

    for r in (1, 5, curve.q - 1):
        assert _opinions(private.public, digest, _little(curve, r, r * private.d % curve.q)) == {False}


@each_curve
def test_other_lengths_are_refused(curve: Curve) -> None:
    private = signing.generate(curve)
    digest = bytes(range(curve.octets))
    signature = signing.sign(private, digest)

    for wrong in (b"", signature[:-1], signature + b"\0", signature[: curve.octets], signature * 2):
        assert _opinions(private.public, digest, wrong) == {False}
    for short in (b"", digest[:-1], digest + b"\0"):
        assert _opinions(private.public, short, signature) == {False}


def test_openssl_refuses_what_is_no_point_of_the_curve() -> None:
    with pytest.raises(ArithmeticError):
        openssl.sum_x(PublicKey(TC26_512_A, TC26_512_A.x, TC26_512_A.y + 1), 1, 1)


# --- gostcrypto ---


def test_gostcrypto_agrees_on_signatures_both_ways() -> None:
    """Its numbers are big-endian, and s comes after r as here; it is slow, so few."""
    import gostcrypto

    oracle = gostcrypto.gostsignature.new(
        gostcrypto.gostsignature.MODE_512,
        gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019["id-tc26-gost-3410-12-512-paramSetA"],
    )
    private = signing.generate()
    key = private.public
    public = key.x.to_bytes(64, "big") + key.y.to_bytes(64, "big")
    digest = gcrypt.streebog512(b"oracle")

    def turned(signature: bytes) -> bytes:
        return signature[:64][::-1] + signature[64:][::-1]

    ours = signing.sign(private, digest)
    assert oracle.verify(bytearray(public), bytearray(digest[::-1]), bytearray(turned(ours)))
    assert not oracle.verify(bytearray(public), bytearray(digest), bytearray(turned(ours)))
    theirs = bytes(oracle.sign(bytearray(private.d.to_bytes(64, "big")), bytearray(digest[::-1])))
    assert _opinions(key, digest, turned(theirs)) == {True}


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=300))
def test_gostcrypto_computes_the_same_hashes(message: bytes) -> None:
    import gostcrypto

    assert bytes(gostcrypto.gosthash.new("streebog512", data=bytearray(message)).digest()) == gcrypt.streebog512(
        message
    )
    assert bytes(gostcrypto.gosthash.new("streebog256", data=bytearray(message)).digest()) == gcrypt.streebog256(
        message
    )


# --- many threads ---


def test_threads_do_not_disturb_each_other() -> None:
    """Shared between them: the libraries, the groups, the tables."""
    private = signing.generate()
    keys = (private.public, integers.prepared(private.public))
    digests = [gcrypt.streebog512(b"%d" % number) for number in range(24)]
    signatures = [signing.sign(private, digest) for digest in digests]
    wrong: list[int] = []

    def work(shift: int) -> None:
        for number, digest in enumerate(digests):
            other = signatures[(number + shift) % len(signatures)]
            for key in keys:
                if not verification.verify(key, digest, signatures[number]) or (
                    shift % len(signatures) and verification.verify(key, digest, other)
                ):
                    wrong.append(number)
            if gcrypt.verify(keys[0], digest, other) != (shift % len(signatures) == 0):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(shift,)) for shift in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
