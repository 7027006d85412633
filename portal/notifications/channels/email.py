"""E-mail: queued with the notice, sent by a task, tried again while the mail server is away.

    queued --claim--> sending --accepted by the server--> sent
      ^                  | the server was away or busy: queued again, later each time
      |                  | the address was refused, or MAX_ATTEMPTS are used up: failed
      |                  | the reader went, or wants no e-mail of this topic any more: skipped
      +-- lease over ----+ the sender was killed

The claim is committed before the server is called, and its outcome in a transaction of its own after that. So each attempt
sends at most once, two workers never hold the same letter (SKIP LOCKED), and no transaction stays open while a mail server
thinks. A worker killed between the server's yes and the commit leaves `sending`: when its lease has run out, the letter
is tried again with the same Message-ID, by which mailboxes know the second copy for the first. To lose a notice of a
deadline would be worse.
"""

import logging
import smtplib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import switches
from portal.notifications import preferences
from portal.notifications.messages import digest, letter
from portal.notifications.models import Channel, Delivery, DeliveryState, LetterWish
from portal.notifications.rhythm import Wish

logger = logging.getLogger(__name__)

EMAIL = switches.register(
    switches.Switch(
        "notifications.email", _("Sending e-mail"), _("Letters wait and are sent later; notices on the portal go on.")
    )
)

BATCH = 20
LEASE = timedelta(minutes=15)
"""Longer than a batch of letters can take, each at the server's time-out."""

FIRST_WAIT = timedelta(minutes=1)
MAX_ATTEMPTS = 10
"""With doubling waits the last try is some 17 hours after the first."""

USUAL = Wish()
WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)


def follow_wishes(notices: Sequence[int], *, at: datetime) -> None:
    """Give the letters of these notices, just queued for the usual moment, the one that their readers chose."""
    waiting = Delivery.objects.filter(notification__in=notices, channel=Channel.EMAIL)
    chosen = LetterWish.objects.filter(user__notifications__in=notices)
    for wish in {row.wish for row in chosen}:
        hours = {"rhythm": wish.rhythm, "quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until}
        readers = LetterWish.objects.filter(**hours).values("user")
        waiting.filter(notification__recipient__in=readers).update(
            next_attempt_at=wish.first_moment(at), in_digest=wish.has_digest
        )


def send_due(*, at: datetime, limit: int = 500) -> int:
    """Send up to `limit` letters that wait; return how many the server took.

    Nothing is claimed while it is away, or while letters are switched off.
    """
    if not switches.is_on(EMAIL):
        return 0
    if not Delivery.objects.filter(channel=Channel.EMAIL, state__in=WAITING, next_attempt_at__lte=at).exists():
        return 0
    server: BaseEmailBackend = get_connection()
    try:
        server.open()
    except OSError as error:  # SMTPException is one
        logger.warning("The mail server does not answer (%s); letters wait.", type(error).__name__)
        return 0
    sent = 0
    try:
        for _batch in range(max(1, limit // BATCH)):
            claimed = _claim(at)
            outcomes = _send_batch(server, _envelopes(claimed), at)
            sent += outcomes.count(DeliveryState.SENT)
            if len(claimed) < BATCH or DeliveryState.QUEUED in outcomes:
                break
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim(at: datetime) -> list[Delivery]:
    """Take the oldest letters that are due, and count the attempt before it is made."""
    waiting = Delivery.objects.filter(channel=Channel.EMAIL, state__in=WAITING, next_attempt_at__lte=at)
    ids = list(
        waiting.select_for_update(skip_locked=True)
        .order_by("next_attempt_at", "id")
        .values_list("id", flat=True)[:BATCH]
    )
    # The rest of a reader's digest goes with its first line.
    readers = waiting.filter(pk__in=ids, in_digest=True).values("notification__recipient")
    rest = waiting.filter(in_digest=True, notification__recipient__in=readers)
    ids += list(rest.select_for_update(skip_locked=True, of=("self",)).values_list("id", flat=True))
    claimed = list(Delivery.objects.filter(pk__in=ids).select_related("notification__recipient").order_by("id"))
    for one in claimed:
        one.state, one.attempts, one.next_attempt_at = DeliveryState.SENDING, one.attempts + 1, at + LEASE
    Delivery.objects.bulk_update(claimed, ["state", "attempts", "next_attempt_at"])
    return claimed


def _envelopes(claimed: Sequence[Delivery]) -> list[list[Delivery]]:
    """Return what goes together: each letter by itself, a reader's digest in one."""
    envelopes: dict[tuple[bool, object], list[Delivery]] = defaultdict(list)
    for one in claimed:
        envelopes[one.in_digest, one.notification.recipient_id if one.in_digest else one.pk].append(one)
    return list(envelopes.values())


def _send_batch(server: BaseEmailBackend, envelopes: Sequence[list[Delivery]], at: datetime) -> list[str]:
    """Send letter by letter; when the server goes away, hand the rest back without counting an attempt."""
    wishes = preferences.wishes_of(envelope[0].notification.recipient_id for envelope in envelopes)
    outcomes: list[str] = []
    for place, envelope in enumerate(envelopes):
        wish = wishes.get(envelope[0].notification.recipient_id, USUAL)
        if wish.is_quiet(at):  # chosen since, or tried again at night
            _hand_back(envelope, wish.first_moment(at))
            continue
        try:
            outcomes.append(_send(server, envelope, at))
        except OSError as error:
            outcomes.append(_again(envelope, at, error))
            if not isinstance(error, smtplib.SMTPRecipientsRefused):
                _hand_back([one for later in envelopes[place + 1 :] for one in later], at)
                break
    return outcomes


def _send(server: BaseEmailBackend, envelope: list[Delivery], at: datetime) -> str:
    wanted = _still_wanted(envelope)
    _settle([one for one in envelope if one not in wanted], DeliveryState.SKIPPED, at)
    if not wanted:
        return DeliveryState.SKIPPED
    notices = [one.notification for one in wanted]
    try:
        message = digest(notices) if wanted[0].in_digest else letter(notices[0])
    except Exception as error:  # one that cannot be worded must not hold up the others
        logger.exception("Notification %s cannot be worded", notices[0].pk)
        return _settle(wanted, DeliveryState.FAILED, at, type(error).__name__)
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _answer in refused.recipients.values()):
            return _settle(wanted, DeliveryState.FAILED, at, "refused by the server")
        raise
    return _settle(wanted, DeliveryState.SENT, at)


def _still_wanted(envelope: list[Delivery]) -> list[Delivery]:
    reader = envelope[0].notification.recipient
    if not (reader.is_active and reader.email and reader.is_email_confirmed):
        return []
    chosen = {
        topic: Channel.EMAIL in preferences.channels_for([reader], topic)[reader.pk]
        for topic in {one.notification.topic for one in envelope}
    }
    return [one for one in envelope if chosen[one.notification.topic]]


def _settle(deliveries: Sequence[Delivery], state: DeliveryState, at: datetime, error: str = "") -> str:
    for one in deliveries:
        one.state, one.settled_at, one.last_error = state, at, error[:100]
    Delivery.objects.bulk_update(deliveries, ["state", "settled_at", "last_error"])
    return state


def _again(envelope: Sequence[Delivery], at: datetime, error: Exception) -> str:
    """Queue once more, twice as late as the last time; give up after MAX_ATTEMPTS."""
    tries, name = max(one.attempts for one in envelope), type(error).__name__
    logger.warning("Letter %s was not taken (%s)", envelope[0].pk, name)
    if tries >= MAX_ATTEMPTS:
        return _settle(envelope, DeliveryState.FAILED, at, name)
    for one in envelope:
        one.state, one.last_error = DeliveryState.QUEUED, name
        one.next_attempt_at = at + FIRST_WAIT * 2 ** (tries - 1)
    Delivery.objects.bulk_update(envelope, ["state", "last_error", "next_attempt_at"])
    return DeliveryState.QUEUED


def _hand_back(deliveries: Sequence[Delivery], at: datetime) -> None:
    for one in deliveries:
        one.state, one.attempts, one.next_attempt_at = DeliveryState.QUEUED, one.attempts - 1, at
    Delivery.objects.bulk_update(deliveries, ["state", "attempts", "next_attempt_at"])
