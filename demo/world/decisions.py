"""How the heads of the demo's bodies sign: with a certificate of the body, through the portal's own verification."""

from datetime import datetime

from demo.world.people import Office
from initiatives.models import Decision, Initiative
from initiatives.services import answering
from signatures.eds.demo_certificates import Family
from signatures.eds.signing import sign_detached
from signatures.services import acceptance, statements, trust
from signatures.states import Purpose


def sign_decision(decision: Decision, office: Office, at: datetime) -> Initiative:
    """The head signs with a certificate of the body, over a statement of the portal, as on the page."""
    pki = trust.demo_pki()
    assert pki is not None
    issued = statements.issue(
        purpose=Purpose.SIGN_DOCUMENT,
        subject=decision.signing_subject,
        revision=decision.revision,
        text_sha256=decision.text_sha256,
        choice=decision.outcome,
        lines=[("Атауы", decision.initiative.title)],
        language=decision.language,
        at=at,
    )
    holder = pki.issue(office.head_person, Family.GOST)
    der = sign_detached(issued.text.encode(), holder.key, holder.raw, at=at)
    accepted = acceptance.accept(
        token=issued.token, cms=der, purpose=Purpose.SIGN_DOCUMENT, subject=decision.signing_subject, at=at
    )
    return answering.sign(decision=decision, by=office.head, accepted=accepted, seen_revision=decision.revision, at=at)
