"""How often an address, its neighbourhood or an account may knock (OWASP ASVS 5.0, 2.4.1 and 6.3.1).

Counters of a fixed window live in the cache that all web processes share. The window's number is part of the key, so a
counter needs no clearing. Neither an address nor an account is legible in the cache: keys are keyed digests. When the cache
is gone the door stays open and the log says so: a lost cache must not keep people from signing in or voting.
"""

import ipaddress
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from portal.errors import TooMany

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many tries one window takes: from an address, from its subnet (a /24 or a /48), for an account."""

    name: str
    window: timedelta
    by_address: int
    by_subnet: int
    by_account: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a caller's share: of `most` tries in `window` seconds, `left` until `resets_in` seconds from now."""

    name: str
    most: int
    window: int
    left: int
    resets_in: int


SIGN_IN = Throttle("sign_in", timedelta(minutes=10), by_address=60, by_subnet=600, by_account=20)
"""A village behind one address still signs in; a list of guessed passwords does not get far."""

STATEMENT = Throttle("statement", timedelta(minutes=10), by_address=300, by_subnet=3000, by_account=60)
"""Statements issued for signing cost one keyed digest each; a campaign's hall behind one address stays possible."""

LETTER = Throttle("letter", timedelta(hours=1), by_address=20, by_subnet=100, by_account=5)
"""Letters that the portal sends to an address somebody typed."""

REFUSED_SIGNATURE = Throttle("refused_signature", timedelta(minutes=10), by_address=120, by_subnet=1200, by_account=60)
"""Signatures that were sent and refused: each costs a verification, and none brings a vote. Votes that count cost nothing."""

SPEECH = Throttle("speech", timedelta(minutes=10), by_address=300, by_subnet=3000, by_account=20)
"""Comments, reports and votes by session: more in ten minutes than a person has to say, and less than a program would."""


MOBILE_CODE = Throttle("mobile_code", timedelta(minutes=10), by_address=120, by_subnet=1200, by_account=60)
"""QR codes for signing by telephone: each writes a row that lives for a quarter of an hour."""

MOBILE_APP = Throttle("mobile_app", timedelta(minutes=10), by_address=900, by_subnet=9000, by_account=60)
"""What telephones and the pages that wait for them ask; a telephone operator has thousands behind one address."""

BUNDLE = Throttle("bundle", timedelta(minutes=10), by_address=60, by_subnet=600, by_account=30)
"""Downloads of a whole count: each packs every record of a log anew."""

LOOKING = Throttle("looking", timedelta(minutes=10), by_address=1500, by_subnet=6000, by_account=400)
"""Searches that a page makes while one types: a pause each second for six minutes."""


def refuse_when_spent(throttle: Throttle, request: HttpRequest, *, at: datetime) -> None:
    """Raise TooMany when the address or its subnet has had its share already; counts nothing, in one way to the cache."""
    address = client_address(request)
    window = int(throttle.window.total_seconds())
    number, elapsed = divmod(int(at.timestamp()), window)
    shares = {
        _key(f"{throttle.name}:address", address, number): throttle.by_address,
        _key(f"{throttle.name}:subnet", subnet(address), number): throttle.by_subnet,
    }
    try:
        spent: dict[str, int] = cache.get_many(list(shares))
    except (RedisError, OSError):
        logger.warning("The cache does not answer: %s is not limited.", throttle.name)
        return
    if any(spent.get(key, 0) >= most for key, most in shares.items()):
        raise _refusal(window - elapsed)


def spend(throttle: Throttle, request: HttpRequest, *, at: datetime, account: str = "") -> Standing:
    """Count one try; raise TooMany when the address, its subnet or the account has had its share of the window.

    Return what is left of the caller's own share: that of the account when there is one, else that of the address.
    """
    address = client_address(request)
    shares = [("address", address, throttle.by_address), ("subnet", subnet(address), throttle.by_subnet)]
    if account:
        shares.append(("account", account.casefold(), throttle.by_account))
    window = int(throttle.window.total_seconds())
    number, elapsed = divmod(int(at.timestamp()), window)
    standing = Standing(throttle.name, throttle.by_address, window, throttle.by_address, window - elapsed)
    for kind, whose, most in shares:
        used = _count(f"{throttle.name}:{kind}", whose, number, window)
        if used > most:
            logger.warning("Throttle %s by %s refused a try.", throttle.name, kind)
            raise _refusal(window - elapsed)
        if kind != "subnet":
            standing = Standing(throttle.name, most, window, most - used, window - elapsed)
    return standing


def client_address(request: HttpRequest) -> str:
    """Return the reader's address: behind our own proxies, what the outermost of them wrote; else the connection's.

    Addresses further left in X-Forwarded-For are the sender's own words and are not believed. "" when there is none (a
    connection over a Unix socket).
    """
    proxies = int(getattr(settings, "AXES_IPWARE_PROXY_COUNT", None) or 0)
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies and subnet(forwarded[-proxies]):
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def subnet(address: str) -> str:
    """Return the /24 (IPv4) or the /48 (IPv6) that the address lies in; "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _count(scope: str, whose: str, number: int, window: int) -> int:
    key = _key(scope, whose, number)
    try:
        if cache.add(key, 1, timeout=window + 60):
            return 1
        return int(cache.incr(key))
    except ValueError:  # it expired between the two commands
        return 1
    except (RedisError, OSError):
        logger.warning("The cache does not answer: tries of %s are not counted.", scope, exc_info=True)
        return 0


def _key(scope: str, whose: str, number: int) -> str:
    return f"throttle:{scope}:{number}:{salted_hmac('throttle', whose, algorithm='sha256').hexdigest()[:32]}"


def _refusal(seconds: int) -> TooMany:
    minutes = max(1, -(-seconds // 60))
    sentence = ngettext(
        "Too many attempts. Please try again in %(minutes)d minute.",
        "Too many attempts. Please try again in %(minutes)d minutes.",
        minutes,
    )
    refusal = TooMany(sentence % {"minutes": minutes})
    refusal.seconds = seconds
    return refusal
