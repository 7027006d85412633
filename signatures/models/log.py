"""The tables of the vote log: what came in, its place in the tree, the tree, its signed heads, and who else signed them.

The database keeps the promise (see the migration): entries never change and get their place once, tiles only grow, a log never
shrinks, heads and the witnesses' signatures stay. What links a leaf to a person is apart (`EntrySecret`) and can be forgotten.
"""

import base64
import uuid

from django.db import models
from django.db.models import Q

SHA256_HEX = r"^[0-9a-f]{64}$"
ARCHIVE = "heads"
"""The code of the log of heads. Public codes of petitions are twelve signs long."""


class VoteLog(models.Model):
    """One log: a petition's by its public code, or the archive of heads. `size` and `root` are what is folded."""

    code = models.CharField(max_length=32, unique=True)
    origin = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    opened_at = models.DateTimeField()
    closed_size = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(size__gte=0), name="signatures_log_size_not_negative"),)

    def __str__(self) -> str:
        return self.origin


class LogEntry(models.Model):
    """One act, as the leaf will say it; `id` is the order of arrival, `sequence` its place, given by the sequencer once."""

    entry = models.UUIDField(unique=True, default=uuid.uuid4)
    log = models.ForeignKey(VoteLog, on_delete=models.PROTECT, related_name="entries", db_constraint=False)
    revision = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    action = models.CharField(max_length=8)
    cancels = models.UUIDField(null=True, blank=True)
    source = models.CharField(max_length=8)
    commitment = models.CharField(max_length=64)
    at = models.DateTimeField()
    key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    sequence = models.BigIntegerField(null=True, blank=True)
    leaf_hash = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("log", "id"), name="signatures_entries_waiting", condition=Q(sequence__isnull=True)),
            models.Index(
                fields=("log", "leaf_hash"), name="signatures_entry_by_leaf", condition=Q(leaf_hash__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("log", "sequence"), name="signatures_place_in_log_once"),
            models.UniqueConstraint(
                fields=("cancels",), name="signatures_vote_cancelled_once", condition=Q(cancels__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(action="vote", cancels__isnull=True) | Q(action="withdraw", cancels__isnull=False),
                name="signatures_withdrawal_names_its_vote",
            ),
            models.CheckConstraint(
                condition=Q(source__in=("eds", "session", "paper"))
                & Q(commitment__regex=SHA256_HEX)
                & Q(text_sha256__regex=SHA256_HEX),
                name="signatures_entry_is_of_its_form",
            ),
            models.CheckConstraint(
                condition=Q(sequence__isnull=True, leaf_hash__isnull=True)
                | Q(sequence__gte=0, leaf_hash__isnull=False),
                name="signatures_leaf_with_its_place",
            ),
        )

    def __str__(self) -> str:
        return self.entry.hex


class EntrySecret(models.Model):
    """What opens the commitment of an entry. Deleted when the person is erased: the leaf then leads to nobody."""

    entry = models.OneToOneField(
        LogEntry,
        to_field="entry",
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="secret",
        db_constraint=False,
    )
    salt = models.BinaryField(max_length=32)
    signer_tag = models.BinaryField(max_length=33)
    signature = models.ForeignKey(
        "signatures.Signature", null=True, blank=True, on_delete=models.PROTECT, related_name="log_secrets"
    )

    def __str__(self) -> str:
        return f"of {self.entry_id}"


class LogTile(models.Model):
    """Up to 256 hashes of one level in a row (`signatures.log.tiles`); only ever made longer."""

    log = models.ForeignKey(VoteLog, on_delete=models.PROTECT, related_name="tiles")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("log", "level", "index"), name="signatures_tile_once"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class TreeHead(models.Model):
    """A signed head. `archived`: its place in the archive; the archive's own heads have none. One for each size."""

    log = models.ForeignKey(VoteLog, on_delete=models.PROTECT, related_name="heads")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()
    archived = models.BigIntegerField(null=True, blank=True, unique=True)
    stamp = models.BinaryField(null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("log", "size"), name="signatures_one_head_of_a_size"),)

    def __str__(self) -> str:
        return f"{self.log_id}: {self.size}"

    @property
    def root_text(self) -> str:
        """The root as the signed head writes it."""
        return base64.b64encode(bytes(self.root)).decode()


class Cosignature(models.Model):
    """A witness's signature line over a head of the archive: it saw nothing that contradicts this head."""

    head = models.ForeignKey(TreeHead, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("head", "witness"), name="signatures_witness_signs_once"),)

    def __str__(self) -> str:
        return self.witness


class LogKey(models.Model):
    """A public key that has signed, and since when: it stays published after its secret has left the settings."""

    public = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.public).hex()
