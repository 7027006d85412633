"""What people say about themselves: language, place of residence, e-mail address.

A typed address is only a claim. A letter with a signed link asks its owner; until then nothing is sent there but that
letter, and it signs nobody in.
"""

from datetime import datetime
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.events import EmailConfirmationRequested
from accounts.limits import EMAIL_LINK_LIFETIME
from accounts.models import Territory, User
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require

SALT = "accounts.email"


def update(*, user: User, language: str, territory: Territory | None, email: str, by: User, at: datetime) -> User:
    """Keep the person's choices; ask for a confirmation when the address is a new one. Returns the saved row."""
    require(policies.may_edit_profile(by, user))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        address = email.strip()
        is_new_address = address != person.email
        if is_new_address:
            require(policies.may_change_email(by, person))
            person.email, person.is_email_confirmed = address, False
        person.language, person.territory = language, territory
        person.save(update_fields=["language", "territory", "email", "is_email_confirmed"])
        record(subject=person, action="profile_updated", actor=by, at=at, data={"new_address": is_new_address})
        if is_new_address and address:
            publish(EmailConfirmationRequested(at=at, user_id=str(person.pk)))
    return person


def ask_again(*, user: User, by: User, at: datetime) -> None:
    """Send the letter once more."""
    require(policies.may_edit_profile(by, user))
    if user.email and not user.is_email_confirmed:
        publish(EmailConfirmationRequested(at=at, user_id=str(user.pk)))


def email_token(user: User) -> str:
    """Return what the link in the letter carries: whose address, and a keyed digest of which.

    The address itself would end up in the logs of every server between.
    """
    return signing.dumps({"user": str(user.pk), "address": _digest(user.email)}, salt=SALT)


def address_of(token: str) -> str:
    """Return the address a link is about; raises as `confirm_email` does."""
    return _claimed(User.objects.all(), token).email


def confirm_email(*, token: str, at: datetime) -> User:
    """Mark the address as the person's own. A second click changes nothing.

    Raises InvalidInput for a link that is broken or too old, Conflict when the address has changed meanwhile or is
    confirmed as another person's.
    """
    with transaction.atomic():
        person = _claimed(User.objects.select_for_update(), token)
        if not person.is_email_confirmed:
            _confirm(person)
            record(subject=person, action="email_confirmed", actor=person, at=at)
    return person


def _confirm(person: User) -> None:
    person.is_email_confirmed = True
    try:
        with transaction.atomic():
            person.save(update_fields=["is_email_confirmed"])
    except IntegrityError:
        raise Conflict(
            _("This address is confirmed in another account. Give another one."), code="address_taken"
        ) from None


def _claimed(people: QuerySet[User], token: str) -> User:
    claim = _read(token)
    person = people.filter(pk=claim["user"]).first()
    if person is None or not person.email or not constant_time_compare(_digest(person.email), claim["address"]):
        raise Conflict(_("The address in your profile has changed since this letter."), code="address_changed")
    return person


def _digest(address: str) -> str:
    return salted_hmac(SALT, address.casefold(), algorithm="sha256").hexdigest()[:32]


def _read(token: str) -> dict[str, Any]:
    try:
        claim: dict[str, Any] = signing.loads(token, salt=SALT, max_age=EMAIL_LINK_LIFETIME)
    except signing.BadSignature:
        raise InvalidInput(
            _("This link is broken or too old. Ask for a new letter in your profile."), code="link_invalid"
        ) from None
    return claim
