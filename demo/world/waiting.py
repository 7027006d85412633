"""A vote that waits: given while the demo's responder was stopped, and not asked about again for some days.

In a running portal the next minute would settle it, and nobody would see how one looks.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import User
from initiatives.models import Initiative, VoteAct, WaitingAct
from initiatives.services import signing
from initiatives.states import State
from signatures.services import trust
from signatures.services.demo_responder import DemoResponder
from signatures.states import Purpose

VOTER = "nikolay"
RECEIVED = timedelta(minutes=40)
ASKED_AGAIN = timedelta(days=3)


def keep(*, named: Mapping[str, User], at: datetime) -> WaitingAct | None:
    """Let the named person vote for a petition that they have not signed; None where there is none."""
    source, pki, person = trust.source(), trust.demo_pki(), named[VOTER]
    signed = VoteAct.objects.filter(voter=person).values("initiative")
    collecting = Initiative.objects.open_to_votes(at).filter(state=State.COLLECTING, kind__requires_eds=True)
    petition = collecting.exclude(pk__in=signed).order_by("-published_at").first()
    if petition is None or pki is None or not isinstance(source, DemoResponder):
        return None
    received = max(at - RECEIVED, petition.published_at or at)
    issued = signing.statement(initiative=petition, purpose=Purpose.VOTE, language=person.language, at=received)
    source.stop(at=received)
    try:
        signing.sign(
            initiative=petition,
            purpose=Purpose.VOTE,
            token=issued.token,
            cms=pki.sign(VOTER, issued.text.encode(), at=received),
            at=received,
        )
    finally:
        source.start()
    act = WaitingAct.objects.get(initiative=petition, voter=person)
    act.asked_at = at + ASKED_AGAIN
    act.save(update_fields=["asked_at"])
    return act
