"""Readers of foreign bytes under mutated files: they answer or refuse with a code, at once, and never accept a change.

Each run begins at another seed, which a failure names. FUZZ_SECONDS lengthens the time box of each reader (0.4 s).
"""

import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from signatures.eds import algorithms, certificate, cms, der, tsp
from signatures.eds.demo_pki import DemoPki
from signatures.eds.errors import EdsError
from signatures.eds.revocation import RevocationChecker, State, request_for
from signatures.eds.signing import element
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.signatures.conftest import TEXT

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0.4"))
SLOWEST = 1.0
"""Seconds of processor that one refused file may cost; what is usual is a thousandth of it."""
RECORDED = sorted(
    path for path in (Path(__file__).parent / "recorded").rglob("*.*") if path.suffix in (".der", ".bin", ".crl")
)
CORPUS = [path.read_bytes() for path in RECORDED]
INTERESTING = (
    0x00,
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x17,
    0x30,
    0x31,
    0x7F,
    0x80,
    0x81,
    0x82,
    0x84,
    0x9F,
    0xA0,
    0xA1,
    0xA3,
    0xFF,
)


class Mutator:
    """Alters files as a transmission, a careless writer, or somebody of ill will might."""

    def __init__(self, seed: int, corpus: Sequence[bytes]) -> None:
        self.random = random.Random(seed)
        self.corpus = corpus

    def alter(self, data: bytes) -> bytes:
        """Return other bytes: up to four changes, of which most are small."""
        altered = data
        while altered == data:
            for _change in range(self.random.choice((1, 1, 1, 2, 4))):
                altered = self.random.choice(
                    (self._set, self._flip, self._cut, self._double, self._splice, self._rebuild)
                )(altered)
        return altered

    def _place(self, data: bytes) -> int:
        return self.random.randrange(len(data) + 1)

    def _set(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] + bytes([self.random.choice(INTERESTING)]) + data[at + 1 :]

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return b"\x30"
        at = self.random.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1 :]

    def _cut(self, data: bytes) -> bytes:
        at, length = self._place(data), self.random.choice((1, 2, 16, 200))
        return data[:at] + data[at + length :]

    def _double(self, data: bytes) -> bytes:
        at, length = self._place(data), self.random.choice((1, 2, 16, 200))
        return data[:at] + data[at : at + length] + data[at:]

    def _splice(self, data: bytes) -> bytes:
        other = self.random.choice(self.corpus)
        at, there, length = self._place(data), self._place(other), self.random.choice((1, 8, 64, 512))
        return data[:at] + other[there : there + length] + data[at + length :]

    def _rebuild(self, data: bytes) -> bytes:
        """Change one element of the tree and mend all lengths above it, so that the file is still DER."""
        try:
            return self._changed(data, der.whole(data, der.SEQUENCE), self.random.randrange(2, 9))
        except EdsError:
            return self._flip(data)

    def _changed(self, data: bytes, parent: der.Slice, depth: int) -> bytes:
        try:
            inside = der.children(data, parent) if parent.tag & 0x20 and depth else []
        except EdsError:
            inside = []
        if not inside:
            return element(parent.tag, self._small(der.contents(data, parent)))
        raws = [der.raw(data, one) for one in inside]
        at = self.random.randrange(len(inside))
        what = self.random.randrange(10)
        if what == 0:
            del raws[at]
        elif what == 1:
            raws.insert(at, raws[self.random.randrange(len(raws))])
        elif what == 2:
            self.random.shuffle(raws)
        elif what == 3:
            raws[at] = bytes([self.random.choice(INTERESTING)]) + raws[at][1:]
        else:
            raws[at] = self._changed(data, inside[at], depth - 1)
        return element(parent.tag, *raws)

    def _small(self, body: bytes) -> bytes:
        return self.random.choice(
            (b"", body[:-1], body + b"\0", body * 2, b"\x80" + body, self._flip(body), self._set(body))
        )


def _fuzz(read: Callable[[bytes], object], corpus: Sequence[bytes], accepts: Callable[[object], bool]) -> int:
    """Feed mutants until the time is over; return how many were read."""
    seed = random.SystemRandom().randrange(2**32)
    mutator, until, tried = Mutator(seed, corpus), time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        mutant = mutator.alter(mutator.random.choice(corpus))
        began = time.process_time()
        try:
            wrong = accepts(read(mutant))
        except EdsError:
            wrong = False
        except Exception as error:
            raise AssertionError(f"seed {seed}, file {tried}: {error!r} for {mutant.hex()}") from error
        took = time.process_time() - began
        assert not wrong, f"seed {seed}, file {tried}: accepted {mutant.hex()}"
        assert took < SLOWEST, f"seed {seed}, file {tried}: took {took:.1f} s: {mutant.hex()}"
        tried += 1
    return tried


def _anything(_result: object) -> bool:
    return False


def _walk(data: bytes) -> None:
    """Read every element with every reader of values."""
    waiting = [der.whole(data, der.SEQUENCE)]
    while waiting:
        one = waiting.pop()
        if one.tag & 0x20:
            waiting += der.children(data, one)
            continue
        for reader in (der.integer, der.bits, der.flags, der.oid, der.time, der.text):
            try:
                reader(data, one)
            except EdsError:
                continue


def _everything_of_a_certificate(data: bytes) -> None:
    """Read the lazy parts as well."""
    read = certificate.parse(data)
    for name in ("subject", "key_usage", "extended_key_usage", "is_authority", "key_id", "issuer_key_id", "sha256"):
        try:
            getattr(read, name)
        except EdsError:
            continue
    algorithms.scheme(read.algorithm, old_allowed=True).load_key(read.spki)


def _everything_of_a_signature(data: bytes) -> None:
    cms.attributes(cms.parse(cms.unarmour(data)).attributes)


@pytest.mark.parametrize(
    "read",
    [_walk, _everything_of_a_certificate, _everything_of_a_signature, tsp.token_of, tsp.parse_info],
    ids=["der", "certificate", "cms", "time stamp", "stamp's info"],
)
def test_any_mutant_is_read_or_refused(pki: DemoPki, read: Callable[[bytes], object]) -> None:
    own = [
        pki.holder("aigerim.gost").raw,
        pki.sign("aigerim.gost", TEXT, at=AT, stamped=AT),
        pki.sign("aigerim", TEXT, at=AT),
    ]

    assert _fuzz(read, CORPUS + own, _anything) > 50


def _essence(data: bytes) -> tuple[bytes, ...]:
    parsed = cms.parse(data)
    algorithm_and_digest = (parsed.signature_algorithm, parsed.digest_algorithm)
    return (parsed.signer_certificate.raw, parsed.attributes, parsed.signature, *algorithm_and_digest)


@pytest.mark.parametrize("name", ["aigerim", "aigerim.gost"])
def test_no_mutant_of_a_good_signature_is_accepted(pki: DemoPki, verifier: Verifier, name: str) -> None:
    plain, stamped = pki.sign(name, TEXT, at=AT), pki.sign(name, TEXT, at=AT, stamped=AT)

    def is_another(data: bytes) -> bool:
        """What is accepted must be the same signature: the stamp beside it may be lost, since it is not signed."""
        if verifier.verify(data, TEXT, at=AT).status is not Status.VALID:
            return False
        return _essence(data) not in good

    good = [_essence(plain), _essence(stamped)]
    assert {verifier.verify(data, TEXT, at=AT).status for data in (plain, stamped)} == {Status.VALID}
    assert _fuzz(is_another, [plain, stamped], bool) > 50


@pytest.mark.parametrize("name", ["revoked", "revoked.gost"])
def test_no_mutant_of_a_bad_answer_says_good(pki: DemoPki, name: str) -> None:
    """Neither the responder's nor a list's, of a certificate that is revoked."""
    from signatures.eds import policy
    from signatures.eds.demo_pki import DemoSource
    from signatures.eds.path import Authority

    leaf = pki.holder(name).parsed
    authority = pki.trust_store().issuer_of(leaf, AT)
    answer = pki.answer_ocsp(request_for(leaf, authority), now=AT)
    lists = DemoSource(pki).crls(authority, now=AT)

    class Forged(DemoSource):
        given = b""

        def ocsp(self, authority: Authority, request: bytes, *, now: object) -> bytes:
            return self.given

        def crls(self, authority: Authority, *, now: object) -> list[bytes]:
            return [self.given]

    source = Forged(pki)
    checker = RevocationChecker(source, policy.DEMO)

    def read(data: bytes) -> State:
        source.given = data
        return checker.check(leaf, authority, at=AT, now=AT).state

    assert read(answer) is read(lists[0]) is State.REVOKED
    assert _fuzz(read, [answer, *lists], lambda state: state is State.GOOD) > 50
