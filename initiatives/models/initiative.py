"""The initiative itself."""

import hashlib
import secrets
import unicodedata
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from initiatives.limits import TITLE_MAX
from initiatives.querysets import InitiativeQuerySet
from initiatives.states import (
    LINK_ONLY,
    OPEN_TO_COMMENTS,
    OPEN_TO_VOTES,
    PRIVATE,
    ExcludedSubject,
    Process,
    State,
)

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letters that are read for one another: codes are dictated over the phone and copied from posters."""

CODE_LENGTH = 12


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
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    problem = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
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
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    left_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """What the author joined instead of going on with this draft."""

    # Kazakh has no dictionary in Postgres, so its words are indexed as they stand; trigrams find their inflections.
    search = GeneratedField(
        expression=SearchVector("title", weight="A", config="russian")
        + SearchVector("title", weight="A", config="simple")
        + SearchVector("problem", "proposal", weight="C", config="russian")
        + SearchVector("problem", "proposal", weight="C", config="simple"),
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
            models.Index(fields=("state", "-published_at"), name="initiatives_state_published"),
            models.Index(fields=("body", "state"), name="initiatives_body_state"),
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
    def signing_subject(self) -> str:
        """The name under which signatures are bound to this initiative."""
        return f"initiative:{self.code}"

    @property
    def canonical_text(self) -> str:
        """The text that is frozen and hashed: NFC, line feeds, fixed order of parts."""
        parts = (
            f"language: {self.language}",
            f"addressee: {self.body.slug}",
            f"territory: {self.territory_id}",
            f"title: {self.title}",
            "",
            self.problem,
            "",
            self.proposal,
        )
        text = "\n".join(part.replace("\r\n", "\n").strip() for part in parts) + "\n"
        return unicodedata.normalize("NFC", text)

    def hash_text(self) -> str:
        """Return the SHA-256 (hex) of the canonical text."""
        return hashlib.sha256(self.canonical_text.encode()).hexdigest()


class Attachment(models.Model):
    """A file that supports the text; its type was read from its content, images were re-encoded."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="initiatives/%Y/%m/")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("uploaded_at",)
        constraints = (models.UniqueConstraint(fields=("initiative", "sha256"), name="initiatives_attachment_once"),)

    def __str__(self) -> str:
        return self.name
