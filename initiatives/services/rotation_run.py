"""The whole rotation of peppers from its first step to its report; may be stopped anywhere and started again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.services import identity
from initiatives.services import rotating
from initiatives.services.rotating import Moved
from signatures.services import rotation
from signatures.services.tags import pepper_numbers
from signatures.states import RotationKind


def run(*, at: datetime, batch: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Move everything that can be moved and return the report; `say` is told of each batch."""
    rotating.raise_floor()
    total = Moved()
    for done in rotating.move_signed(limit=batch):
        total.add(done)
        say(f"signed votes: {total.acts} moved, {total.stuck} not")
    for done in rotating.move_sessions(limit=batch):
        total.add(done)
    secrets = [*settings.SIGNATURES_PEPPERS, "identity", *settings.IDENTITY_PEPPERS]
    kept = rotation.rotation_of(RotationKind.PEPPERS, secrets, at=at)
    seen: set[str] = set()
    while True:
        place, people = rotation.people(after=kept.place, limit=batch)
        if not place:
            break
        for certificate, iin in people:
            if iin is not None and certificate not in seen:
                seen.add(certificate)
                total.add(rotating.move_person(iin, at=at))
        kept.place = place
        kept.save(update_fields=["place"])
        say(f"people: {total.accounts} accounts, {total.acts} votes, {total.lines} lines moved")
    kept.place, kept.finished_at = "", at
    kept.counts = {"acts": total.acts, "accounts": total.accounts, "lines": total.lines, "stuck": total.stuck}
    kept.save(update_fields=["place", "finished_at", "counts"])
    return report(total)


def report(total: Moved | None = None) -> dict[str, Any]:
    """Return what was moved, what is left and why, and which peppers may be dropped now."""
    left = rotating.left()
    accounts = identity.under_older_peppers()
    needed = {int(name[1:]) for name in left}
    numbers = pepper_numbers()
    droppable = 0
    for number in sorted(numbers[1:]):
        if number in needed:
            break
        droppable += 1
    moved = total or Moved()
    return {
        "moved": {"acts": moved.acts, "accounts": moved.accounts, "lines": moved.lines, "stuck": moved.stuck},
        "left": {"acts": left, "accounts": accounts},
        "reasons": {
            "session": "given by signing in: moves when a stored signature is of the same person",
            "paper": "given on paper: no number is kept, and the person has never signed here",
            "eds": "signed, and the signature cannot be opened or its code is of no known key",
            "paper_lines": "a line of a paper list whose person has never signed here",
            "accounts": "opened before, and not one signature of the person is stored",
        },
        "signature_peppers_to_drop": droppable,
        "identity_peppers_may_be_dropped": accounts == 0 and not any("session" in ways for ways in left.values()),
    }
