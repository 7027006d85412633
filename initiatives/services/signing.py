"""A signed vote from statement to count: what is shown for signing, and what is done with the signature.

Verification, storage of the signature and the vote are one transaction: the statement's nonce is used up exactly when the vote
stands, so a refused vote may be signed and sent again.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.selectors import get_territory
from accounts.services.identity import account_of
from initiatives import policies, switches
from initiatives.models import Initiative
from initiatives.services import voting, waiting
from initiatives.services.answering import require_own_key
from initiatives.services.vote_logging import TEXT_REVISION
from portal.errors import InvalidInput, NotVisible
from portal.permissions import require
from portal.switches import is_on
from portal.switches import require as require_on
from signatures.services import acceptance, statements
from signatures.states import Purpose

if TYPE_CHECKING:
    from accounts.models import Territory, User

CHOICES = {
    Purpose.VOTE: ("support", pgettext_lazy("what is signed", "I support it")),
    Purpose.WITHDRAW: ("withdraw", pgettext_lazy("what is signed", "I take my vote back")),
}


def statement(*, initiative: Initiative, purpose: Purpose, language: str, at: datetime) -> statements.IssuedStatement:
    """Return a fresh statement for a vote or its withdrawal; raise NotAllowed when votes are not taken."""
    require_on(switches.VOTES)
    require(policies.takes_votes(initiative, at))
    with translation.override(language):
        lines = [*title_lines(initiative), (_("Addressed to"), str(initiative.body))]
    return statements.issue(
        purpose=purpose,
        subject=initiative.signing_subject,
        revision=TEXT_REVISION,
        text_sha256=initiative.text_sha256,
        choice=CHOICES[purpose][0],
        choice_label=CHOICES[purpose][1],
        lines=lines,
        language=language,
        at=at,
    )


def title_lines(initiative: Initiative) -> list[tuple[str, str]]:
    """Return the lines of a statement that name the text: of one in two languages both titles, the original first."""
    if not initiative.has_parallel:
        return [(_("Title"), initiative.title)]
    names = {"kk": _("Title in Kazakh"), "ru": _("Title in Russian")}
    pairs = ((initiative.language, initiative.title), (initiative.parallel_language, initiative.parallel_title))
    return [(names[language], title) for language, title in pairs]


@transaction.atomic
def sign(
    *,
    initiative: Initiative,
    purpose: Purpose,
    token: str,
    cms: bytes,
    kato: str = "",
    signed_in: "User | None" = None,
    at: datetime,
) -> voting.VoteReceipt | waiting.WaitingReceipt:
    """Verify the signature and give or take back the vote of the person who made it; return the receipt.

    When nobody can tell whether the certificate was revoked, the act is kept and waits; it is in no count yet.

    In the browser of a person who is `signed_in` only that person's key votes. Where nobody is, the act belongs to the
    account of whoever signed, if they have one by then: so they find it among their votes. Raises SignatureRefused,
    NotAllowed (closed, too young, another's key), Conflict, and InvalidInput for an unknown territory.
    """
    require_on(switches.VOTES)
    require(policies.takes_votes(initiative, at))
    territory = _territory(kato)
    accepted = acceptance.accept(
        token=token,
        cms=cms,
        purpose=purpose,
        subject=initiative.signing_subject,
        at=at,
        keep_pending=is_on(switches.KEEP_WAITING),
    )
    # Staff who came by password have proved no identity: their signature says who votes, as a stranger's does.
    by = signed_in if signed_in is not None and signed_in.identity_tag else None
    if by is not None:
        require_own_key(accepted, by)
    else:
        by = account_of(accepted.signer.iin)
    if not accepted.signature.is_valid:
        gives = purpose == Purpose.VOTE
        return waiting.keep(initiative=initiative, accepted=accepted, gives=gives, territory=territory, by=by, at=at)
    if purpose == Purpose.WITHDRAW:
        return voting.withdraw(initiative=initiative, accepted=accepted, by=by, at=at)
    return voting.cast(initiative=initiative, accepted=accepted, territory=territory, by=by, at=at)


def _territory(kato: str) -> "Territory | None":
    if not kato:
        return None
    try:
        return get_territory(kato)
    except NotVisible as error:
        raise InvalidInput(fields={"territory": _("Choose a region from the list.")}) from error
