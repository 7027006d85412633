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
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import switches
from portal.notifications import preferences
from portal.notifications.messages import letter
from portal.notifications.models import Channel, Delivery, DeliveryState, Notification

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

WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)


def queue(notices: Sequence[Notification], *, at: datetime) -> None:
    """Queue a letter for each notice whose reader has a confirmed address; a second call changes nothing."""
    Delivery.objects.bulk_create(
        [
            Delivery(notification=one, channel=Channel.EMAIL, next_attempt_at=at)
            for one in notices
            if one.recipient.email and one.recipient.is_email_confirmed
        ],
        ignore_conflicts=True,
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
            outcomes = _send_batch(server, claimed, at)
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
    claimed = list(Delivery.objects.filter(pk__in=ids).select_related("notification__recipient").order_by("id"))
    for one in claimed:
        one.state, one.attempts, one.next_attempt_at = DeliveryState.SENDING, one.attempts + 1, at + LEASE
    Delivery.objects.bulk_update(claimed, ["state", "attempts", "next_attempt_at"])
    return claimed


def _send_batch(server: BaseEmailBackend, claimed: Sequence[Delivery], at: datetime) -> list[str]:
    """Send letter by letter; when the server goes away, hand the rest back without counting an attempt."""
    outcomes: list[str] = []
    for place, one in enumerate(claimed):
        try:
            outcomes.append(_send(server, one, at))
        except OSError as error:
            _again(one, at, error)
            outcomes.append(one.state)
            if not isinstance(error, smtplib.SMTPRecipientsRefused):
                _hand_back(claimed[place + 1 :], at)
                break
    return outcomes


def _send(server: BaseEmailBackend, delivery: Delivery, at: datetime) -> str:
    notice = delivery.notification
    reader = notice.recipient
    reachable = reader.is_active and reader.email and reader.is_email_confirmed
    if not reachable or Channel.EMAIL not in preferences.channels_for([reader], notice.topic)[reader.pk]:
        return _settle(delivery, DeliveryState.SKIPPED, at)
    try:
        message = letter(notice)
    except Exception as error:  # one that cannot be worded must not hold up the others
        logger.exception("Notification %s cannot be worded", notice.pk)
        return _settle(delivery, DeliveryState.FAILED, at, type(error).__name__)
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _answer in refused.recipients.values()):
            return _settle(delivery, DeliveryState.FAILED, at, "refused by the server")
        raise
    return _settle(delivery, DeliveryState.SENT, at)


def _settle(delivery: Delivery, state: DeliveryState, at: datetime, error: str = "") -> str:
    delivery.state, delivery.settled_at, delivery.last_error = state, at, error[:100]
    delivery.save(update_fields=["state", "settled_at", "last_error"])
    return state


def _again(delivery: Delivery, at: datetime, error: Exception) -> None:
    """Queue once more, twice as late as the last time; give up after MAX_ATTEMPTS."""
    logger.warning("Letter %s was not taken (%s)", delivery.pk, type(error).__name__)
    if delivery.attempts >= MAX_ATTEMPTS:
        _settle(delivery, DeliveryState.FAILED, at, type(error).__name__)
        return
    delivery.state, delivery.last_error = DeliveryState.QUEUED, type(error).__name__
    delivery.next_attempt_at = at + FIRST_WAIT * 2 ** (delivery.attempts - 1)
    delivery.save(update_fields=["state", "last_error", "next_attempt_at"])


def _hand_back(deliveries: Sequence[Delivery], at: datetime) -> None:
    for one in deliveries:
        one.state, one.attempts, one.next_attempt_at = DeliveryState.QUEUED, one.attempts - 1, at
    Delivery.objects.bulk_update(deliveries, ["state", "attempts", "next_attempt_at"])
