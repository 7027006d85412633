"""The public portal: all from the environment, no start with anything weak (docs/operations.md lists it)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import caches, content_security_policy, databases
from portal.settings.logs import configuration

if env.flag("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG must not be set in production: its error pages show secrets to strangers.")
DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS") if env.text("SECRET_KEY_FALLBACKS", "") else []
SIGNATURES_ENCRYPTION_KEYS = env.secrets("SIGNATURES_ENCRYPTION_KEYS")
SIGNATURES_PEPPERS = env.secrets("SIGNATURES_PEPPERS")
#: How many of the oldest peppers of signatures were taken out of the list for good (`manage.py rotate_peppers` says when).
SIGNATURES_PEPPERS_DROPPED = env.number("SIGNATURES_PEPPERS_DROPPED", default=0, least=0, most=200)
IDENTITY_PEPPERS = env.secrets("IDENTITY_PEPPERS")
#: They sign receipts and heads of the vote log. The public keys stay published when a seed is taken away.
VOTE_LOG_KEYS = env.seeds("VOTE_LOG_KEYS")
VOTE_LOG_WITNESSES = env.witnesses("VOTE_LOG_WITNESSES")
_all_secrets = [SECRET_KEY, *SIGNATURES_ENCRYPTION_KEYS, *SIGNATURES_PEPPERS, *IDENTITY_PEPPERS, *VOTE_LOG_KEYS]
if len(set(_all_secrets)) < len(_all_secrets):
    raise ImproperlyConfigured(
        "SECRET_KEY, SIGNATURES_ENCRYPTION_KEYS, SIGNATURES_PEPPERS, IDENTITY_PEPPERS and VOTE_LOG_KEYS must all differ."
    )

PORTAL_ORIGIN = env.origin("PORTAL_ORIGIN", schemes=("https",))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's hosts; * would accept any.")
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN]

DATABASES = databases()
CELERY_BROKER_URL, _cache = env.broker("REDIS_URL")
CACHES = caches(_cache)

# --- Trust: whose certificates count --------------------------------------------------------------
if env.text("TRUST_DOMAIN", "production") != "production":
    raise ImproperlyConfigured("TRUST_DOMAIN must be production here: the keys of other domains lie open to everybody.")
TRUST_DOMAIN = "production"
TRUST_ANCHORS_DIR = env.directory("TRUST_ANCHORS_DIR")
for _name in ("DEMO_PKI_DIR", "DEMO_CONTROL_URL"):
    if env.text(_name, ""):
        raise ImproperlyConfigured(f"{_name} must not be set in production: the demo's keys lie open to everybody.")
if not TRUST_ANCHORS_DIR.is_dir():
    raise ImproperlyConfigured(
        "TRUST_ANCHORS_DIR must be a folder that holds the national certification authority's roots."
    )
if any(
    "demo" in part.lower() for part in [*TRUST_ANCHORS_DIR.parts, *(path.name for path in TRUST_ANCHORS_DIR.iterdir())]
):
    raise ImproperlyConfigured("TRUST_ANCHORS_DIR holds demo anchors: anybody could sign as anybody.")
#: Pinned here, so that whoever can write into the folder cannot widen trust; the start without a pin would trust nobody.
TRUST_ANCHOR_PINS = env.fingerprints("TRUST_ANCHOR_PINS")
REVOCATION_OCSP_URL = next(iter(env.addresses("REVOCATION_OCSP_URL", [])), "")
REVOCATION_CRL_URLS = env.addresses("REVOCATION_CRL_URLS", [])
REVOCATION_PREFER_LISTS = env.flag("REVOCATION_PREFER_LISTS", default=False)
REVOCATION_CHECK_AUTHORITIES = env.flag("REVOCATION_CHECK_AUTHORITIES", default=False)
if not REVOCATION_OCSP_URL and not REVOCATION_CRL_URLS:
    raise ImproperlyConfigured(
        "Set REVOCATION_OCSP_URL or REVOCATION_CRL_URLS: a signature whose revocation cannot be asked is never accepted."
    )
#: NCANode beside our own verifier, never instead of it (signatures/services/second_opinion.py).
SECOND_OPINION_URL = next(iter(env.addresses("SECOND_OPINION_URL", [])), "")
SECOND_OPINION_TIMEOUT = env.number("SECOND_OPINION_TIMEOUT", default=3, least=1, most=30)
SECOND_OPINION_REQUIRED = env.flag("SECOND_OPINION_REQUIRED", default=False)
NCALAYER_URL = env.origin("NCALAYER_URL", "wss://127.0.0.1:13579", schemes=("wss",))
CONTENT_SECURITY_POLICY = content_security_policy(NCALAYER_URL)
if env.flag("EGOV_MOBILE", default=False) and not env.text("EGOV_MOBILE_BIN", ""):
    raise ImproperlyConfigured("EGOV_MOBILE needs EGOV_MOBILE_BIN: the app shows whose portal asks for the signature.")

# --- Transport ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
#: nginx is the only way in and writes this header anew, so its last address is the reader's.
AXES_IPWARE_PROXY_COUNT = env.number("PROXY_COUNT", default=1, least=0, most=5)

# --- Files and mail -------------------------------------------------------------------------------
STATIC_ROOT = env.directory("STATIC_ROOT")
MEDIA_ROOT = env.directory("MEDIA_ROOT")
#: Written by the worker, read by the web processes and the proxy.
OPEN_DATA_ROOT = env.directory("OPEN_DATA_ROOT", MEDIA_ROOT.parent / "open-data")
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
ATTACHMENT_SCANNER = env.text("ATTACHMENT_SCANNER", "")
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "tcp://127.0.0.1:3310")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", default=587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LOGGING = configuration(env.choice("LOG_LEVEL", ("INFO", "WARNING", "ERROR"), "INFO"))
