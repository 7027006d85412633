"""Which rows: the vocabulary of initiative queries. Row visibility is only ever `visible_to`."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from initiatives.states import LINK_ONLY, LISTED, OPEN_TO_VOTES, CoAuthorship, Order, Safety, State

if TYPE_CHECKING:
    from accounts.models import User
    from initiatives.models import Attachment, Comment, Initiative, InitiativeKind, KindVersion, VoteAct  # noqa: F401
    from portal.permissions import Actor

STAFF_SEE = frozenset(set(State) - {State.DRAFT})

LONG = (
    "search", "problem", "proposal", "parallel_problem", "parallel_proposal", "threshold_basis", "rejection_reason"
)  # fmt: skip
"""Columns of an initiative that only its own page reads."""


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Petitions and ideas."""

    def visible_to(self, actor: "Actor") -> Self:
        """What this person may read, given the code: own drafts, link-only ones, everything published."""
        user = cast("User", actor)
        readable = Q(state__in=LISTED | LINK_ONLY)
        if user.is_authenticated:
            readable |= Q(author=user) | Q(pk__in=self.model.objects.co_written_by(user).values("pk"))
            if user.has_role("moderator", "administrator"):
                readable |= Q(state__in=STAFF_SEE)
        return self.filter(readable).defer("search")

    def co_written_by(self, user: "User") -> Self:
        """Those on whose text the person works, or worked, as a co-author."""
        return self.filter(coauthors__user=user, coauthors__standing=CoAuthorship.ACCEPTED)

    def listed(self) -> Self:
        """What lists, search, feeds and statistics show."""
        return self.filter(state__in=LISTED).defer("search")

    def open_to_votes(self, at: datetime) -> Self:
        """Those that take votes at that moment."""
        return self.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=at), state__in=OPEN_TO_VOTES)

    def short_of_threshold(self) -> Self:
        """Those that still need votes: what has passed its threshold is not near to it any more."""
        return self.filter(threshold__isnull=False, tally__progress__lt=1)

    def due(self, at: datetime) -> Self:
        """Those whose state's deadline has passed."""
        return self.filter(state_deadline_at__lte=at)

    def addressed_to(self, body_ids: list[int]) -> Self:
        """Those before one of the bodies."""
        return self.filter(body_id__in=body_ids)

    def for_cards(self) -> Self:
        """With what a card shows and without the long texts that it does not: they are most of a row's weight."""
        return self.select_related("kind", "body", "territory", "topic", "tally").defer(*LONG)

    def ranked(self, order: str) -> Self:
        """In one of the published orders; the initiative's number settles ties, so that pages do not overlap.

        Every initiative has its tally (the database makes it), so that the join is an inner one; ties are settled as the
        index of the order does. Both let Postgres read the first page off the index instead of sorting everything.
        """
        tallied = {
            Order.TRENDING: F("tally__trend").desc(nulls_last=True),
            Order.MOST_SUPPORTED: F("tally__votes").desc(),
            Order.PROGRESS: F("tally__progress").desc(),
            Order.RISING: F("tally__rising").desc(),
        }
        dated = {
            Order.CLOSING_SOON: F("closes_at").asc(nulls_last=True),
            Order.NEWEST: F("published_at").desc(nulls_last=True),
            Order.ANSWERED: F("answered_at").desc(nulls_last=True),
        }
        if order in tallied:
            return self.filter(tally__isnull=False).order_by(tallied[Order(order)], "-pk")
        return self.order_by(dated[Order(order)], "-pk")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Files."""

    def shown_to(self, actor: "Actor") -> Self:
        """The lines that this person sees of an initiative they may read: all but others' unchecked files."""
        shown = ~Q(safety=Safety.PENDING)
        return self.filter(shown | Q(uploaded_by=actor) if actor.is_authenticated else shown)


class KindQuerySet(models.QuerySet["InitiativeKind"]):
    """Kinds of initiatives."""

    def offered(self) -> Self:
        """Kinds that one can write now."""
        return self.filter(is_active=True)


class KindVersionQuerySet(models.QuerySet["KindVersion"]):
    """Versions of the numbers."""

    def in_force(self, on: date) -> Self:
        """Versions that apply on that day."""
        return self.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on), effective_from__lte=on)


class VoteActQuerySet(models.QuerySet["VoteAct"]):
    """Acts of voters."""

    def of(self, initiative_id: int, signer_tag: bytes) -> Self:
        """The acts of one person on one initiative, latest first."""
        return self.filter(initiative_id=initiative_id, signer_tag=signer_tag).order_by("-sequence")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments."""

    def with_answers(self) -> Self:
        """Each with `is_answered`: whether its author or a co-author has replied, and the reply is still shown."""
        return self.annotate(is_answered=self._is_answered())

    def open_questions(self) -> Self:
        """Questions to the author that are shown and wait for an answer."""
        return self.filter(~self._is_answered(), is_question=True, parent=None, hidden_at=None, deleted_at=None)

    def _is_answered(self) -> Exists:
        replies = self.model._default_manager.filter(parent=OuterRef("pk"), hidden_at=None, deleted_at=None)
        is_coauthor = Q(initiative__coauthors__user=F("author"), initiative__coauthors__standing=CoAuthorship.ACCEPTED)
        return Exists(replies.filter(Q(author=F("initiative__author")) | is_coauthor).order_by())

    def top_level(self) -> Self:
        """Those that are not replies."""
        return self.filter(parent__isnull=True)
