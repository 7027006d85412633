"""The slicer: it reads DER, refuses BER's freedom, and never fails otherwise than by its own error."""

import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from asn1crypto import core
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from signatures.eds import certificate, cms, der
from signatures.eds.errors import EdsError
from signatures.eds.signing import element


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for function in (cms.unarmour, cms.parse, certificate.parse, cms.attributes, certificate.name_values):
        try:
            function(data)
        except EdsError:
            continue


@given(st.recursive(
    st.binary(max_size=40).map(lambda body: element(der.OCTET_STRING, body)),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: element(der.SEQUENCE, *parts)),
))  # fmt: skip
def test_slices_cover_every_byte_once(data: bytes) -> None:
    top = der.whole(data, data[0])
    assert der.raw(data, top) == data
    if top.tag == der.SEQUENCE:
        assert b"".join(der.raw(data, part) for part in der.children(data, top)) == der.contents(data, top)


@given(st.integers(-(2**200), 2**200))
def test_integers_are_read_as_another_library_writes_them(value: int) -> None:
    data = core.Integer(value).dump()
    assert der.integer(data, der.whole(data, der.INTEGER)) == value


@given(st.lists(st.integers(0, 2**40), min_size=0, max_size=8))
def test_object_identifiers_are_read_as_another_library_writes_them(arcs: list[int]) -> None:
    name = ".".join(map(str, [1, 2, *arcs]))
    data = core.ObjectIdentifier(name).dump()
    assert der.oid(data, der.whole(data, der.OBJECT_IDENTIFIER)) == name


@pytest.mark.parametrize(
    "text",
    [
        "3080040100" + "0000",  # indefinite length
        "308103040100",  # length not in its shortest form
        "30820003040100",
        "3004040100",  # reaches beyond the end
        "300304010000",  # a byte after the end
        "1f0100",  # long tag form
        "30",
        "",
    ],
)
def test_what_is_not_der_is_refused(text: str) -> None:
    with pytest.raises(EdsError):
        der.children(bytes.fromhex(text), der.whole(bytes.fromhex(text), der.SEQUENCE))


@pytest.mark.parametrize("text", ["02020001", "0202ff80", "0200", "040101"])
def test_integers_of_other_forms_are_refused(text: str) -> None:
    data = bytes.fromhex(text)
    with pytest.raises(EdsError):
        der.integer(data, der.read(data, 0, len(data)))


@pytest.mark.parametrize(
    ("tag", "text", "moment"),
    [
        (der.UTC_TIME, b"260302050000Z", datetime(2026, 3, 2, 5, tzinfo=UTC)),
        (der.UTC_TIME, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (der.UTC_TIME, b"2603020500Z", None),
        (der.UTC_TIME, b"260302050000+0500", None),
        (der.GENERALIZED_TIME, b"20261301000000Z", None),
        (der.GENERALIZED_TIME, b"20260101000000.5Z", None),
        (der.OCTET_STRING, b"260302050000Z", None),
    ],
)
def test_times_are_those_of_der(tag: int, text: bytes, moment: datetime | None) -> None:
    data = element(tag, text)
    if moment is None:
        with pytest.raises(EdsError):
            der.time(data, der.read(data, 0, len(data)))
    else:
        assert der.time(data, der.read(data, 0, len(data))) == moment


def test_lengths_that_end_in_the_octet_80_are_kept() -> None:
    """asn1crypto takes such a header for an indefinite length and writes other bytes."""
    data = element(der.SEQUENCE, element(der.OCTET_STRING, b"x" * (0x380 - 4)))
    assert data[:4] == bytes.fromhex("30820380")
    assert der.raw(data, der.whole(data, der.SEQUENCE)) == data


@pytest.mark.parametrize(
    "hostile",
    [
        b"-----BEGIN CMS-----" + b" " * 250_000 + b"!",
        b"\n" * 250_000,
        element(der.SEQUENCE, element(der.OBJECT_IDENTIFIER, b"\x81" * 250_000 + b"\x01")),
        element(der.SEQUENCE, b"\x05\x00" * 120_000),
        b"\x30\x84\x7f\xff\xff\xff",
    ],
)
def test_input_made_to_take_long_is_refused_at_once(hostile: bytes) -> None:
    began = time.process_time()
    with pytest.raises(EdsError):
        cms.parse(cms.unarmour(hostile))
    assert time.process_time() - began < 1


def test_the_core_knows_neither_django_nor_the_portal() -> None:
    """So that it can check a downloaded bundle offline."""
    script = (
        "import sys; from signatures.eds import demo_pki, verify; "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'portal', 'accounts')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    assert ran.stdout.strip() == "[]"
