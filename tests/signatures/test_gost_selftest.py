"""The start is refused, in one sentence, when an engine is missing or answers otherwise than published."""

import ctypes.util
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from signatures.eds.gost import gcrypt, openssl, selftest, verification
from signatures.eds.gost.keys import PublicKey


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Libraries are loaded once in a process: here they are looked for again, and afterwards as they were."""
    gcrypt.library.cache_clear()
    openssl.library.cache_clear()
    yield
    gcrypt.library.cache_clear()
    openssl.library.cache_clear()


def test_the_engines_of_this_machine_are_sound() -> None:
    selftest.run()


@pytest.mark.usefixtures("forgotten")
def test_a_start_without_libgcrypt_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gcrypt, "LIBRARY", "libgcrypt-that-nobody-has.so")
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="apt-get install libgcrypt20"):
        apps.get_app_config("signatures").ready()


@pytest.mark.usefixtures("forgotten")
def test_libgcrypt_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gcrypt, "_OLDEST", b"99.0.0")

    with pytest.raises(selftest.EngineFailed, match="older than 99"):
        selftest.run()


@pytest.mark.usefixtures("forgotten")
def test_without_openssl_the_integers_do_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssl, "LIBRARY", "libcrypto-that-nobody-has.so")
    key = selftest._SIGNED[0][0]

    assert openssl.library() is None
    assert verification.engine_for(key) is verification.INTEGERS
    selftest.run()


@pytest.mark.parametrize("engine", ["INTEGERS", "OPENSSL"])
@pytest.mark.parametrize("answer", [None, 1])
def test_an_engine_that_errs_stops_the_start(monkeypatch: pytest.MonkeyPatch, engine: str, answer: int | None) -> None:
    def err(key: PublicKey, z1: int, z2: int) -> int | None:
        return answer

    monkeypatch.setattr(verification, engine, err)
    with pytest.raises(selftest.EngineFailed, match="wrongly"):
        selftest.run()


def test_an_engine_that_accepts_everything_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its x is always the r of the signature."""
    signatures = {
        key.x: int.from_bytes(bytes.fromhex(made)[: key.curve.octets], "little") for key, _e, made in selftest._SIGNED
    }
    monkeypatch.setattr(verification, "INTEGERS", lambda key, z1, z2: signatures[key.x])

    with pytest.raises(selftest.EngineFailed, match="gmpy2 judges"):
        selftest.run()


def test_a_hash_that_errs_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_HASHES", (("Streebog-512", gcrypt.gost94, b"", "00"),))

    with pytest.raises(selftest.EngineFailed, match="Streebog-512 otherwise than published"):
        selftest.run()
