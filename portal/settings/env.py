"""Typed readers of the environment that refuse nonsense with one clear sentence.

A portal that guesses a missing secret, or reads `DEBUG=flase` as true, fails later and in public. Each reader
names its variable in the sentence, so that whoever deploys knows what to mend without reading code.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
#: Shorter than this, a secret can be searched for; 32 characters of a random alphabet are beyond any search.
SHORTEST_SECRET = 32
#: Words by which documentation marks a value that is to be replaced.
DEFAULTS = re.compile(
    r"change.?me|insecure|example|default|secret.?key|password|placeholder|xxxx|^(.)\1+$", re.IGNORECASE
)

_environment = environ.Env()


def load_file(path: Path) -> None:
    """Read NAME=value lines; what the environment says already is kept."""
    if path.is_file():
        environ.Env.read_env(path, overwrite=False)


def text(name: str, default: str | None = None) -> str:
    """A string; without a default, an absent or empty one is refused."""
    value = str(_environment.str(name, default="")).strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name}: the portal does not start without it.")
    return default


def flag(name: str, *, default: bool) -> bool:
    """Yes or no, in the usual spellings only."""
    word = text(name, "yes" if default else "no").lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")


def number(name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number within its bounds."""
    word = text(name, str(default))
    try:
        value = int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {word!r}.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must lie between {least} and {most}, not {value}.")
    return value


def choice(name: str, among: Sequence[str], default: str | None = None) -> str:
    """One word out of a closed list."""
    word = text(name, default)
    if word not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {word!r}.")
    return word


def words(name: str, default: Sequence[str] | None = None) -> list[str]:
    """A list separated by commas; blanks around the words are dropped."""
    joined = text(name, None if default is None else ",".join(default))
    return [word.strip() for word in joined.split(",") if word.strip()]


def secret(name: str) -> str:
    """A secret that is present, long enough and no documented default; no error repeats its value."""
    return _vetted(name, text(name))


def secrets(name: str) -> list[str]:
    """Secrets separated by commas, the one in use first: older ones stay readable while keys are rotated."""
    return [_vetted(name, value) for value in words(name)]


def seeds(name: str, default: Sequence[str] | None = None) -> list[str]:
    """Seeds of signing keys, 64 hexadecimal digits each, separated by commas, the one in use first."""
    values = [word.lower() for word in words(name, default)]
    for value in values:
        if not re.fullmatch(r"[0-9a-f]{64}", value) or len(set(value)) < 8:
            raise ImproperlyConfigured(
                f"{name} must hold random seeds of 64 hexadecimal digits (openssl rand -hex 32)."
            )
    return values


def witnesses(name: str) -> list[str]:
    """Witnesses separated by commas, each a key line, a space and the address to which heads are sent."""
    values = words(name, [])
    for value in values:
        if not re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44} https?://\S+", value):
            raise ImproperlyConfigured(
                f"{name} must hold witnesses like name+12345678+key https://witness.example/, not {value!r}."
            )
    return values


def _vetted(name: str, value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{name} is too short: give each secret at least {SHORTEST_SECRET} random characters."
        )
    if DEFAULTS.search(value) or len(set(value)) < 8:
        raise ImproperlyConfigured(f"{name} looks like a default: give it a random value of its own.")
    return value


def origin(name: str, default: str | None = None, schemes: Sequence[str] = ("https", "http")) -> str:
    """Scheme, host and perhaps port, and nothing behind them: what browsers compare."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name} must be an address like {schemes[0]}://portal.gov.kz, not {value!r}.")
    return value


def addresses(name: str, default: Sequence[str] | None = None) -> list[str]:
    """Addresses to fetch from, separated by commas; plain http is fit for what is signed itself, as revocation is."""
    values = words(name, default)
    for value in values:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ImproperlyConfigured(
                f"{name} must hold addresses like http://crl.pki.gov.kz/list.crl, not {value!r}."
            )
    return values


def fingerprints(name: str) -> list[str]:
    """SHA-256 fingerprints separated by commas, in small letters; colons between the bytes are dropped."""
    values = [word.replace(":", "").lower() for word in words(name)]
    for value in values:
        if not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ImproperlyConfigured(
                f"{name} must hold SHA-256 fingerprints of 64 hexadecimal digits, not {value!r}."
            )
    return values


def directory(name: str, default: Path | None = None) -> Path:
    """An absolute path of a folder; whether it exists is asked where it is used."""
    path = Path(text(name, None if default is None else str(default)))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be an absolute path, not {str(path)!r}.")
    return path


def database(name: str, default: str | None = None) -> dict[str, Any]:
    """A Postgres address: postgresql://user@host:port/name, or with ?host=/folder for a Unix socket."""
    value = text(name, default)
    if not value.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            f"{name} must begin with postgresql://: the portal keeps its promises by Postgres only."
        )
    parsed: dict[str, Any] = dict(environ.Env.db_url_config(value))
    options: dict[str, Any] = dict(parsed.pop("OPTIONS", {}))
    parsed["HOST"] = options.pop("host", parsed["HOST"])
    if not parsed["NAME"]:
        raise ImproperlyConfigured(f"{name} must name a database after its last slash.")
    return {**parsed, "OPTIONS": options}


def broker(name: str, default: str | None = None) -> tuple[str, str]:
    """A Redis address as (for Celery, for the cache): one server, data apart, so that neither clears the other's.

    Accepted: redis://host:port, rediss://host:port and unix:///path/to/socket.
    """
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme == "unix" and parts.path:
        return f"redis+socket://{parts.path}?virtual_host=0", f"unix://{parts.path}?db=1"
    if (
        parts.scheme in {"redis", "rediss"}
        and parts.hostname
        and not parts.path.strip("/")
        and not parse_qs(parts.query)
    ):
        return f"{value}/0", f"{value}/1"
    raise ImproperlyConfigured(f"{name} must be like redis://host:6379 or unix:///folder/redis.sock, not {value!r}.")
