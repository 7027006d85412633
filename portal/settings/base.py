"""What holds in every environment. What differs (secrets, addresses, DEBUG) stands in the others."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings import env, schedule

BASE_DIR = Path(__file__).resolve().parents[2]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

# --- Apps -----------------------------------------------------------------------------------------
#: Our own, from the floor to the roof; `make app` adds new domains above the marker.
LOCAL_APPS = (
    "portal.audit",
    "portal.events",
    "portal.switches",
    "portal.notifications",
    "portal.webhooks",
    "portal.calendar",
    "portal.web",
    "accounts",
    "signatures",
    "initiatives",
    # new apps above this line
)
INSTALLED_APPS = [
    "portal.translation",  # first: its Kazakh comes before that of Django's and others' apps
    "modeltranslation",  # before the admin, whose classes it wraps
    "portal.web.admin_config.VerifiedAdminConfig",  # django.contrib.admin behind the second factor
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",  # before staticfiles, whose runserver it replaces
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    *LOCAL_APPS,
]

MIDDLEWARE = [
    "portal.web.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.web.headers.SecurityHeadersMiddleware",
    "portal.web.embedding.NamelessMiddleware",  # before whatever reads a cookie
    "portal.web.caching.SharedPageMiddleware",  # before whatever knows the visitor
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.views.middleware.SessionSeenMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.web.middleware.LanguageMemoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.api.read_only.ReadOnlyMiddleware",
    "axes.middleware.AxesMiddleware",  # it turns a lock-out into a response
    "portal.web.middleware.RefusalMiddleware",  # last: a refusal becomes a page before anything else sees it
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context_processors.layout",
                "portal.web.context_processors.signing",
            ],
        },
    }
]

# --- Data -----------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def databases(default: str | None = None) -> dict[str, Any]:
    """The one database, safe behind PgBouncer's transaction mode: no server-side cursors, no session state."""
    return {
        "default": {
            **env.database("DATABASE_URL", default),
            "CONN_MAX_AGE": env.number("CONN_MAX_AGE", default=60),
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }
    }


def caches(location: str) -> dict[str, Any]:
    """Redis: rate limits and cached pages must be the same for all web processes."""
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": location,
            "KEY_PREFIX": "hu",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }


#: Whether strangers share pages for a moment (`portal.web.caching`).
SHARED_PAGES = env.flag("SHARED_PAGES", default=True)

# --- Languages and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.translation.formats"
MODELTRANSLATION_DEFAULT_LANGUAGE = "kk"
MODELTRANSLATION_LANGUAGES = ("kk", "ru", "en")
MODELTRANSLATION_FALLBACK_LANGUAGES = ("kk", "ru", "en")
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
#: One zone for the whole country since 1 March 2024 (UTC+5).
TIME_ZONE = "Asia/Almaty"

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "signatures:sign_in"
LOGIN_REDIRECT_URL = "accounts:profile"
#: A confirmed e-mail address is unique by a partial index, which the check cannot see; unconfirmed ones sign nobody in.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked account is refused unread
    "django.contrib.auth.backends.ModelBackend",
    "portal.permissions.backend.PermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
OTP_TOTP_ISSUER = "Халық үні"
#: Account and address together: no stranger can lock an official out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "portal.web.throttle.client_address"
AXES_ALLOWED_CORS_ORIGINS = ""
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.handlers.csrf_failure"

#: Who counts unread notices for the header (`portal.web.layout`).
PORTAL_UNREAD_COUNT = "portal.notifications.selectors.unread_count"

#: The time stamp authority that stamps the heads of the vote log; without one the demo's own is asked in the demo, else nobody.
TSA_URL = next(iter(env.addresses("TSA_URL", [])), "")

# --- Signing by telephone -------------------------------------------------------------------------
#: eGov Mobile opens only addresses of portals that are registered with it (docs/operations.md), so it is off until one is.
EGOV_MOBILE = env.flag("EGOV_MOBILE", default=False)
#: The business number of whoever runs the portal; the app shows it.
EGOV_MOBILE_BIN = env.text("EGOV_MOBILE_BIN", "")
#: Whether the text travels apart from its signature or inside it; both are verified alike.
EGOV_MOBILE_METHOD = env.choice("EGOV_MOBILE_METHOD", ("CMS_SIGN_ONLY", "CMS_WITH_DATA"), "CMS_SIGN_ONLY")
#: What opens the app on the telephone that shows the page.
EGOV_MOBILE_LINK = env.text("EGOV_MOBILE_LINK", "https://m.egov.kz/mobileSign")

# --- What error reports hold -----------------------------------------------------------------------
DEFAULT_EXCEPTION_REPORTER = "portal.web.error_reports.Report"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.web.error_reports.ReportFilter"

# --- What browsers are told -----------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"


def content_security_policy(*signers: str) -> dict[str, Any]:
    """Nothing inline and nothing foreign, but for the signing program on the reader's own machine."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF, *signers],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    }


# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
#: No MEDIA_URL: what citizens upload is private, and views hand it out after they have asked a policy.
MEDIA_URL = ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_PERMISSIONS = 0o600
#: Who looks for harmful content in attachments (`portal.scanning`); empty: nobody.
ATTACHMENT_SCANNER = ""
CLAMD_ADDRESS = "tcp://127.0.0.1:3310"
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsing.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttles.SharedThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Халық үні",
    "DESCRIPTION": "Petitions and public ideas of Kazakhstan: lists, texts, counts and answers.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DEFAULT_GENERATOR_CLASS": "portal.api.schema.EnglishGenerator",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.schema.problems_as_json",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ActionEnum": "initiatives.states.LogAction",
        "StateEnum": "initiatives.states.State",
        "NormCodeEnum": "initiatives.states.NormCode",
        "LanguageEnum": "portal.settings.base.LANGUAGES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- The vote log ---------------------------------------------------------------------------------
#: Who co-signs the archive's heads: "<key line> <address>" each (docs/operations.md).
VOTE_LOG_WITNESSES: list[str] = []
#: How often the archive's head is signed, stamped and shown to witnesses, besides at the end of each voting.
VOTE_LOG_ARCHIVE_SECONDS = 3_600

# --- Webhooks -------------------------------------------------------------------------------------
#: Only to try webhooks on one machine: lets them call programs on it, over plain HTTP and on any port. Never in public.
WEBHOOKS_ALLOW_LOOPBACK = False

# --- Work in the background -----------------------------------------------------------------------
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = schedule.ROUTES
CELERY_BEAT_SCHEDULE = schedule.BEAT
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
#: A task is acknowledged when it is done: a killed worker's task runs again, and each of ours is idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1200, "socket_connect_timeout": 2}
