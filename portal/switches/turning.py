"""Turning a part off and on again: administrators only, never without a reason, each time with an entry in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.audit.log import record
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.permissions import lookup
from portal.permissions import require as require_allowed
from portal.switches.models import SwitchState
from portal.switches.registry import registered
from portal.switches.standing import forget

if TYPE_CHECKING:
    from accounts.models import User

ADMINISTER = "accounts.may_administer"
WRITTEN_IN = ("kk", "ru")
"""Languages in which people must be told why; English may be left out."""

REASON_MAX = 300


@transaction.atomic
def turn_off(*, name: str, reasons: Mapping[str, str], by: "User | None", at: datetime) -> SwitchState:
    """Turn the part off, or give another reason while it is off. `by=None` is the operator at the machine."""
    state = _locked(name, by, at)
    said = {language: " ".join(reasons.get(language, "").split()) for language in (*WRITTEN_IN, "en")}
    missing = {
        f"reason_{one}": _("Say why: people read it in place of this part.") for one in WRITTEN_IN if not said[one]
    }
    long = {f"reason_{one}": _("Say it in at most 300 characters.") for one in said if len(said[one]) > REASON_MAX}
    if missing or long:
        raise InvalidInput(fields={**missing, **long})
    state.reason_kk, state.reason_ru, state.reason_en = said["kk"], said["ru"], said["en"]
    return _turn(state, "switched_off", by, at, is_on=False, data=said)


@transaction.atomic
def turn_on(*, name: str, note: str, by: "User | None", at: datetime) -> SwitchState:
    """Turn the part on again; the note stands in the audit log. Raises Conflict when it is on already."""
    state = _locked(name, by, at)
    if state.is_on:
        raise Conflict(_("This part is on already."), code="already_on")
    if not note.strip() or len(note) > REASON_MAX:
        raise InvalidInput(fields={"note": _("Say in at most 300 characters why it can be turned on again.")})
    return _turn(state, "switched_on", by, at, is_on=True, data={"note": note.strip()})


def _locked(name: str, by: "User | None", at: datetime) -> SwitchState:
    policy = lookup(ADMINISTER)
    if policy is None:
        raise LookupError(f"No app registered the policy {ADMINISTER}")
    if by is not None:
        require_allowed(policy(by, None))
    if name not in registered():
        raise NotVisible(_("There is no such switch."))
    SwitchState.objects.get_or_create(name=name, defaults={"changed_at": at})
    return SwitchState.objects.select_for_update().get(name=name)


def _turn(
    state: SwitchState, action: str, by: "User | None", at: datetime, *, is_on: bool, data: Mapping[str, str]
) -> SwitchState:
    state.is_on, state.changed_by, state.changed_at = is_on, by, at
    state.save()
    record(subject=state, action=action, actor=by, at=at, data=data)
    forget()
    transaction.on_commit(forget)  # another process may have shared the old rows while this one was at work
    return state
