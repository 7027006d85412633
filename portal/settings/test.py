"""The suite: fixed secrets, tasks that run at once, mail kept in memory; Postgres is a real one."""

import tempfile
from pathlib import Path

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, INSTALLED_APPS, content_security_policy, databases
from portal.settings.logs import configuration

env.load_file(env.directory("PORTAL_VAR", BASE_DIR / ".var") / "test-servers.env")  # written by `launch servers --test`

DEBUG = False
SECRET_KEY = "a key of the test suite, known to everybody 0123"
SIGNATURES_ENCRYPTION_KEYS = ["an encryption key of the test suite 0123456789"]
SIGNATURES_PEPPERS = ["a pepper of signatures in the test suite 01234"]
IDENTITY_PEPPERS = ["a pepper of identities in the test suite 01234"]
VOTE_LOG_KEYS = ["5eedc0de" * 7 + "01234567"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PORTAL_ORIGIN = "http://testserver"
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]

DATABASES = databases("postgresql:///portal")
# Tests with real transactions end with TRUNCATE, which votes, signatures and the audit log refuse everybody else.
DATABASES["default"]["OPTIONS"]["options"] = "-c portal.may_truncate=on"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED_PAGES = False  # each test draws its own pages; those of the cache itself turn it on
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

EGOV_MOBILE = True
EGOV_MOBILE_BIN = "950341000052"
TRUST_DOMAIN = "test"
_scratch = Path(tempfile.gettempdir()) / "hu-tests"
DEMO_PKI_DIR = env.directory("DEMO_PKI_DIR", _scratch / "demo-pki")
TRUST_ANCHORS_DIR = env.directory("TRUST_ANCHORS_DIR", DEMO_PKI_DIR)
NCALAYER_URL = env.origin("NCALAYER_URL", "ws://127.0.0.1:13579", schemes=("wss", "ws"))
DEMO_CONTROL_URL = env.origin("DEMO_CONTROL_URL", "http://127.0.0.1:13580")
CONTENT_SECURITY_POLICY = content_security_policy(NCALAYER_URL, DEMO_CONTROL_URL)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
MEDIA_ROOT = _scratch / "media"
OPEN_DATA_ROOT = _scratch / "open-data"
STATIC_ROOT = _scratch / "static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Халық үні <no-reply@example.kz>"
LOGGING = configuration("WARNING")
