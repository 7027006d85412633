"""What webhooks tell of initiatives: milestones of the published ones, in the shape that programs get.

A table: event -> name of the kind. What was withdrawn, or is known only to those who have its link, is told to nobody.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.selectors import bodies
from initiatives import events
from initiatives.api import examples
from initiatives.models import Decision, Initiative
from initiatives.selectors.counts import exact_count
from initiatives.selectors.sharing import code_of, short_url
from initiatives.states import LISTED
from portal.errors import NotVisible
from portal.events.outbox import handler
from portal.webhooks import registry, services

KINDS: dict[type[events.InitiativeEvent], registry.Kind] = {
    events.Published: registry.Kind("initiative.published", _("Published")),
    events.HalfwayReached: registry.Kind("initiative.halfway_reached", _("Half of the votes it needs")),
    events.ThresholdReached: registry.Kind(
        "initiative.threshold_reached", _("Threshold reached"), {"initiative": examples.TOLD_VALUE}
    ),
    events.SentToBody: registry.Kind("initiative.sent", _("Sent to the body")),
    events.Registered: registry.Kind("initiative.registered", _("Registered by the body")),
    events.Decided: registry.Kind("initiative.decided", _("Decided")),
    events.DecisionPublished: registry.Kind("initiative.decision_published", _("Decision published")),
    events.ExecutionStarted: registry.Kind("initiative.execution_started", _("Execution begun")),
    events.MilestoneDone: registry.Kind("initiative.milestone_done", _("A promise kept")),
    events.Finished: registry.Kind("initiative.done", _("Done")),
    events.Rejected: registry.Kind("initiative.rejected", _("Rejected")),
    events.FellBelowThreshold: registry.Kind("initiative.below_threshold", _("Too few votes")),
    events.TakenUp: registry.Kind("initiative.taken_up", _("An idea taken up")),
    events.Answered: registry.Kind("initiative.answered", _("An idea answered")),
    events.Merged: registry.Kind("initiative.merged", _("Merged into another")),
    events.Archived: registry.Kind("initiative.archived", _("Archived")),
}


def _existing_code(written: str) -> str | None:
    """Return the code that was written, alone or at the end of an address, when it is that of something published."""
    try:
        code = code_of(written.rstrip("/").rsplit("/", 1)[-1])
    except NotVisible:
        return None
    return code if Initiative.objects.listed().filter(code=code).exists() else None


def _existing_body(slug: str) -> str | None:
    return slug if bodies().filter(slug=slug).exists() else None


def _bodies() -> list[tuple[str, str]]:
    return sorted(((one.slug, str(one)) for one in bodies()), key=lambda pair: pair[1])


registry.register(
    *KINDS.values(),
    registry.Scope(
        "initiative",
        _("Of chosen ones"),
        _("Codes or addresses of published petitions and ideas, one a line, 50 at most."),
        read=_existing_code,
    ),
    registry.Scope(
        "body",
        _("Of all that one body has to answer"),
        _("The body they are addressed to."),
        read=_existing_body,
        choices=_bodies,
    ),
)


def tell(event: events.InitiativeEvent) -> None:
    """Tell the endpoints that asked for it; idempotent, because the occasion has one name."""
    initiative = Initiative.objects.select_related("body", "territory", "kind").filter(pk=event.subject_id).first()
    if initiative is None or initiative.state not in LISTED:
        return
    services.happened(
        kind=KINDS[type(event)].name,
        occasion=f"{event.name}:{event.subject_id}:{event.at.isoformat()}",
        keys=[registry.key("initiative", initiative.code), registry.key("body", initiative.body.slug)],
        data={"initiative": facts_of(initiative), **_particulars(initiative, event)},
        at=event.at,
    )


for _event_type in KINDS:
    handler(_event_type)(tell)


def facts_of(initiative: Initiative) -> dict[str, Any]:
    """Return what is told of the initiative, as it stands when the message is made."""
    path = reverse("initiatives-api:detail", args=[initiative.code])
    return {
        "code": initiative.code,
        "url": short_url(initiative),
        "api_url": settings.PORTAL_ORIGIN + path,
        "process": initiative.kind.process,
        "kind": initiative.kind.slug,
        "title": initiative.title,
        "language": initiative.language,
        "body": {"slug": initiative.body.slug, "name": _names(initiative.body)},
        "territory": {"kato": initiative.territory_id, "name": _names(initiative.territory)},
        "state": initiative.state,
        "votes": exact_count(initiative),
        "threshold": initiative.threshold,
    }


def _names(named: Any) -> dict[str, str]:
    names = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names[code] = str(named)
    return names


def _particulars(initiative: Initiative, event: events.InitiativeEvent) -> dict[str, Any]:
    if isinstance(event, events.MilestoneDone):
        return {"milestone": event.milestone}
    if isinstance(event, events.Rejected):
        return {"reason": initiative.rejection_reason, "subject": initiative.rejection_subject}
    if isinstance(event, events.Merged) and initiative.merged_into is not None:
        return {"merged_into": initiative.merged_into.code}
    if isinstance(event, events.DecisionPublished | events.Answered | events.TakenUp):
        decision = Decision.objects.filter(initiative=initiative, published_at__isnull=False).first()
        return {"outcome": decision.outcome if decision else None}
    return {}
