"""Who is told of troubles with signatures: the administrators, once when one begins and once when it is over."""

from django.utils.translation import gettext_lazy as _

from accounts.selectors import users_with_role
from portal.events.outbox import handler
from portal.notifications import topics
from portal.notifications.dispatch import notify
from signatures.events import TroubleBegan, TroubleEnded
from signatures.models import Incident

topics.register(
    topics.Topic(
        "trust",
        _("Trouble with signatures"),
        _("For administrators: the certification authority does not answer, or votes wait for it for long."),
        order=55,
    )
)


@handler(TroubleBegan)
def tell_that_it_began(event: TroubleBegan) -> None:
    """Tell the administrators, unless it is over already."""
    incident = Incident.objects.filter(pk=event.incident_id).first()
    if incident is not None and incident.ended_at is None:
        _tell(incident, event, is_over=False)


@handler(TroubleEnded)
def tell_that_it_ended(event: TroubleEnded) -> None:
    """Tell the administrators that it is over."""
    incident = Incident.objects.filter(pk=event.incident_id).first()
    if incident is not None:
        _tell(incident, event, is_over=True)


def _tell(incident: Incident, event: TroubleBegan | TroubleEnded, *, is_over: bool) -> None:
    notify(
        users_with_role("administrator", at=event.at),
        topic="trust",
        template="signatures/trouble",
        key=f"{event.name}:{incident.pk}",
        at=event.at,
        context={"kind": incident.kind, "place": incident.place, "began_at": incident.began_at, "is_over": is_over},
        url_name="signatures:standing",
    )
