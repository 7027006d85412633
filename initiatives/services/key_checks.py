"""`manage.py check --database default` says which old keys are still needed, and shouts when one is gone too early."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connection

from initiatives.services import rotating
from signatures.services import rotation, sealing
from signatures.services.tags import pepper_numbers


def check_keys(*, databases: Sequence[str] | None = None, **_options: Any) -> list[checks.CheckMessage]:
    """Return warnings for older keys that are needed, errors for needed keys that the settings do not hold."""
    if not databases or "initiatives_voteact" not in connection.introspection.table_names():
        return []
    return [*_peppers(), *_encryption()]


def _peppers() -> list[checks.CheckMessage]:
    numbers = pepper_numbers()
    found: list[checks.CheckMessage] = []
    for name, ways in rotating.left().items():
        said = ", ".join(f"{count} {way}" for way, count in ways.items())
        if int(name[1:]) in numbers:
            found.append(checks.Warning(f"Pepper {name} of signatures is still needed: {said}.", id="signatures.W001"))
        else:
            message = f"Pepper {name} of signatures is gone, and {said} stand under it: those people could vote again."
            found.append(checks.Error(message, id="signatures.E001"))
    return found


def _encryption() -> list[checks.CheckMessage]:
    known = sealing.names()
    found: list[checks.CheckMessage] = []
    for name, count in rotation.under_older_keys().items():
        if name and name not in known:
            message = f"Encryption key {name} is gone, and {count} signatures are sealed with it."
            found.append(checks.Error(message, id="signatures.E002"))
        else:
            message = f"Encryption key {name or 'from before names'} is still needed by {count} signatures."
            found.append(checks.Warning(message, hint="Run rotate_encryption.", id="signatures.W002"))
    return found
