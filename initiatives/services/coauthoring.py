"""Writing together: the author invites by a link, another takes it up, either ends it, until the text freezes.

The link is known to whom the author gives it: it is unguessable, used once, and of it only a digest is kept.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events, policies, switches
from initiatives.limits import COAUTHORS_MAX, INVITATION_DAYS
from initiatives.models import CoAuthor, Initiative
from initiatives.states import CoAuthorship, State
from portal.audit.log import record
from portal.errors import Conflict, NotVisible, TooMany
from portal.events.outbox import publish
from portal.permissions import require
from portal.permissions.predicates import is_signed_in
from portal.switches import require as require_on

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def invite(*, initiative: Initiative, by: "User", at: datetime) -> tuple[CoAuthor, str]:
    """Return a new invitation and the secret of its link, which is told this once. Raises NotAllowed, TooMany."""
    require_on(switches.COAUTHORS)
    current = _locked(initiative.pk)
    require(policies.may_invite(by, current))
    if (
        sum(one.standing == CoAuthorship.ACCEPTED or one.is_open(at) for one in current.coauthors.all())
        >= COAUTHORS_MAX
    ):
        raise TooMany(
            _("No more than ten people can write with you. Take back an invitation first."), code="many_coauthors"
        )
    secret = secrets.token_urlsafe(32)
    made = CoAuthor.objects.create(
        initiative=current,
        token_sha256=_digest(secret),
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    return made, secret


def invitation(secret: str, *, at: datetime) -> CoAuthor:
    """Return the invitation of the link. Raises NotVisible for no link of ours, Conflict for one that is spent."""
    found = (
        CoAuthor.objects.filter(token_sha256=_digest(secret))
        .select_related("initiative__author", "initiative__kind", "initiative__body")
        .first()
    )
    if found is None:
        raise NotVisible
    _require_open(found, found.initiative, at)
    return found


def accept(*, secret: str, by: "User", at: datetime) -> CoAuthor:
    """Make the person a co-author and return the row. Raises NotVisible, Conflict (spent, the author, already one)."""
    return _answer(secret, CoAuthorship.ACCEPTED, by, at)


def decline(*, secret: str, by: "User", at: datetime) -> CoAuthor:
    """Spend the link without taking it up; return the row, which does not say who declined."""
    return _answer(secret, CoAuthorship.DECLINED, by, at)


@transaction.atomic
def remove(*, coauthor: CoAuthor, by: "User", at: datetime) -> CoAuthor:
    """Take back an invitation or end a co-authorship; return the row. What they wrote stays in the text."""
    current = _locked(coauthor.initiative_id)
    require(policies.may_invite(by, current))
    return _end(CoAuthor.objects.select_for_update().get(pk=coauthor.pk), CoAuthorship.REMOVED, by, at)


@transaction.atomic
def leave(*, initiative: Initiative, by: "User", at: datetime) -> CoAuthor:
    """Let a co-author go; return the row."""
    current = _locked(initiative.pk)
    require(policies.may_leave(by, current))
    own = CoAuthor.objects.select_for_update().get(initiative=current, user=by, standing=CoAuthorship.ACCEPTED)
    return _end(own, CoAuthorship.LEFT, by, at)


@transaction.atomic
def _answer(secret: str, standing: CoAuthorship, by: "User", at: datetime) -> CoAuthor:
    require(is_signed_in(by))
    found = CoAuthor.objects.filter(token_sha256=_digest(secret)).first()
    if found is None:
        raise NotVisible
    # The initiative's row first, as saving does: who is removed or joins is never between two saves.
    initiative = _locked(found.initiative_id)
    current = CoAuthor.objects.select_for_update().get(pk=found.pk)
    _require_open(current, initiative, at)
    if standing == CoAuthorship.ACCEPTED:
        if policies.is_writer(by, initiative):
            raise Conflict(_("You write this text already. Give the link to someone else."), code="already_writer")
        current.user = by
    current.standing, current.answered_at = standing, at
    current.save(update_fields=["standing", "answered_at", "user"])
    _announce(current, by, at)
    return current


def _end(current: CoAuthor, standing: CoAuthorship, by: "User", at: datetime) -> CoAuthor:
    if current.standing not in {CoAuthorship.INVITED, CoAuthorship.ACCEPTED}:
        raise Conflict(_("This has ended already."), code="already_ended")
    current.standing, current.ended_at = standing, at
    current.save(update_fields=["standing", "ended_at"])
    _announce(current, by, at)
    return current


def _announce(current: CoAuthor, by: "User", at: datetime) -> None:
    record(
        subject=current.initiative,
        action=f"coauthor_{current.standing}",
        actor=by,
        at=at,
        data={"coauthor": current.pk},
    )
    publish(
        events.CoAuthorsChanged(
            at=at,
            subject_id=str(current.initiative_id),
            actor_id=str(by.pk),
            coauthor_id=str(current.pk),
            standing=current.standing,
        )
    )


def _locked(initiative_id: int) -> Initiative:
    return Initiative.objects.select_for_update(no_key=True).get(pk=initiative_id)


def _require_open(found: CoAuthor, initiative: Initiative, at: datetime) -> None:
    if not found.is_open(at) or initiative.state != State.DRAFT:
        raise Conflict(_("This invitation was used already, was taken back, or has expired."), code="invitation_spent")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
