"""Where a person is signed in: remembering it, showing that it lives, ending it (OWASP ASVS 5.0, 7.4 and 7.5)."""

import re
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import policies
from accounts.limits import LAST_SEEN_STEP
from accounts.models import SessionRecord, User
from portal.audit.log import record
from portal.permissions import require

PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In this order: each program also writes the names of those below it."""

SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def remember(*, session_key: str, user: User, user_agent: str, network: str, at: datetime) -> SessionRecord:
    """Write down a session that has just begun; its row in Django's table must exist. `network` is a /24 or a /48."""
    return SessionRecord.objects.create(
        session_id=session_key,
        user=user,
        device=device_of(user_agent),
        network=network,
        created_at=at,
        seen_at=at,
    )


def touch(*, session_key: str, at: datetime) -> None:
    """Note that the session lives, at most once in a step."""
    SessionRecord.objects.filter(session_id=session_key, seen_at__lt=at - LAST_SEEN_STEP).update(seen_at=at)


def end(*, session: SessionRecord, by: User, at: datetime) -> None:
    """Sign the person out there: Django's row goes, and with it the record."""
    require(policies.may_end_session(by, session))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=session.user_id)
        Session.objects.filter(pk=session.session_id).delete()
        record(subject=person, action="session_ended", actor=by, at=at, data={"device": session.device})


def end_others(*, user: User, session_key: str | None, by: User, at: datetime) -> int:
    """Sign the person out everywhere but here, and return how many sessions ended."""
    require(policies.may_see_account(by, user))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        others = SessionRecord.objects.filter(user=person).exclude(session_id=session_key)
        keys = list(others.values_list("session_id", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        if keys:
            record(subject=person, action="other_sessions_ended", actor=by, at=at, data={"number": len(keys)})
    return len(keys)


def end_all(*, user: User) -> None:
    """Sign the person out everywhere: a part of closing an account and of a new password."""
    keys = SessionRecord.objects.filter(user=user).values_list("session_id", flat=True)
    Session.objects.filter(pk__in=list(keys)).delete()


def device_of(user_agent: str) -> str:
    """Return "Firefox, Android" for a User-Agent header; "" when it says neither."""
    program = next((name for mark, name in PROGRAMS if re.search(rf"\b{mark}[A-Za-z]*/", user_agent)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (program, system) if part)
