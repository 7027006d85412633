"""A text that the law forbids to show: two moderators take it from view; a tombstone says what stood there, and why not."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events
from initiatives.models import Attachment, Initiative, Removal, RemovedText
from initiatives.policies import moderating as policies
from initiatives.services import wording
from initiatives.services.moderation_log import append
from initiatives.services.refusing import WHY, locked, mark_returned, touch
from initiatives.states import LogAction
from portal.audit.log import record
from portal.errors import InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from accounts.models import User

ARTICLE_MAX = 200

TEXTS = ("title", "problem", "proposal", "parallel_title", "parallel_problem", "parallel_proposal")
"""Fields that hold the words of the author, in both languages."""

TOMBSTONE = {"kk": "Мәтін алып тасталды", "ru": "Текст удалён"}
"""The title of what is removed, in the language in which it was written."""


@transaction.atomic
def propose(
    *,
    initiative: Initiative,
    by: "User",
    article: str,
    reason: str,
    seen_revision: int,
    at: datetime,
    reason_other: str = "",
) -> Removal:
    """Propose to remove the text and return the proposal; everybody reads on until a second moderator confirms."""
    current = locked(initiative, seen_revision)
    require(policies.may_propose_removal(by, current))
    if not clean(reason, field="reason"):
        raise InvalidInput(fields={"reason": WHY})
    article = clean_line(article, field="article")
    if not article or len(article) > ARTICLE_MAX:
        raise InvalidInput(fields={"article": _("Name the article of the law that forbids this text.")})
    made = Removal.objects.create(
        initiative=current,
        revision=current.revision,
        article=article,
        reason=clean(reason, field="reason"),
        reason_other=clean(reason_other, field="reason_other"),
        proposed_by=by,
        proposed_at=at,
    )
    touch(current)
    record(subject=current, action="propose_removal", actor=by, at=at, data={"reason": made.reason})
    append(action=LogAction.PROPOSE_REMOVAL, initiative=current, by=by, at=at, reason=made.reason,
           reason_other=made.reason_other, article=made.article)  # fmt: skip
    return made


@transaction.atomic
def confirm(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Remove the text, as the second of two moderators. Its hash stays, and so do its votes and its state."""
    current = locked(initiative, seen_revision)
    require(policies.may_confirm_removal(by, current))
    removal = Removal.objects.select_for_update().get(initiative=current, **policies.OPEN)
    attachments = Attachment.objects.filter(initiative=current)
    content = {
        "texts": {name: getattr(current, name) for name in TEXTS},
        "attachments": list(attachments.values("name", "file", "sha256")),
    }
    RemovedText.objects.create(initiative=current, text=current.canonical_text, content=content, removed_at=at)
    attachments.delete()
    for name in TEXTS:
        setattr(current, name, "")
    current.title = TOMBSTONE.get(current.language, TOMBSTONE["kk"])
    current.text_removed_at = current.updated_at = at
    current.revision += 1
    current.save()
    wording.forget(current)
    removal.confirmed_by, removal.confirmed_at = by, at
    removal.save(update_fields=["confirmed_by", "confirmed_at"])
    data = {"reason": removal.reason, "article": removal.article, "text_sha256": current.text_sha256}
    record(subject=current, action="remove_text", actor=by, at=at, data=data)
    append(action=LogAction.REMOVE_TEXT, initiative=current, by=by, at=at, reason=removal.reason,
           reason_other=removal.reason_other, article=removal.article, text_sha256=current.text_sha256)  # fmt: skip
    announce(events.TextRemoved(at=at, subject_id=str(current.pk), actor_id=str(by.pk)))
    return current


@transaction.atomic
def send_back(*, initiative: Initiative, by: "User", note: str, seen_revision: int, at: datetime) -> Initiative:
    """Return a proposed removal; the text stays."""
    current = locked(initiative, seen_revision)
    require(policies.may_return_removal(by, current))
    removal = Removal.objects.select_for_update().get(initiative=current, **policies.OPEN)
    mark_returned(removal, by=by, note=note, at=at)
    touch(current)
    record(subject=current, action="return_removal", actor=by, at=at, data={"reason": clean(note, field="reason")})
    append(action=LogAction.RETURN_REMOVAL, initiative=current, by=by, at=at, reason=clean(note, field="reason"))
    return current
