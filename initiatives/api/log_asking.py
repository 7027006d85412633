"""What is asked of the vote log: which log, which leaf, which numbers; and how its bytes are answered."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from initiatives import switches
from initiatives.api.views import ReadView, one
from initiatives.selectors.published import is_listed
from initiatives.services.vote_logging import log_origin
from portal.errors import InvalidInput, NotVisible
from portal.switches import require
from signatures.selectors import vote_log as reads
from signatures.selectors.vote_log import ARCHIVE, LogRow

FOREVER = 31_536_000
"""Seconds that a part of the log which cannot change may be kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The log of an address: its row when anything was written into it, and whether strangers may keep answers."""

    origin: str
    log: LogRow | None
    is_public: bool

    @property
    def size(self) -> int:
        return self.log.size if self.log else 0

    @property
    def row(self) -> LogRow:
        """The log; NotVisible where there is none."""
        if self.log is None:
            raise NotVisible
        return self.log


class LogView(ReadView):
    """A read of one log. What only its author and staff see shows none: it takes no votes, or none count any more."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(switches.VOTE_LOG)

    def asked(self, request: Request, code: str | None) -> Asked:
        if code is None:
            return Asked(log_origin(ARCHIVE), reads.find_log(ARCHIVE), is_public=True)
        initiative = one(request, code)
        if initiative.is_private:
            raise NotVisible
        log = reads.find_log(code)
        return Asked(log.origin if log else log_origin(code), log, is_listed(initiative))


def index_of(request: Request, log: LogRow) -> int | None:
    """Return the place that is asked about; None while the entry waits for one. NotVisible when there is none."""
    params = request.query_params
    asked = [name for name in ("entry", "leaf_hash", "index") if params.get(name)]
    if len(asked) != 1:
        raise InvalidInput(fields={"entry": _("Say which leaf: its entry, its hash or its place.")})
    if asked == ["index"]:
        return number_of(request, "index", None, 0, max(0, log.size - 1))
    said = params[asked[0]]
    try:
        if asked == ["entry"]:
            row = reads.find_entry(log, entry=uuid.UUID(bytes=_hexadecimal(said, 16)))
        else:
            row = reads.find_entry(log, leaf_hash=_hexadecimal(said, 32))
    except ValueError as error:
        raise InvalidInput(fields={asked[0]: _("Hexadecimal digits, please.")}) from error
    if row is None:
        raise NotVisible
    return row.sequence


def _hexadecimal(said: str, octets: int) -> bytes:
    found = bytes.fromhex(said)
    if len(found) != octets or found.hex() != said:
        raise ValueError(said)
    return found


def number_of(request: Request, name: str, default: int | None, least: int, most: int | None) -> int | None:
    """Return a number of the query within its bounds, or the default; InvalidInput for any other."""
    said = request.query_params.get(name)
    if said is None:
        return default
    if (
        not (said.isascii() and said.isdigit() and len(said) < 19)
        or int(said) < least
        or (most is not None and int(said) > most)
    ):
        raise InvalidInput(fields={name: _("The log has no such size or place.")})
    return int(said)


def raw(request: Request, body: bytes, *, seconds: int, is_public: bool) -> HttpResponse:
    """Answer with bytes that are what was hashed; they are the same in every language."""
    response = HttpResponse(body, content_type="application/x-ndjson")
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if is_public and not request.user.is_authenticated:
        response["Cache-Control"] = f"public, max-age={seconds}" + (", immutable" if seconds == FOREVER else "")
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie",))
    found = get_conditional_response(request._request, etag=response["ETag"], response=response)
    return found if found is not None else response
