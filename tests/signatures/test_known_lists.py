"""What a checker remembers of verified lists: bounded in octets, without counting all of them for each new one."""

from types import SimpleNamespace
from typing import cast

import pytest

from signatures.eds import known_lists
from signatures.eds.crl import RevocationList
from signatures.eds.known_lists import KnownLists


def _list(raw: bytes) -> RevocationList:
    return cast(RevocationList, SimpleNamespace(raw=raw))


def _add(known: KnownLists, raw: bytes) -> None:
    known.add((raw, b"authority"), _list(raw))


def _has(known: KnownLists, raw: bytes) -> bool:
    return known.get((raw, b"authority")) is not None


def test_lists_are_remembered_by_bytes_and_authority() -> None:
    known = KnownLists()
    _add(known, b"one")
    assert _has(known, b"one")
    assert not _has(known, b"two")
    assert known.get((b"one", b"another authority")) is None


def test_the_memory_has_a_bound_in_octets_and_a_list_that_comes_twice_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known_lists, "MOST_REMEMBERED", 10)
    known = KnownLists()
    for _again in range(5):
        _add(known, b"first")
    _add(known, b"other")
    assert _has(known, b"first")
    assert _has(known, b"other")

    _add(known, b"x")
    assert not _has(known, b"first")
    assert _has(known, b"x")
    _add(known, b"123456789")
    assert _has(known, b"x")


def test_adding_looks_only_at_the_new_list() -> None:
    count = 2000
    looks = 0

    class Counting:
        @property
        def raw(self) -> bytes:
            nonlocal looks
            looks += 1
            return b"raw"

    known = KnownLists()
    for number in range(count):
        known.add((b"%d" % number, b"authority"), cast(RevocationList, Counting()))
    assert looks <= 3 * count
