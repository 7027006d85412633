"""An official opens the evidence of one vote: name and IIN stand in it, so each opening is written down."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from initiatives import policies
from initiatives.models import Initiative
from portal.audit.log import record
from portal.errors import NotVisible
from portal.permissions import require
from signatures.selectors.public_log import entry_at

if TYPE_CHECKING:
    from accounts.models import User

READ = "vote_evidence_read"


def open_vote(*, initiative: Initiative, place: int, by: "User", at: datetime) -> uuid.UUID:
    """Return the entry at this place of the petition's log and write down who opened it. Raises NotAllowed, NotVisible."""
    require(policies.may_read_evidence(by, initiative))
    entry = entry_at(initiative.code, place)
    if entry is None:
        raise NotVisible
    with transaction.atomic():
        Initiative.objects.select_for_update().only("pk").get(pk=initiative.pk)
        record(subject=initiative, action=READ, actor=by, at=at, data={"leaf": place})
    return entry
