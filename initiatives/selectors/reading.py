"""One initiative, fetched and authorised in one act."""

from django.db.models import Prefetch

from initiatives.models import Attachment, Initiative, KindVersion
from initiatives.querysets import InitiativeQuerySet
from portal.errors import NotVisible
from portal.permissions import Actor


def with_all(queryset: InitiativeQuerySet) -> InitiativeQuerySet:
    """Return the queryset with what a page of one initiative reads, in a constant number of queries."""
    return queryset.select_related(
        "kind", "author", "body", "body__territory", "territory", "topic", "tally", "decision", "merged_into"
    ).prefetch_related(
        Prefetch("kind_version", KindVersion.objects.select_related("kind").prefetch_related("norms")),
        Prefetch("attachments", Attachment.objects.order_by("uploaded_at")),
    )


def get_visible_or_404(actor: Actor, code: str) -> Initiative:
    """Return the initiative of that code; raise NotVisible when there is none or it is not for this person."""
    found = with_all(Initiative.objects.visible_to(actor)).filter(code=code).first()
    if found is None:
        raise NotVisible
    return found
