"""Calling addresses that strangers wrote: only public ones, and the very address that was checked.

The name is resolved once. When any of its addresses is not public, nothing is called: a loopback, a private net, a link-local
address (the metadata services of clouds among them). The connection goes to the address that was checked, so a name that
changes its mind in between (DNS rebinding) leads nowhere; TLS still proves the name. Redirects are not followed, answers
are cut, time is bounded.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from portal.webhooks import limits

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Place = tuple[int, tuple[str, int]]
"""A family of addresses, and an address in it with its port."""


class Unreachable(Exception):
    """The address was not called or did not answer; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts."""

    is_tls: bool
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with the beginning of its body, or the reason why nothing did."""

    status: int | None
    excerpt: str = ""
    error: str = ""

    @property
    def is_well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Raw:
    """What came back, byte for byte: a status with the beginning of its body, or the reason why nothing did."""

    status: int | None
    body: bytes = b""
    content_type: str = ""
    error: str = ""


def parse(url: str) -> Target:
    """Return the parts of an address that may be called. Raises Unreachable for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable("not_an_address") from error
    host = (parts.hostname or "").rstrip(".")
    if not host or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Unreachable("not_an_address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Unreachable("not_an_address")
    is_tls = parts.scheme == "https"
    if not is_tls and not (parts.scheme == "http" and settings.WEBHOOKS_ALLOW_LOOPBACK):
        raise Unreachable("not_https")
    port = port or (443 if is_tls else 80)
    if port not in limits.PORTS and not settings.WEBHOOKS_ALLOW_LOOPBACK:
        raise Unreachable("port")
    if host == urlsplit(settings.PORTAL_ORIGIN).hostname:
        raise Unreachable("own_address")
    _refuse_written_address(host)
    return Target(is_tls, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def is_public(address: str) -> bool:
    """Whether the IP address belongs to the open internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        # Addresses that carry another one inside lead wherever that one leads.
        if ip.sixtofour is not None or ip.teredo is not None or ip in NAT64 or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def resolve(target: Target) -> Place:
    """Return the address to call, when every address of the name may be called. Raises Unreachable else."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Unreachable("unknown_name") from error
    if not found:
        raise Unreachable("unknown_name")
    if not all(_may_be_called(str(where[0])) for *_kind, where in found):
        raise Unreachable("not_public")
    if not target.is_tls and not all(ipaddress.ip_address(where[0]).is_loopback for *_kind, where in found):
        raise Unreachable("not_https")
    family, *_kind, where = found[0]
    return family, (str(where[0]), int(where[1]))


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send the body once and return what came back, to be shown to people; raises nothing."""
    raw = call(url, body, headers)
    return Answer(raw.status, excerpt=_excerpt(raw.body), error=raw.error)


def call(url: str, body: bytes, headers: dict[str, str]) -> Raw:
    """Send the body once and return what came back, at most the first 16 KiB of it; raises nothing."""
    ends = time.monotonic() + limits.TOTAL_SECONDS
    try:
        target = parse(url)
        connection = _Pinned(target, resolve(target))
    except Unreachable as refused:
        return Raw(None, error=refused.code)
    try:
        connection.request("POST", target.path, body=body, headers={"User-Agent": "halyk-uni-webhooks/1", **headers})
        response = connection.getresponse()
        held = _read(response, ends)
        return Raw(response.status, held, (response.getheader("Content-Type") or "").partition(";")[0].strip().lower())
    except ssl.SSLError:
        return Raw(None, error="tls")
    except TimeoutError:
        return Raw(None, error="timeout")
    except (OSError, http.client.HTTPException, ValueError):
        return Raw(None, error="no_answer")
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that TLS must prove."""

    def __init__(self, target: Target, place: Place) -> None:
        super().__init__(target.host, target.port, timeout=limits.TIMEOUT_SECONDS)
        self.default_port = 443 if target.is_tls else 80
        self._target, self._place = target, place

    def connect(self) -> None:
        family, where = self._place
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(limits.TIMEOUT_SECONDS)
            plain.connect(where)
            self.sock = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
                if self._target.is_tls
                else plain
            )
        except BaseException:
            plain.close()
            raise


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    """Read a little of the answer; a sender that dribbles is cut off."""
    held = b""
    while len(held) < limits.LARGEST_ANSWER:
        if time.monotonic() > ends:
            raise TimeoutError
        part = response.read1(min(4096, limits.LARGEST_ANSWER - len(held)))
        if not part:
            break
        held += part
    return held


def _excerpt(held: bytes) -> str:
    text = held.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[: limits.EXCERPT].strip()


def _refuse_written_address(host: str) -> None:
    """An address in numbers is judged when it is written, not only when it is called."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if not _may_be_called(host):
        raise Unreachable("not_public")


def _may_be_called(address: str) -> bool:
    if settings.WEBHOOKS_ALLOW_LOOPBACK and ipaddress.ip_address(address.split("%")[0]).is_loopback:
        return True
    return is_public(address)
