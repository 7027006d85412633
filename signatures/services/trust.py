"""Whose certificates count here: the trust store of the running portal, and where it asks about revocation.

TRUST_ANCHORS_DIR holds certificates that the operator put there; those whose SHA-256 is pinned are anchors, the others must
lead to one. Pins are settings in production (TRUST_ANCHOR_PINS), so that whoever can write the folder cannot widen trust; the
demo's folder carries its own. Production refuses the demo's and the test authority's certificates by their names, too.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from signatures.eds import certificate, cms, oids
from signatures.eds.demo_pki import DemoPki, is_complete
from signatures.eds.errors import EdsError
from signatures.eds.ocsp import NONCE_OCTETS
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import POLICIES, Domain
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Verifier
from signatures.services.demo_responder import DemoResponder
from signatures.services.fetching import HttpSource

PINS_FILE = "pins.txt"
SUFFIXES = (".pem", ".cer", ".crt", ".der")
NOT_FOR_PRODUCTION = ("ДЕМО", "DEMO", "TEST")


def domain() -> Domain:
    """Return the trust domain of this portal."""
    return Domain(settings.TRUST_DOMAIN)


def verifier() -> Verifier:
    """Return the verifier of this portal, made anew when its settings or the demo's keys change."""
    anchors, demo = Path(settings.TRUST_ANCHORS_DIR), _demo_directory()
    pins = tuple(getattr(settings, "TRUST_ANCHOR_PINS", ()))
    return _verifier(domain(), anchors, pins, _stamp(demo or anchors), source())


def store() -> TrustStore:
    """Return the authorities that this portal trusts."""
    return verifier().store


def pins() -> frozenset[str]:
    """Return the SHA-256 of all certificates that are anchors here, in hexadecimal digits."""
    listed = [*getattr(settings, "TRUST_ANCHOR_PINS", ())]
    kept = Path(settings.TRUST_ANCHORS_DIR) / PINS_FILE
    if domain() is not Domain.PRODUCTION and kept.is_file():
        listed += kept.read_text(encoding="ascii").split()
    return frozenset(pin.lower().replace(":", "") for pin in listed)


def demo_pki() -> DemoPki | None:
    """Return the demo's infrastructure where this portal trusts it, and None everywhere else."""
    directory = _demo_directory()
    if directory is None or not is_complete(directory):
        return None
    return _demo(directory, _stamp(directory))


def authorities() -> Sequence[Authority]:
    """Return the authorities that this portal trusts, anchors first."""
    return verifier().store.authorities


def refresh_lists(*, at: datetime, forced: bool = False) -> int:
    """Fetch the revocation lists anew for all processes; return how many came. Without addresses there are none."""
    found = source()
    return found.refresh(now=at, forced=forced) if isinstance(found, HttpSource) else 0


def source() -> HttpSource | DemoResponder:
    """Return where this portal asks about revocation."""
    demo = _demo_directory()
    return _source(
        demo,
        _stamp(demo) if demo else 0,
        getattr(settings, "REVOCATION_OCSP_URL", ""),
        tuple(getattr(settings, "REVOCATION_CRL_URLS", ())),
    )


@lru_cache(maxsize=4)
def _source(demo: Path | None, stamp: int, ocsp_url: str, crl_urls: tuple[str, ...]) -> HttpSource | DemoResponder:
    if demo is not None and not ocsp_url and not crl_urls and is_complete(demo):
        return DemoResponder(_demo(demo, stamp))
    return HttpSource(ocsp_url, crl_urls)


def _demo_directory() -> Path | None:
    """The demo's folder, where the demo's keys are the ones to be trusted."""
    demo = getattr(settings, "DEMO_PKI_DIR", None)
    if domain() is Domain.PRODUCTION or demo is None or Path(demo) != Path(settings.TRUST_ANCHORS_DIR):
        return None
    return Path(demo)


def _stamp(directory: Path) -> int:
    """Changes when the folder's set of certificates was made anew."""
    marker = directory / PINS_FILE
    return marker.stat().st_mtime_ns if marker.is_file() else 0


@lru_cache(maxsize=4)
def _demo(directory: Path, _stamp: int) -> DemoPki:
    return DemoPki(directory)


@lru_cache(maxsize=4)
def _verifier(
    name: Domain, anchors: Path, pins: tuple[str, ...], _stamp: int, asked: HttpSource | DemoResponder
) -> Verifier:
    policy = POLICIES[name]
    trusted = load_store(name, anchors, pins)
    checker = RevocationChecker(
        asked,
        policy,
        prefer_lists=bool(getattr(settings, "REVOCATION_PREFER_LISTS", False)),
        check_authorities=bool(getattr(settings, "REVOCATION_CHECK_AUTHORITIES", False)),
        nonces=_nonce,
    )
    return Verifier(trusted, checker, policy)


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_OCTETS)


def load_store(
    name: Domain, directory: Path, pins: Sequence[str], *, old_algorithms_allowed: bool = False
) -> TrustStore:
    """Read the folder; ImproperlyConfigured says what is wrong with it. An empty folder trusts nobody."""
    paths = sorted(path for path in directory.glob("*") if path.suffix in SUFFIXES) if directory.is_dir() else []
    try:
        raws = [cms.unarmour(path.read_bytes()) for path in paths]
        if name is Domain.PRODUCTION:
            _require_real(raws)
        elif (directory / PINS_FILE).is_file():
            pins = [*pins, *(directory / PINS_FILE).read_text(encoding="ascii").split()]
        pinned = {pin.lower().replace(":", "") for pin in pins}
        anchors = [raw for raw in raws if hashlib.sha256(raw).hexdigest() in pinned]
        others = [raw for raw in raws if raw not in anchors]
        return TrustStore(anchors, others, old_algorithms_allowed=old_algorithms_allowed)
    except EdsError as error:
        raise ImproperlyConfigured(f"TRUST_ANCHORS_DIR: {error.detail or error}. Check TRUST_ANCHOR_PINS.") from error


def _require_real(raws: Sequence[bytes]) -> None:
    for raw in raws:
        names = certificate.name_values(certificate.parse(raw).subject_name).get(oids.COMMON_NAME, [])
        if any(word in name.upper() for name in names for word in NOT_FOR_PRODUCTION):
            raise ImproperlyConfigured(
                "TRUST_ANCHORS_DIR holds a demo or test authority: anybody could sign as anybody."
            )
