"""Witnesses: others who look at each head of the archive and sign that it contradicts none that they saw (C2SP tlog-witness).

VOTE_LOG_WITNESSES names them: key line and address. The head goes to each with a proof of consistency from the last head it
signed; its signature is verified before it is kept. A witness that is away is asked again later: nothing waits for it.
"""

import base64
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from portal.webhooks import client
from signatures.log.errors import LogError
from signatures.log.notes import COSIGNATURE, Key, Line, Note, parse_lines, verify_cosignature
from signatures.models import Cosignature, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads

logger = logging.getLogger(__name__)

SIZE_TYPE = "text/x.tlog.size"
ROUND_BUDGET_SECONDS = 60.0
"""Of all witnesses together: the next round begins a minute later."""

Post = Callable[[str, bytes, dict[str, str]], client.Raw]


@dataclass(frozen=True, slots=True)
class Witness:
    """One who co-signs: the key, and the address before `/add-checkpoint`."""

    key: Key
    url: str


def witnesses() -> list[Witness]:
    """Return the witnesses of the settings; LogError when a key line is none."""
    found = []
    for line in settings.VOTE_LOG_WITNESSES:
        key, _space, url = line.partition(" ")
        found.append(Witness(Key.from_line(key), url.strip().rstrip("/")))
    if any(one.key.kind != COSIGNATURE for one in found):
        raise LogError("a witness signs with a key of type 4")
    return found


def show(*, at: datetime, post: Post = client.call) -> int:
    """Show the newest head of the archive to every witness that has not signed it; return how many signed. Idempotent."""
    log = reads.find_log(ARCHIVE)
    head = reads.latest_head(log) if log is not None else None
    if log is None or head is None:
        return 0
    signed = set(Cosignature.objects.filter(head=head).values_list("witness", flat=True))
    ends, done = time.monotonic() + ROUND_BUDGET_SECONDS, 0
    for witness in witnesses():
        if witness.key.name not in signed and time.monotonic() < ends:
            done += _ask(witness, log, head, post)
    return done


def _ask(witness: Witness, log: VoteLog, head: TreeHead, post: Post) -> bool:
    answer = post(*_request(witness, log, head, _last_signed(witness)))
    if answer.status == 409 and answer.content_type == SIZE_TYPE:
        # It knows better what it signed last, for instance when its answer was lost on the way to us.
        known = answer.body.strip()
        if known.isdigit() and int(known) > head.size:
            logger.error(
                "vote log: witness %s has signed a longer log (%s) than ours", witness.key.name, known.decode()
            )
            return False
        if known.isdigit():
            answer = post(*_request(witness, log, head, int(known)))
    if answer.status == 200:
        return _keep(witness, head, answer.body)
    level = logging.ERROR if answer.status in (409, 422) else logging.WARNING
    logger.log(level, "vote log: witness %s did not sign: %s", witness.key.name, answer.status or answer.error)
    return False


def _request(witness: Witness, log: VoteLog, head: TreeHead, old: int) -> tuple[str, bytes, dict[str, str]]:
    proof = reads.consistency_proof(log, old, head.size) if old else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", head.note]
    return f"{witness.url}/add-checkpoint", "\n".join(lines).encode(), {"Content-Type": "text/plain; charset=utf-8"}


def _last_signed(witness: Witness) -> int:
    last = Cosignature.objects.filter(witness=witness.key.name, head__log__code=ARCHIVE).order_by("-head__size")
    return last.values_list("head__size", flat=True).first() or 0


def _keep(witness: Witness, head: TreeHead, body: bytes) -> bool:
    """Keep the witness's line when it is one; a line of somebody else is passed over."""
    try:
        text = Note.parse(head.note).text
        line, seconds = _line_of(witness, text, body.decode())
        signed_at = datetime.fromtimestamp(seconds, tz=UTC)
    except (LogError, UnicodeDecodeError, OverflowError, ValueError, OSError) as error:
        logger.error("vote log: witness %s sent a signature that does not hold: %s", witness.key.name, error)
        return False
    _row, is_new = Cosignature.objects.get_or_create(
        head=head, witness=witness.key.name, defaults={"line": str(line), "signed_at": signed_at}
    )
    return is_new


def _line_of(witness: Witness, text: str, answer: str) -> tuple[Line, int]:
    for line in parse_lines(answer):
        if (line.name, line.key_id) == (witness.key.name, witness.key.id):
            return line, verify_cosignature(line, witness.key, text)
    raise LogError("no line of this witness")
