"""One machine: `make run` and `manage.py`. Secrets are made once and kept in .var; nothing here is for the public."""

import hashlib
import os
import secrets

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, INSTALLED_APPS, caches, content_security_policy, databases
from portal.settings.logs import configuration

VAR = env.directory("PORTAL_VAR", BASE_DIR / ".var")
SECRETS = ("SECRET_KEY", "SIGNATURES_ENCRYPTION_KEYS", "SIGNATURES_PEPPERS", "IDENTITY_PEPPERS")


def _make_secrets_once() -> None:
    """Random secrets of this checkout, readable by its owner only."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in SECRETS)
    try:
        handle = os.open(VAR / "secrets.env", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(lines)


_make_secrets_once()
env.load_file(VAR / "secrets.env")
env.load_file(VAR / "servers.env")  # written by the launcher while its servers run

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = env.secret("SECRET_KEY")
SIGNATURES_ENCRYPTION_KEYS = env.secrets("SIGNATURES_ENCRYPTION_KEYS")
SIGNATURES_PEPPERS = env.secrets("SIGNATURES_PEPPERS")
#: How many of the oldest peppers of signatures were taken out of the list for good (`manage.py rotate_peppers` says when).
SIGNATURES_PEPPERS_DROPPED = env.number("SIGNATURES_PEPPERS_DROPPED", default=0, least=0, most=200)
IDENTITY_PEPPERS = env.secrets("IDENTITY_PEPPERS")
#: Derived, so that checkouts made before the log need no new secret; of this machine only, as SECRET_KEY is.
VOTE_LOG_KEYS = env.seeds("VOTE_LOG_KEYS", [hashlib.sha256(f"vote log:{SECRET_KEY}".encode()).hexdigest()])
VOTE_LOG_WITNESSES = env.witnesses("VOTE_LOG_WITNESSES")
#: A newcomer sees the archive's heads without waiting for an hour.
VOTE_LOG_ARCHIVE_SECONDS = 60
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
PORTAL_ORIGIN = env.origin("PORTAL_ORIGIN", f"http://localhost:{env.number('PORT', default=8000, least=1, most=65535)}")
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]

DATABASES = databases("postgresql:///portal")
CELERY_BROKER_URL, _cache = env.broker("REDIS_URL", "redis://127.0.0.1:6379")
CACHES = caches(_cache)

TRUST_DOMAIN = env.choice("TRUST_DOMAIN", ("demo", "test"), "demo")
DEMO_PKI_DIR = env.directory("DEMO_PKI_DIR", VAR / "demo-pki")
TRUST_ANCHORS_DIR = env.directory("TRUST_ANCHORS_DIR", DEMO_PKI_DIR)
#: The demo's responder signs each answer with RSA; its list is signed once an hour and says the same of the demo's people.
REVOCATION_PREFER_LISTS = env.flag("REVOCATION_PREFER_LISTS", default=True)
NCALAYER_URL = env.origin("NCALAYER_URL", "ws://127.0.0.1:13579", schemes=("wss", "ws"))
DEMO_CONTROL_URL = env.origin("DEMO_CONTROL_URL", "http://127.0.0.1:13580")
CONTENT_SECURITY_POLICY = content_security_policy(NCALAYER_URL, DEMO_CONTROL_URL)

EGOV_MOBILE = env.flag("EGOV_MOBILE", default=True)
EGOV_MOBILE_BIN = env.text("EGOV_MOBILE_BIN", "950341000052")

WEBHOOKS_ALLOW_LOOPBACK = env.flag("WEBHOOKS_ALLOW_LOOPBACK", default=False)

MEDIA_ROOT = VAR / "media"
OPEN_DATA_ROOT = VAR / "open-data"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = "Халық үні <no-reply@localhost>"
LOGGING = configuration(env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"))
