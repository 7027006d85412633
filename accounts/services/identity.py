"""Who signed: from the facts of a verified certificate to one account.

The IIN is personal data of restricted access (law on personal data and their protection, art. 7), so it is never stored.
An account is found by HMAC-SHA256 over the IIN with a secret pepper that only the running portal knows: twelve digits
alone could be searched through in seconds, a keyed code cannot. Each code begins with the name of its pepper, so that
peppers can be rotated: older ones keep finding people, and each sign-in renews the code with the pepper in use.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import Language
from portal.audit.log import record
from portal.errors import NotAllowed
from portal.translation.names import written_name


class CertifiedPerson(Protocol):
    """What a verified certificate says about its holder; `signatures.Signer` satisfies it."""

    @property
    def iin(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def surname(self) -> str: ...
    @property
    def patronymic(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def sex(self) -> str | None: ...


Recoded = Callable[[str, datetime], object]
_recoded: list[Recoded] = []


def when_recoded(callback: Recoded) -> None:
    """Let another app renew what it keeps under codes of a person, when one with older codes signs in: `callback(iin, at)`.

    It runs in the transaction of the sign-in, only while there are older peppers and the person's code is new.
    """
    if callback not in _recoded:
        _recoded.append(callback)


def identity_tag(iin: str) -> str:
    """Return the code of the IIN under the pepper in use."""
    return _tag(iin, settings.IDENTITY_PEPPERS[0])


def all_tags(iin: str) -> tuple[str, ...]:
    """Return the codes under each pepper that is still known, the one in use first."""
    return tuple(_tag(iin, pepper) for pepper in settings.IDENTITY_PEPPERS)


def is_same_person(user: User, iin: str) -> bool:
    """Return whether the IIN of a verified certificate is that of the account's owner, under any known pepper."""
    return user.identity_tag is not None and user.identity_tag in all_tags(iin)


def account_of(iin: str) -> User | None:
    """Return the account of the person whose verified certificate bears that IIN; None when there is none."""
    return User.objects.filter(identity_tag__in=all_tags(iin)).first()


def enrol(*, signer: CertifiedPerson, at: datetime, language: str = Language.KAZAKH) -> User:
    """Return the account of the person who signed, and open one at the first time.

    Two first sign-ins at the same moment end with one account: the unique constraint on the code decides, and the loser
    reads the winner's row. `language` is what a new account begins with; a known person's choice stays. Raises
    NotAllowed for an account that was closed by an administrator.
    """
    with transaction.atomic():
        found = _find(signer.iin)
        held = found.identity_tag if found is not None else None
        user = found or _open_account(signer, at, language)
        if not user.is_active:
            raise NotAllowed(_("This account is closed. Write to the portal's support."), code="account_closed")
        _renew(user, signer, at)
        if held != user.identity_tag and len(settings.IDENTITY_PEPPERS) > 1:
            for callback in _recoded:
                callback(signer.iin, at)
    return user


def _tag(iin: str, pepper: str) -> str:
    key_name = hashlib.sha256(b"name of an identity pepper:" + pepper.encode()).hexdigest()[:8]
    code = hmac.new(pepper.encode(), b"identity:" + iin.encode("ascii"), hashlib.sha256).hexdigest()
    return f"v1.{key_name}:{code}"


def _find(iin: str) -> User | None:
    return User.objects.select_for_update(of=("self",)).filter(identity_tag__in=all_tags(iin)).first()


def _open_account(signer: CertifiedPerson, at: datetime, language: str) -> User:
    user = User(identity_tag=identity_tag(signer.iin), joined_at=at, language=language, **_facts(signer))
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        found = _find(signer.iin)
        if found is None:
            raise
        return found
    record(subject=user, action="enrolled", actor=user, at=at)
    return user


def _renew(user: User, signer: CertifiedPerson, at: datetime) -> None:
    """Take over what the newest certificate says (a surname changes with a marriage) and the code of the pepper in use."""
    wanted = {**_facts(signer), "identity_tag": identity_tag(signer.iin)}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(user, field, wanted[field])
    user.save(update_fields=changed)
    record(subject=user, action="certificate_facts_renewed", actor=user, at=at, data={"fields": changed})


def _facts(signer: CertifiedPerson) -> dict[str, str | date | None]:
    return {
        "given_name": written_name(signer.given_name),
        "family_name": written_name(signer.surname),
        "patronymic": written_name(signer.patronymic or ""),
        "birth_date": signer.birth_date,
        "sex": str(signer.sex or ""),
    }


def renew_tag(*, iin: str, at: datetime) -> bool:
    """Give the account of this person the code under the pepper in use; return whether one was changed.

    For the rotation of peppers, which knows the IIN from a stored signature. It runs beside sign-ins, which do the same.
    """
    with transaction.atomic():
        user = _find(iin)
        if user is None or user.identity_tag == identity_tag(iin):
            return False
        user.identity_tag = identity_tag(iin)
        user.save(update_fields=["identity_tag"])
        record(subject=user, action="identity_code_renewed", actor=None, at=at)
    return True


def under_older_peppers() -> int:
    """Return how many accounts bear a code of another pepper than the one in use."""
    newest = _tag("", settings.IDENTITY_PEPPERS[0]).partition(":")[0]
    return User.objects.filter(identity_tag__isnull=False).exclude(identity_tag__startswith=f"{newest}:").count()
