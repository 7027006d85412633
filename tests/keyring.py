"""The keys of the demo's people, made once a run. Loaded as a plugin: ask for them by name in any test.

`pki` was made at the moment at which tests begin, `pki_of_today` now, for tests that read the real clock. Everybody has two keys:
`pki.sign("aigerim", …)` signs with RSA, `pki.sign("aigerim.gost", …)` with GOST as living citizens do; `two-keys` is RSA and
`two-keys.second` GOST.

Making RSA keys is what takes seconds: the processes of one run share the folders, and both folders hold the same RSA keys.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import clock
from signatures.eds import demo_files, demo_making, demo_pki
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_pki import DemoPki
from signatures.eds.signing_keys import SigningKey
from tests.actors import AT


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process of this run is here."""
    with (folder / "demo-pki.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remembered(keys: Path) -> Callable[..., SigningKey]:
    """Return what gives the n-th RSA key of such a size from the folder, and makes it when it is not there."""
    make, given = demo_making.new_key, dict.fromkeys((2048, 3072), 0)

    def new_key(family: Family, bits: int = 2048) -> SigningKey:
        if family is not Family.RSA:
            return make(family)
        given[bits] += 1
        path = keys / f"{bits}-{given[bits]}.key"
        if not path.exists():
            demo_files.write_key(path, make(family, bits))
        return demo_files.read_key(path)

    return new_key


def _shared(factory: pytest.TempPathFactory) -> Path:
    """The run's own folder: that of one worker lies in it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _make(factory: pytest.TempPathFactory, name: str, at: datetime) -> DemoPki:
    shared, own = _shared(factory), factory.mktemp(name)
    directory, keys = shared / name, shared / "demo-rsa-keys"
    with _alone(shared), pytest.MonkeyPatch.context() as patch:
        if not demo_pki.is_complete(directory):
            keys.mkdir(exist_ok=True)
            patch.setattr(demo_making, "new_key", _remembered(keys))
            demo_pki.generate(directory, at=at)
        # A copy for each process: tests stop the demo's responder by a file in its folder.
        shutil.copytree(directory, own, dirs_exist_ok=True)
    return DemoPki(own)


def _trust(settings: Any, pki: DemoPki) -> DemoPki:
    settings.TRUST_DOMAIN = "demo"
    settings.DEMO_PKI_DIR = settings.TRUST_ANCHORS_DIR = pki.directory
    return pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Keys made at the moment at which tests begin."""
    return _make(tmp_path_factory, "demo-pki", AT)


@pytest.fixture
def demo_trust(pki: DemoPki, settings: Any) -> DemoPki:
    """The portal trusts them."""
    return _trust(settings, pki)


@pytest.fixture(scope="session")
def pki_of_today(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Keys made an hour ago by the real clock."""
    return _make(tmp_path_factory, "demo-pki-of-today", clock.now() - timedelta(hours=1))


@pytest.fixture
def trust_of_today(pki_of_today: DemoPki, settings: Any) -> DemoPki:
    """The portal trusts those."""
    return _trust(settings, pki_of_today)


@pytest.fixture
def known_rsa_keys(pki: DemoPki, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a folder of keys in this test has the RSA keys of `pki` in it: new ones take seconds."""
    monkeypatch.setattr(demo_making, "new_key", _remembered(_shared(tmp_path_factory) / "demo-rsa-keys"))
