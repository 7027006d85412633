"""The keyed code by which one person is one voter, whichever certificate they sign with.

A plain hash of an IIN is found by trying all of them in seconds, so the code is an HMAC whose key (the pepper) is not in
the database. It is bound to the object: codes of two petitions cannot be compared. Peppers are rotated by putting a new
one first; a code names its pepper by number, counted from the oldest, so that numbers stay when a new one comes.
"""

import hashlib
import hmac

from django.conf import settings


def signer_tags(*, subject: str, iin: str) -> tuple[str, ...]:
    """Return the codes "v<number>:<hex>" of the person for the object, by the pepper in use first, then by older ones."""
    peppers: list[str] = settings.SIGNATURES_PEPPERS
    message = f"signer\n{subject}\n{iin}".encode()
    return tuple(
        f"v{len(peppers) - place}:{hmac.new(pepper.encode(), message, hashlib.sha256).hexdigest()}"
        for place, pepper in enumerate(peppers)
    )
