"""The table of accepted signatures: evidence, append-only (the database itself refuses changes)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from signatures.states import Purpose, SignatureStatus, TrustDomain

SHA256_HEX = r"^[0-9a-f]{64}$"


class Signature(models.Model):
    """One accepted signature with its evidence.

    `cms` is encrypted, because the certificate inside holds a name and an IIN; nothing else here names a person. `report` is
    the verifier's list of findings. `signing_time` is what the signer's clock said; only `received_at` counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    subject = models.CharField(max_length=100)
    revision = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64, blank=True)
    choice = models.CharField(max_length=40, blank=True)
    statement = models.TextField()
    nonce = models.CharField(max_length=32, unique=True)
    cms = models.BinaryField()
    cms_sha256 = models.CharField(max_length=64, unique=True)
    certificate_sha256 = models.CharField(max_length=64)
    serial = models.CharField(max_length=48)
    status = models.CharField(max_length=8, choices=SignatureStatus.choices)
    trust_domain = models.CharField(max_length=10, choices=TrustDomain.choices)
    report: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    signing_time = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    #: When the person was erased: then nothing is left here that leads to them.
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject", "purpose"), name="signatures_by_subject"),
            models.Index(
                fields=("received_at",), name="signatures_pending", condition=Q(status=SignatureStatus.PENDING)
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="signatures_known_purpose"),
            models.CheckConstraint(condition=Q(status__in=SignatureStatus.values), name="signatures_known_status"),
            models.CheckConstraint(condition=Q(trust_domain__in=TrustDomain.values), name="signatures_known_domain"),
            models.CheckConstraint(
                condition=Q(cms_sha256__regex=SHA256_HEX)
                & Q(certificate_sha256__regex=SHA256_HEX)
                & (Q(text_sha256="") | Q(text_sha256__regex=SHA256_HEX)),
                name="signatures_sha256_in_hex",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_valid(self) -> bool:
        """Only these may be counted."""
        return self.status == SignatureStatus.VALID
