"""The keyed code by which one person is one voter, whichever certificate they sign with.

A plain hash of an IIN is found by trying all of them in seconds, so the code is an HMAC whose key (the pepper) is not in
the database. It is bound to the object: codes of two petitions cannot be compared. Peppers are rotated by putting a new
one first; a code names its pepper by number, counted from the oldest, so that numbers stay when a new one comes.
"""

import hashlib
import hmac

from django.conf import settings


def pepper_numbers() -> tuple[int, ...]:
    """Return the numbers of the known peppers, that of the one in use first.

    SIGNATURES_PEPPERS_DROPPED says how many of the oldest were taken out of the list for good: without it the others would
    be numbered anew, and a person's earlier vote would no longer be found.
    """
    known = len(settings.SIGNATURES_PEPPERS)
    dropped = int(getattr(settings, "SIGNATURES_PEPPERS_DROPPED", 0))
    return tuple(dropped + known - place for place in range(known))


def signer_tags(*, subject: str, iin: str) -> tuple[str, ...]:
    """Return the codes "v<number>:<hex>" of the person for the object, by the pepper in use first, then by older ones."""
    peppers: list[str] = settings.SIGNATURES_PEPPERS
    message = f"signer\n{subject}\n{iin}".encode()
    return tuple(
        f"v{number}:{hmac.new(pepper.encode(), message, hashlib.sha256).hexdigest()}"
        for number, pepper in zip(pepper_numbers(), peppers, strict=True)
    )
