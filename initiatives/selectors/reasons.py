"""Reasons that a moderator may start from and edit: rows that staff keep, in the two languages in which people are answered.

They are not messages of the interface: a reason is published in the language of the text it is about, whatever language
the moderator reads the portal in. Those with a subject name a number of the closed list of art. 90-2(3).
"""

from collections.abc import Sequence

from initiatives.models import RejectionReason
from initiatives.states import ReasonUse

COMMENT = ReasonUse.COMMENT
"""What is moderated besides petitions and ideas."""


def reasons_for(what: str) -> Sequence[RejectionReason]:
    """Return the reasons that fit a petition, an idea or a comment."""
    return list(RejectionReason.objects.filter(for_what__contains=[what], is_active=True))


def find_reason(key: str, what: str) -> RejectionReason | None:
    """Return the reason of that key where it fits, else None."""
    return next((one for one in reasons_for(what) if one.key == key), None) if key else None


def other_language(language: str) -> str:
    """Return the other of the two languages in which people are answered."""
    return "kk" if language == "ru" else "ru"
