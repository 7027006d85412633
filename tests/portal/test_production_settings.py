"""Production starts with everything it needs, and refuses anything weak in one sentence that names the variable."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINT_SETTINGS = """
import json
from django.conf import settings
names = "DEBUG TRUST_DOMAIN SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT".split()
print(json.dumps({name: getattr(settings, name) for name in names} | {
    "policy": {name: list(map(str, value)) for name, value in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()},
    "hasher": settings.PASSWORD_HASHERS[0],
    "trust": [settings.TRUST_ANCHOR_PINS, settings.REVOCATION_OCSP_URL, settings.REVOCATION_CRL_URLS],
    "cursors": settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"],
}))
"""


def started(environment: dict[str, str], code: str = PRINT_SETTINGS) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, with this environment and no other."""
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_whole_environment_starts_with_everything_strict(whole: dict[str, str]) -> None:
    done = started(whole)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["DEBUG"] is False
    assert said["TRUST_DOMAIN"] == "production"
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert all(said[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "cursors"))
    assert said["hasher"].endswith("Argon2PasswordHasher")
    assert said["policy"]["default-src"] == said["policy"]["script-src"] == ["'self'"]
    assert said["policy"]["connect-src"] == ["'self'", "wss://127.0.0.1:13579"]
    assert not any("unsafe" in word for words in said["policy"].values() for word in words)


@pytest.mark.parametrize(
    "variable",
    [
        "SECRET_KEY", "SIGNATURES_ENCRYPTION_KEYS", "SIGNATURES_PEPPERS", "IDENTITY_PEPPERS", "VOTE_LOG_KEYS", "PORTAL_ORIGIN",
        "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "TRUST_ANCHORS_DIR", "TRUST_ANCHOR_PINS", "STATIC_ROOT", "MEDIA_ROOT",
        "EMAIL_HOST", "DEFAULT_FROM_EMAIL",
    ],
)  # fmt: skip
def test_what_is_missing_is_named(whole: dict[str, str], variable: str) -> None:
    del whole[variable]
    refused(whole, f"Set {variable}:")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me", "SECRET_KEY looks like a default"),
        ("SECRET_KEY", "django-insecure-8fj29fj20fj20fj20fj20fj20f", "SECRET_KEY looks like a default"),
        ("SIGNATURES_PEPPERS", "a" * 40, "SIGNATURES_PEPPERS looks like a default"),
        ("IDENTITY_PEPPERS", f"{'0123456789abcdef' * 3},tiny", "IDENTITY_PEPPERS is too short"),
        ("VOTE_LOG_KEYS", "a" * 64, "VOTE_LOG_KEYS must hold random seeds"),
        ("VOTE_LOG_KEYS", "0123456789abcdef", "VOTE_LOG_KEYS must hold random seeds"),
        ("VOTE_LOG_WITNESSES", "https://witness.example/", "VOTE_LOG_WITNESSES must hold witnesses"),
        ("DEBUG", "yes", "DEBUG must not be set"),
        ("DEBUG", "flase", "DEBUG must be yes or no"),
        ("TRUST_DOMAIN", "demo", "TRUST_DOMAIN must be production"),
        ("DEMO_PKI_DIR", "/srv/pki", "DEMO_PKI_DIR must not be set"),
        ("DEMO_CONTROL_URL", "http://127.0.0.1:13580", "DEMO_CONTROL_URL must not be set"),
        ("TRUST_ANCHORS_DIR", "relative/path", "TRUST_ANCHORS_DIR must be an absolute path"),
        ("TRUST_ANCHORS_DIR", "/nowhere/at/all", "TRUST_ANCHORS_DIR must be a folder"),
        ("TRUST_ANCHOR_PINS", "the national root", "TRUST_ANCHOR_PINS must hold SHA-256 fingerprints"),
        ("REVOCATION_CRL_URLS", "file:///etc/passwd", "REVOCATION_CRL_URLS must hold addresses"),
        ("REVOCATION_OCSP_URL", "", "Set REVOCATION_OCSP_URL or REVOCATION_CRL_URLS"),
        ("PORTAL_ORIGIN", "http://portal.gov.kz", "PORTAL_ORIGIN must be an address like https://"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("DATABASE_URL", "sqlite:///portal.db", "DATABASE_URL must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://portal@db", "DATABASE_URL must name a database"),
        ("REDIS_URL", "memory://", "REDIS_URL must be like"),
        ("EMAIL_PORT", "many", "EMAIL_PORT must be a whole number"),
    ],
)
def test_what_is_weak_is_refused(whole: dict[str, str], variable: str, value: str, sentence: str) -> None:
    refused({**whole, variable: value}, sentence)


def test_pins_and_addresses_of_revocation_reach_the_settings(whole: dict[str, str]) -> None:
    lists = "http://crl.pki.gov.kz/rsa.crl, http://crl.pki.gov.kz/gost.crl"
    done = started({**whole, "TRUST_ANCHOR_PINS": ":".join(["AB"] * 32), "REVOCATION_CRL_URLS": lists})
    assert json.loads(done.stdout)["trust"] == [["ab" * 32], "http://ocsp.pki.gov.kz", lists.split(", ")]


def test_nothing_of_the_demo_answers_in_production(whole: dict[str, str]) -> None:
    """The crowd, the keys' page and the demo's authority would let anybody vote as anybody."""
    code = """
import django; django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
from signatures.services import trust
assert "demo" not in settings.INSTALLED_APPS
assert not hasattr(settings, "DEMO_CONTROL_URL")
assert trust.demo_pki() is None  # so the demo authority's two addresses answer 404
try:
    print(reverse("demo:crowd", args=["abc"]))
except NoReverseMatch:
    print("no demo")
"""
    done = started(whole, code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "no demo"


def test_one_secret_for_two_purposes_is_refused(whole: dict[str, str]) -> None:
    refused({**whole, "SIGNATURES_PEPPERS": whole["IDENTITY_PEPPERS"]}, "must all differ")


def test_anchors_of_the_demo_are_refused(whole: dict[str, str]) -> None:
    demo_root = Path(whole["TRUST_ANCHORS_DIR"]) / "demo_root_rsa.pem"
    demo_root.write_text("a certificate")
    try:
        refused(whole, "TRUST_ANCHORS_DIR holds demo anchors")
    finally:
        demo_root.unlink()


def test_a_secret_is_never_repeated_in_the_refusal(whole: dict[str, str]) -> None:
    done = refused({**whole, "SECRET_KEY": "hunter2hunter2"}, "SECRET_KEY is too short")
    assert "hunter2" not in done.stderr


def refused(environment: dict[str, str], sentence: str) -> subprocess.CompletedProcess[str]:
    done = started(environment)
    last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
    assert done.returncode != 0, f"started, though {sentence}"
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: "), done.stderr
    assert sentence in last
    return done
