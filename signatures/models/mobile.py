"""The table of signatures asked of a telephone: what waits between the page that shows the QR code and the app that signs.

Rows live for minutes and are deleted when they are over; the evidence is kept elsewhere, when the page sends its form.
"""

from django.db import models
from django.db.models import Q

from signatures.models.signature import SHA256_HEX
from signatures.states import MobileState


class MobileRequest(models.Model):
    """One statement that a telephone may sign once.

    Neither the code in the QR nor the browser's secret is stored, only their SHA-256: whoever reads the table can neither
    sign in the person's place nor take the signature. `cms` is encrypted, and emptied when the page has taken it.
    """

    code_sha256 = models.CharField(max_length=64, primary_key=True)
    browser_sha256 = models.CharField(max_length=64)
    document = models.PositiveBigIntegerField()
    token = models.TextField()
    language = models.CharField(max_length=2)
    status = models.CharField(max_length=8, choices=MobileState.choices, default=MobileState.WAITING)
    cms = models.BinaryField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(status__in=MobileState.values), name="signatures_mobile_known_status"),
            models.CheckConstraint(
                condition=Q(code_sha256__regex=SHA256_HEX) & Q(browser_sha256__regex=SHA256_HEX),
                name="signatures_mobile_sha256_in_hex",
            ),
            models.CheckConstraint(
                condition=Q(status=MobileState.RECEIVED, cms__isnull=False)
                | (~Q(status=MobileState.RECEIVED) & Q(cms__isnull=True)),
                name="signatures_mobile_cms_while_received",
            ),
        )

    def __str__(self) -> str:
        return f"{self.status} {self.code_sha256[:8]}"
