"""Password and second factor of staff (OWASP ASVS 5.0, 6.3 and 6.6).

Nobody sets a password for another. An administrator sends a link that works once; behind it the member of staff chooses a
password and connects a telephone in one step, so that there is never a password without a second factor.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

import segno
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import policies, selectors
from accounts.events import StaffInvited
from accounts.limits import RECOVERY_CODES
from accounts.models import User
from accounts.services import sessions
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.events.outbox import publish
from portal.permissions import require

DEVICE = "telephone"
CODES = "recovery codes"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the page shows to connect a telephone: a QR code as a data URI and the same secret to type."""

    qr_code: str
    secret: str


def invite(*, user: User, by: User | None, at: datetime) -> None:
    """Send the link. `by=None` is the operator at the machine."""
    if by is not None:
        require(policies.may_invite_staff(by, user))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        record(subject=person, action="staff_invited", actor=by, at=at)
        publish(StaffInvited(at=at, user_id=str(person.pk)))


def open_account(*, email: str, given_name: str, family_name: str, language: str, at: datetime) -> User:
    """Open an account for a member of staff who has never signed in by signature; by the operator at the machine.

    The address counts as confirmed, because the operator vouches for it: the link goes there and nowhere else.
    """
    person = User(
        email=email.strip(),
        is_email_confirmed=True,
        given_name=given_name,
        family_name=family_name,
        language=language,
        joined_at=at,
    )
    person.set_unusable_password()
    with transaction.atomic():
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            raise Conflict(_("This address belongs to another account."), code="address_taken") from None
        record(subject=person, action="staff_account_opened", actor=None, at=at)
    return person


def invitation(user: User) -> tuple[str, str]:
    """Return the two parts of the link. It dies with the password it sets, with a sign-in, and with time."""
    return urlsafe_base64_encode(user.pk.bytes), default_token_generator.make_token(user)


def invited(uid: str, token: str) -> User:
    """Return whom the link was sent to; NotVisible when it is broken, used or too old."""
    try:
        raw = urlsafe_base64_decode(uid)
        user = selectors.get_user(raw.hex())
    except ValueError:
        user = None
    if user is None or not user.is_active or not default_token_generator.check_token(user, token):
        raise NotVisible(_("This link was used already or is too old. Ask an administrator for a new one."))
    return user


def second_factor(user: User) -> SecondFactor:
    """Return what connects the telephone; the secret waits unconfirmed and is the same until it is confirmed."""
    waiting = TOTPDevice.objects.filter(user=user, name=DEVICE, confirmed=False)
    device = waiting.first() or waiting.create(user=user, name=DEVICE, confirmed=False)
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    return SecondFactor(segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="white"), secret)


def take_up(*, user: User, password: str, code: str, at: datetime) -> list[str]:
    """Set the password and confirm the telephone together; end all sessions; return the recovery codes, shown once."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(fields={"password": " ".join(error.messages)}) from None
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        device = TOTPDevice.objects.select_for_update().filter(user=person, name=DEVICE, confirmed=False).first()
        is_right = device is not None and device.verify_token(code)
        if is_right and device is not None:
            TOTPDevice.objects.filter(user=person).exclude(pk=device.pk).delete()
            device.confirmed = True
            device.save()
            person.set_password(password)
            person.is_email_confirmed = True  # the link came to this address
            person.save(update_fields=["password", "is_email_confirmed"])
            sessions.end_all(user=person)
            record(subject=person, action="staff_sign_in_set", actor=person, at=at)
            return _new_codes(person)
    raise InvalidInput(fields={"code": _("The code does not fit. Wait for the next one and type it.")})


def verify(*, user: User, code: str) -> Device | None:
    """Return the device that the code proves (telephone, or one recovery code, which is then used up), or None.

    Each device slows down by itself after wrong codes (django-otp's throttling).
    """
    typed = code.replace(" ", "").strip().lower()
    model = TOTPDevice if typed.isdigit() and len(typed) == 6 else StaticDevice
    with transaction.atomic():
        for device in model.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(typed):
                found: Device = device
                return found
    return None


def has_second_factor(user: User) -> bool:
    """Return whether a telephone is connected."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def _new_codes(person: User) -> list[str]:
    device, _made = StaticDevice.objects.get_or_create(user=person, name=CODES, defaults={"confirmed": True})
    device.token_set.all().delete()
    codes = [base64.b32encode(secrets.token_bytes(5)).decode().lower() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes
