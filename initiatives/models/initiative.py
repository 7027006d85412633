"""The initiative itself."""

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, GeneratedField, Q, Value, When
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from initiatives.limits import TITLE_MAX
from initiatives.models.texts import Wording, canonical, other_language
from initiatives.querysets import InitiativeQuerySet
from initiatives.states import (
    BOTH,
    LINK_ONLY,
    OPEN_TO_COMMENTS,
    OPEN_TO_VOTES,
    PRIVATE,
    CoAuthorship,
    ExcludedSubject,
    Process,
    State,
)

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from initiatives.models.coauthor import CoAuthor

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letters that are read for one another: codes are dictated over the phone and copied from posters."""

CODE_LENGTH = 12
BODIES = ("problem", "proposal", "parallel_problem", "parallel_proposal")


def new_code() -> str:
    """Return an unguessable code (59 bits): the link alone opens what is not yet published."""
    return "".join(secrets.choice(CODE_ALPHABET) for _position in range(CODE_LENGTH))


class Topic(models.Model):
    """What an initiative is about."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name


class Initiative(models.Model):
    """A petition or a public idea, from draft to what came of it.

    Only the workflow engine assigns `state`, `state_since` and `state_deadline_at`. `revision` grows with every change,
    so that an act decided on a stale page is refused. The text freezes when joining opens; `text_sha256` is what people sign.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    kind = models.ForeignKey("initiatives.InitiativeKind", on_delete=models.PROTECT, related_name="initiatives")
    kind_version = models.ForeignKey("initiatives.KindVersion", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="initiatives")
    body = models.ForeignKey("accounts.Body", on_delete=models.PROTECT, related_name="initiatives")
    territory = models.ForeignKey("accounts.Territory", on_delete=models.PROTECT, related_name="initiatives")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives")
    sdgs = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    # In which languages it stands, and its goals as bits of one number: a hundred thousand rows are counted in a moment.
    written_in = GeneratedField(
        expression=Case(When(parallel_title="", then=F("language")), default=Value(BOTH)),
        output_field=models.CharField(max_length=4),
        db_persist=True,
    )
    goals = GeneratedField(
        expression=Func(F("sdgs"), function="initiatives_goals"), output_field=models.IntegerField(), db_persist=True
    )
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    problem = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    # The same text in the other of Kazakh and Russian.
    parallel_title = models.CharField(max_length=TITLE_MAX, blank=True)
    parallel_problem = models.TextField(blank=True)
    parallel_proposal = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    threshold = models.PositiveIntegerField(null=True, blank=True)
    threshold_basis = models.JSONField(default=dict, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField()
    state_deadline_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    threshold_reached_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    rejection_subject = models.PositiveSmallIntegerField(null=True, blank=True, choices=ExcludedSubject.choices)
    rejection_reason = models.TextField(blank=True)
    text_removed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    left_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """What the author joined instead of going on with this draft."""

    # Kazakh has no dictionary in Postgres, so its words are indexed as they stand; trigrams find their inflections.
    search = GeneratedField(
        expression=SearchVector("title", "parallel_title", weight="A", config="russian")
        + SearchVector("title", "parallel_title", weight="A", config="simple")
        + SearchVector(*BODIES, weight="C", config="russian")
        + SearchVector(*BODIES, weight="C", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = InitiativeQuerySet.as_manager()

    if TYPE_CHECKING:
        from initiatives.models.decision import Decision
        from initiatives.models.votes import Tally

        tally: Tally
        decision: Decision

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ("-created_at",)
        indexes = (
            GinIndex(fields=("search",), name="initiatives_search"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="initiatives_title_trigrams"),
            GinIndex(OpClass(Upper("parallel_title"), name="gin_trgm_ops"), name="initiatives_parallel_trigrams"),
            models.Index(fields=("state", "-published_at"), name="initiatives_state_published"),
            models.Index(fields=("body", "state"), name="initiatives_body_state"),
            # Counts of the list's filters are read off this one alone.
            models.Index(
                fields=("state", "kind", "topic", "written_in", "territory", "body"),
                include=("id", "goals", "answered_at", "closes_at"),
                name="initiatives_facets",
            ),
            models.Index(
                fields=("state_deadline_at",),
                name="initiatives_due",
                condition=Q(state_deadline_at__isnull=False),
            ),
            # Ends in the number and empty last, as `ranked` orders, so that the first page is read off the index.
            models.Index(F("answered_at").desc(nulls_last=True), F("id").desc(), name="initiatives_by_answer"),
            models.Index(F("published_at").desc(nulls_last=True), F("id").desc(), name="initiatives_by_newest"),
            models.Index(F("closes_at").asc(nulls_last=True), F("id").desc(), name="initiatives_by_closing"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="initiatives_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(text_sha256__regex=r"^[0-9a-f]{64}$"),
                name="initiatives_text_frozen_after_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.WITHDRAWN))
                | Q(parallel_title="", parallel_problem="", parallel_proposal="")
                | ~(Q(parallel_title="") | Q(parallel_problem="") | Q(parallel_proposal="")),
                name="initiatives_parallel_text_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MERGED) | Q(merged_into__isnull=False),
                name="initiatives_merged_says_into_what",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REJECTED) | ~Q(rejection_reason=""),
                name="initiatives_rejected_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.title or str(_("Untitled draft"))

    @property
    def is_petition(self) -> bool:
        """Whether the statutory process applies."""
        return self.kind.process == Process.PETITION

    @property
    def is_request(self) -> bool:
        """Whether many people put one question to one body."""
        return self.kind.process == Process.REQUEST

    @property
    def is_answered_in_writing(self) -> bool:
        """Whether the body answers by a decision that its head signs; an idea it need not answer at all."""
        return self.kind.process in {Process.PETITION, Process.REQUEST}

    @property
    def accepted_coauthors(self) -> "list[CoAuthor]":
        """Those who write with the author; at most ten, read from what was prefetched."""
        return [one for one in self.coauthors.all() if one.standing == CoAuthorship.ACCEPTED]

    def has_coauthor(self, user: "User") -> bool:
        """Whether the person writes with the author."""
        return any(one.user_id == user.pk for one in self.accepted_coauthors)

    @property
    def writer_ids(self) -> "frozenset[UUID]":
        """The author and those who write with the author."""
        return frozenset([self.author_id, *(one.user_id for one in self.accepted_coauthors if one.user_id)])

    @property
    def is_private(self) -> bool:
        """Whether only the author and responsible staff see it."""
        return self.state in PRIVATE

    @property
    def is_link_only(self) -> bool:
        """Whether it is shown to those who have the link, and listed nowhere."""
        return self.state in LINK_ONLY

    @property
    def takes_votes(self) -> bool:
        """Whether its state lets people vote; the deadline is checked by the policy."""
        return self.state in OPEN_TO_VOTES

    @property
    def takes_comments(self) -> bool:
        """Whether its state lets people comment."""
        return self.state in OPEN_TO_COMMENTS

    @property
    def parallel_language(self) -> str:
        """The language that the parallel text has, or would have."""
        return other_language(self.language)

    @property
    def has_parallel(self) -> bool:
        """Whether the text is there in both languages; a draft may have a part of the second."""
        return bool(self.parallel_title)

    @property
    def original(self) -> Wording:
        """The words in the language in which they were written."""
        return Wording(self.language, self.title, self.problem, self.proposal)

    @property
    def parallel(self) -> Wording | None:
        """The words in the other language; None where there are none."""
        words = (self.parallel_title, self.parallel_problem, self.parallel_proposal)
        return Wording(self.parallel_language, *words) if any(words) else None

    def title_in(self, language: str) -> str:
        """Return the title in that language where there is one, else the original."""
        return self.parallel_title if self.has_parallel and language == self.parallel_language else self.title

    @property
    def titles(self) -> dict[str, str]:
        """The title for readers of each language of the portal."""
        return {code: self.title_in(code) or str(_("Untitled draft")) for code, _name in settings.LANGUAGES}

    @property
    def shown_language(self) -> str:
        """The language of what the present reader is shown: their own where it exists, else the original's."""
        reader = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        return reader if self.has_parallel and reader == self.parallel_language else self.language

    @property
    def shown_title(self) -> str:
        """The title as the present reader is shown it. Reads none of the long columns."""
        return self.title_in(self.shown_language)

    @property
    def shown(self) -> Wording:
        """The words as the present reader is shown them."""
        return self.wording_in(self.shown_language)

    def wording_in(self, language: str) -> Wording:
        """Return the words in that language where they exist, else the original."""
        parallel = self.parallel if self.has_parallel else None
        return parallel if parallel is not None and language == parallel.language else self.original

    @property
    def signing_subject(self) -> str:
        """The name under which signatures are bound to this initiative."""
        return f"initiative:{self.code}"

    @property
    def canonical_text(self) -> str:
        """The text that is frozen and hashed, in all its languages (`initiatives.models.texts`)."""
        territory = str(self.territory_id)
        return canonical(self.original, self.parallel, addressee=self.body.slug, territory=territory)

    @property
    def is_removed(self) -> bool:
        """Whether the law forbids its text: only a tombstone stands on its page."""
        return self.text_removed_at is not None

    def hash_text(self) -> str:
        """Return the SHA-256 (hex) of the canonical text."""
        return hashlib.sha256(self.canonical_text.encode()).hexdigest()
