"""What a deployment is given: a whole environment, with random secrets."""

import os
import secrets
from pathlib import Path

import pytest


@pytest.fixture
def whole(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a deployment that lacks nothing."""
    anchors = tmp_path_factory.mktemp("anchors")
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": secrets.token_hex(32),
        "SIGNATURES_ENCRYPTION_KEYS": secrets.token_hex(32),
        "SIGNATURES_PEPPERS": secrets.token_hex(32),
        "IDENTITY_PEPPERS": secrets.token_hex(32),
        "VOTE_LOG_KEYS": secrets.token_hex(32),
        "PORTAL_ORIGIN": "https://portal.gov.kz",
        "ALLOWED_HOSTS": "portal.gov.kz",
        "DATABASE_URL": "postgresql://portal@db/portal",
        "REDIS_URL": "redis://redis:6379",
        "TRUST_ANCHORS_DIR": str(anchors),
        "TRUST_ANCHOR_PINS": secrets.token_hex(32),
        "REVOCATION_OCSP_URL": "http://ocsp.pki.gov.kz",
        "STATIC_ROOT": str(tmp_path / "static"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "EMAIL_HOST": "mail.gov.kz",
        "DEFAULT_FROM_EMAIL": "portal@gov.kz",
    }
