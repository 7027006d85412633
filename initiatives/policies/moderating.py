"""Who may judge: nobody alone about a rejection, nobody twice about the same matter, nobody about their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.models import Appeal, Comment, CommentContest, Initiative, Refusal, Removal
from initiatives.policies import in_state, is_author, is_moderator, is_writer, may_comment, may_moderate
from initiatives.states import NormCode, State
from portal.clock import now
from portal.permissions import ALLOWED, Actor, Denied, policy
from portal.permissions import Decision as Answer
from portal.permissions.predicates import first_denial, is_signed_in

if TYPE_CHECKING:
    from accounts.models import User

OPEN = {"confirmed_at__isnull": True, "returned_at__isnull": True}
Open = TypeVar("Open")
_known: ContextVar[dict[tuple[str, int], Any] | None] = ContextVar("known about moderation", default=None)
NOT_ALONE = _("You proposed this; another moderator confirms it.")


def _pk(actor: Actor) -> Any:
    return cast("User", actor).pk


@contextmanager
def reading() -> Iterator[None]:
    """While a page is drawn, which changes nothing: ask once what is open about an initiative, however many steps ask."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def _once(name: str, initiative: Initiative, ask: Callable[[], Open]) -> Open:
    known = _known.get()
    if known is None:
        return ask()
    key = (name, initiative.pk)
    if key not in known:
        known[key] = ask()
    return cast("Open", known[key])


def open_refusal(initiative: Initiative) -> Refusal | None:
    """Return the proposed rejection that waits for a second moderator."""
    rows = Refusal.objects.filter(initiative=initiative, **OPEN).select_related("proposed_by")
    return _once("refusal", initiative, rows.first)


def open_removal(initiative: Initiative) -> Removal | None:
    """Return the proposed removal of the text that waits for a second moderator."""
    rows = Removal.objects.filter(initiative=initiative, **OPEN).select_related("proposed_by")
    return _once("removal", initiative, rows.first)


def _refusal_is_open(initiative: Initiative) -> Answer:
    if open_refusal(initiative) is not None:
        return ALLOWED
    return Denied(_("Nobody has proposed a rejection, or it is decided already."), code="nothing_proposed")


def _no_refusal_is_open(initiative: Initiative) -> Answer:
    if open_refusal(initiative) is None:
        return ALLOWED
    return Denied(_("A rejection is proposed: confirm it or return it first."), code="rejection_proposed")


def _another_proposed(actor: Actor, proposed: Refusal | Removal | None) -> Answer:
    if proposed is not None and proposed.proposed_by_id == _pk(actor):
        return Denied(NOT_ALONE, code="needs_a_second_moderator")
    return ALLOWED


@policy("initiatives.may_publish")
def may_publish(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who did not write it, while no rejection is proposed."""
    return first_denial(may_moderate(actor, initiative), _no_refusal_is_open(initiative))


@policy("initiatives.may_propose_rejection")
def may_propose_rejection(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who did not write it, during the check, once at a time."""
    stage = in_state(initiative, State.CHECK, State.MODERATION)
    return first_denial(may_moderate(actor, initiative), stage, _no_refusal_is_open(initiative))


@policy("initiatives.may_confirm_rejection")
def may_confirm_rejection(actor: Actor, initiative: Initiative) -> Answer:
    """Another moderator than the one who proposed the rejection; neither wrote the text."""
    found = first_denial(may_moderate(actor, initiative), _refusal_is_open(initiative))
    return first_denial(found, _another_proposed(actor, open_refusal(initiative)))


@policy("initiatives.may_return_rejection")
def may_return_rejection(actor: Actor, initiative: Initiative) -> Answer:
    """Any moderator who did not write it; the proposer takes the proposal back in this way."""
    return first_denial(may_moderate(actor, initiative), _refusal_is_open(initiative))


@policy("initiatives.may_appeal")
def may_appeal(actor: Actor, initiative: Initiative) -> Answer:
    """The author, once, within the term of the kind."""
    return first_denial(is_author(actor, initiative), takes_appeal(initiative, now()))


def appeal_until(initiative: Initiative) -> datetime | None:
    """Return the last moment for an appeal; None where the kind knows none or nothing was rejected."""
    norm = initiative.kind_version.norm(NormCode.REJECTION_APPEAL_PERIOD)
    if norm is None or initiative.state != State.REJECTED:
        return None
    return norm.term_after(initiative.state_since).due_at


def takes_appeal(initiative: Initiative, at: datetime) -> Answer:
    """Allow while a rejection can be appealed."""
    until = appeal_until(initiative)
    if until is None:
        return Denied(_("Only a rejection can be appealed."), code="wrong_state")
    if Appeal.objects.filter(initiative=initiative).exists():
        return Denied(_("A rejection is appealed once."), code="already_appealed")
    if at > until:
        return Denied(_("The time for an appeal has run out."), code="appeal_too_late")
    return ALLOWED


def took_part(user_id: Any, initiative: Initiative) -> bool:
    """Whether the person proposed, confirmed or returned a rejection of it."""
    acted = Q(proposed_by=user_id) | Q(confirmed_by=user_id) | Q(returned_by=user_id)
    return _once(f"part of {user_id}", initiative, Refusal.objects.filter(acted, initiative=initiative).exists)


@policy("initiatives.may_decide_appeal")
def may_decide_appeal(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who neither wrote it nor took part in its rejection."""
    judge = may_moderate(actor, initiative)
    if not judge:
        return judge
    if not _once("appeal", initiative, Appeal.objects.filter(initiative=initiative, outcome="").exists):
        return Denied(_("There is no appeal to decide."), code="no_appeal")
    if took_part(_pk(actor), initiative):
        return Denied(_("You took part in the rejection; another moderator decides."), code="took_part")
    return in_state(initiative, State.REJECTED)


@policy("initiatives.may_propose_removal")
def may_propose_removal(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who did not write it, of any text that others can read."""
    judge = may_moderate(actor, initiative)
    if not judge:
        return judge
    if initiative.state in (State.DRAFT, State.WITHDRAWN):
        return Denied(_("Nobody else can read this text."), code="wrong_state")
    if initiative.is_removed or open_removal(initiative) is not None:
        return Denied(_("The removal is proposed or done already."), code="already_proposed")
    return ALLOWED


@policy("initiatives.may_confirm_removal")
def may_confirm_removal(actor: Actor, initiative: Initiative) -> Answer:
    """Another moderator than the one who proposed the removal."""
    proposed = open_removal(initiative)
    return first_denial(may_return_removal(actor, initiative), _another_proposed(actor, proposed))


@policy("initiatives.may_return_removal")
def may_return_removal(actor: Actor, initiative: Initiative) -> Answer:
    """Any moderator who did not write it."""
    judge = may_moderate(actor, initiative)
    if judge and open_removal(initiative) is None:
        return Denied(_("Nobody has proposed a removal, or it is decided already."), code="nothing_proposed")
    return judge


def _own(actor: Actor, comment: Comment) -> Answer:
    if actor.is_authenticated and comment.author_id == _pk(actor):
        return ALLOWED
    return Denied(_("Only its writer may do this."), code="writer_only")


@policy("initiatives.may_edit_comment")
def may_edit_comment(actor: Actor, comment: Comment) -> Answer:
    """Its writer, for a quarter of an hour, while the discussion is open."""
    if not comment.is_editable(now()):
        return first_denial(_own(actor, comment), Denied(_("It can no longer be changed."), code="too_late_to_edit"))
    return first_denial(_own(actor, comment), may_comment(actor, comment.initiative))


@policy("initiatives.may_delete_comment")
def may_delete_comment(actor: Actor, comment: Comment) -> Answer:
    """Its writer, at any time; a line stays in its place."""
    if comment.is_gone:
        return Denied(_("It is no longer shown."), code="already_gone")
    return _own(actor, comment)


@policy("initiatives.may_agree")
def may_agree(actor: Actor, comment: Comment) -> Answer:
    """Anyone signed in but its writer, while the discussion is open."""
    if comment.is_gone:
        return Denied(_("It is no longer shown."), code="already_gone")
    if actor.is_authenticated and comment.author_id == _pk(actor):
        return Denied(_("You wrote this yourself."), code="own_comment")
    return first_denial(is_signed_in(actor), may_comment(actor, comment.initiative))


@policy("initiatives.may_ask")
def may_ask(actor: Actor, initiative: Initiative) -> Answer:
    """Anyone signed in but those who wrote it, while the discussion is open."""
    if is_writer(actor, initiative):
        return Denied(_("You wrote this yourself: questions to its author come from others."), code="own_initiative")
    return may_comment(actor, initiative)


@policy("initiatives.may_contest_hiding")
def may_contest_hiding(actor: Actor, comment: Comment) -> Answer:
    """Its writer, once."""
    if not comment.is_hidden:
        return first_denial(_own(actor, comment), Denied(_("It is not hidden."), code="not_hidden"))
    if CommentContest.objects.filter(comment=comment).exists():
        return first_denial(_own(actor, comment), Denied(_("A hiding is contested once."), code="already_contested"))
    return _own(actor, comment)


@policy("initiatives.may_decide_contest")
def may_decide_contest(actor: Actor, comment: Comment) -> Answer:
    """A moderator who neither wrote the comment or the initiative, nor hid the comment."""
    contest = CommentContest.objects.filter(comment=comment).first()
    if contest is None or contest.outcome:
        return first_denial(is_moderator(actor), Denied(_("There is nothing contested."), code="no_contest"))
    if actor.is_authenticated and contest.hidden_by_id == _pk(actor):
        return Denied(_("You hid this comment; another moderator decides."), code="took_part")
    if _own(actor, comment) or is_writer(actor, comment.initiative):
        return Denied(_("You wrote this; another moderator decides."), code="own_comment")
    return is_moderator(actor)
