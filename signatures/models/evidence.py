"""What was believed when a signature was accepted, kept byte for byte: append-only, and the database checks the digests."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from signatures.models.signature import SHA256_HEX, Signature
from signatures.states import EvidenceKind


class EvidenceFile(models.Model):
    """One answer, list or certificate, named by the SHA-256 of its content and shared by all signatures that rest on it.

    None of them names a person: an answer holds the serial number of a certificate, no more.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=9, choices=EvidenceKind.choices)
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=EvidenceKind.values), name="signatures_known_evidence"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=SHA256_HEX), name="signatures_evidence_sha256_in_hex"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:16]}"


class SignatureEvidence(models.Model):
    """Which files one signature rests on, and the moments at which they were believed.

    While a signature waits for an answer, `checked_at` is empty and the files are only those of its authorities; it is settled
    once. A time stamp is part of the signature file itself; `stamped_at` repeats its moment.
    """

    signature = models.OneToOneField(Signature, models.PROTECT, primary_key=True, related_name="evidence")
    files: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=64))
    issued_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"evidence of {self.pk}"
