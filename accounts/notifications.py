"""Letters of accounts: event -> recipient, template.

They go straight to the typed address and not through notification preferences: nobody can have confirmed the address of a
confirmation letter, and an invitation must not be unsubscribed from.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import selectors
from accounts.events import EmailConfirmationRequested, StaffInvited
from accounts.limits import EMAIL_LINK_LIFETIME
from accounts.models import User
from accounts.services import profile, staff
from portal.events.outbox import handler


@handler(EmailConfirmationRequested)
def ask_whose_address(event: EmailConfirmationRequested) -> None:
    """Write to the address a person gave, unless it is confirmed or gone by now."""
    user = selectors.get_user(event.user_id)
    if user is None or not user.email or user.is_email_confirmed:
        return
    with translation.override(user.language):
        path = reverse("accounts:confirm_email", args=[profile.email_token(user)])
        _send(user, "confirm_email", path, EMAIL_LINK_LIFETIME)


@handler(StaffInvited)
def invite(event: StaffInvited) -> None:
    """Write to a member of staff, with the link that works once."""
    user = selectors.get_user(event.user_id)
    if user is None or not user.email or not user.is_active:
        return
    with translation.override(user.language):
        path = reverse("accounts:take_up", args=staff.invitation(user))
        _send(user, "staff_invitation", path, timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


def _send(user: User, template: str, path: str, lifetime: timedelta) -> None:
    context: dict[str, Any] = {"person": user, "url": f"{settings.PORTAL_ORIGIN}{path}", "days": lifetime.days}
    where = f"mail/accounts/{template}"
    letter = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{where}.subject.txt", context).split()),
        body=render_to_string(f"{where}.txt", context),
        to=[user.email],
    )
    letter.attach_alternative(render_to_string(f"{where}.html", context), "text/html")
    letter.send()
