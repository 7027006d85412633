"""The nightly check of the audit log: each chain that grew since the last check is read from its beginning."""

import logging
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, Max, OuterRef

from portal.audit.log import first_break
from portal.audit.models import AuditEntry, ChainCheck

logger = logging.getLogger(__name__)
CHAIN = "audit"
OVERLAP = 10_000
"""Numbers are given before a transaction ends: so many of the last check's are looked at again."""


def check_chains(*, at: datetime) -> ChainCheck:
    """Read each chain that has entries since the last check; keep what was found, report breaks as errors, return it."""
    before = ChainCheck.objects.filter(chain=CHAIN).aggregate(up_to=Max("up_to"))["up_to"] or 0
    top = AuditEntry.objects.aggregate(top=Max("pk"))["top"] or 0
    grown = AuditEntry.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"), pk__gt=before - OVERLAP
    )
    entries = AuditEntry.objects.filter(Exists(grown)).order_by("subject_type", "subject_id", "sequence")
    checked, breaks = 0, []
    for (kind, subject), chain in groupby(
        entries.iterator(chunk_size=2000), lambda entry: (entry.subject_type, entry.subject_id)
    ):
        checked += 1
        broken = first_break(chain)
        if broken is not None:
            breaks.append([kind, subject, broken])
            logger.error("audit log: entry %s of %s:%s does not follow from those before it", broken, kind, subject)
    return ChainCheck.objects.create(chain=CHAIN, at=at, up_to=max(top, before), checked=checked, breaks=breaks)
