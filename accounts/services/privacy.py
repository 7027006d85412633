"""A person's right to their data and to its removal (law on personal data and their protection, art. 24(1)).

Each app keeps its own knowledge of people, so each registers what it exports and what it erases; accounts asks them all.
Erasure keeps the row of the account as a nameless stub, because acts point to it; a vote keeps its evidence, which is a
salted commitment and names nobody, and loses its link to the account. Ended roles stay too: they tell which office
decided, not who.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django_otp import devices_for_user

from accounts import policies, selectors
from accounts.events import AccountErased
from accounts.models import User
from accounts.services import sessions
from portal.audit.log import record
from portal.audit.models import AuditEntry
from portal.events.outbox import publish
from portal.notifications.models import LetterWish, Notification, Preference
from portal.permissions import require
from portal.webhooks import selectors as webhooks
from portal.webhooks.services import forget as forget_webhooks

Exporter = Callable[[User], Any]
Eraser = Callable[[User, datetime], None]
_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def register_exporter(name: str, exporter: Exporter) -> None:
    """Add a section to the export; `exporter(user)` returns JSON-able data. A name again replaces it."""
    _exporters[name] = exporter


def register_eraser(name: str, eraser: Eraser) -> None:
    """Add a step of erasure; `eraser(user, at)` runs in the same transaction. A name again replaces it."""
    _erasers[name] = eraser


def export(*, user: User, by: User, at: datetime) -> dict[str, Any]:
    """Return everything the portal keeps about the person, by section."""
    require(policies.may_export(by, user))
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).select_related("territory").get(pk=user.pk)
        found = {"exported_at": at, "account": _account(person, at), "notifications": _notices(person)}
        found["webhooks"] = webhooks.export(person)
        found |= {name: exporter(person) for name, exporter in sorted(_exporters.items())}
        record(subject=person, action="data_exported", actor=by, at=at)
    return found


def erase(*, user: User, by: User, at: datetime) -> None:
    """Remove who the person is from the portal, in one transaction: all of it or nothing."""
    require(policies.may_erase(by, user))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        require(policies.may_erase(by, person))
        for _name, eraser in sorted(_erasers.items()):
            eraser(person, at)
        sessions.end_all(user=person)
        Notification.objects.filter(recipient=person).delete()
        Preference.objects.filter(user=person).delete()
        LetterWish.objects.filter(user=person).delete()
        forget_webhooks(person)
        for device in devices_for_user(person, confirmed=None):
            device.delete()
        _make_nameless(person, at)
        record(subject=person, action="account_erased", actor=None, at=at)
        publish(AccountErased(at=at, user_id=str(person.pk)))


def _make_nameless(person: User, at: datetime) -> None:
    person.identity_tag, person.email, person.is_email_confirmed = None, "", False
    person.given_name = person.family_name = person.patronymic = person.sex = ""
    person.birth_date, person.territory, person.last_login = None, None, None
    person.is_active, person.erased_at = False, at
    person.set_unusable_password()
    person.save()


def _notices(person: User) -> dict[str, Any]:
    """What the portal told the person and what they want to hear. The floor cannot register itself here, so we ask it."""
    return {
        "received": list(
            Notification.objects.filter(recipient=person)
            .order_by("id")
            .values("topic", "template", "context", "created_at", "read_at")
        ),
        "preferences": list(
            Preference.objects.filter(user=person).order_by("topic", "channel").values("topic", "channel", "is_enabled")
        ),
        "letters": list(LetterWish.objects.filter(user=person).values("rhythm", "quiet_from", "quiet_until")),
    }


def _account(person: User, at: datetime) -> dict[str, Any]:
    """The account's own section. The code of the IIN is left out: it is a key, not a fact about the person."""
    return {
        "given_name": person.given_name,
        "surname": person.family_name,
        "patronymic": person.patronymic,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "email": person.email,
        "email_confirmed": person.is_email_confirmed,
        "language": person.language,
        "place_of_residence": person.territory and {"kato": person.territory.kato, "name": person.territory.name},
        "joined_at": person.joined_at,
        "roles": [
            {"role": held.role, "body": held.body and held.body.name, "since": held.since, "until": held.until}
            for held in person.assignments.select_related("body").order_by("since")
        ],
        "sessions": [
            {"device": found.device, "network": found.network, "since": found.created_at, "last_seen": found.seen_at}
            for found in selectors.sessions_of(person, at=at)
        ],
        "log": [
            {"at": entry.at, "action": entry.action, "subject": entry.subject_type}
            for entry in AuditEntry.objects.filter(actor=person).order_by("at", "sequence")
        ],
    }
