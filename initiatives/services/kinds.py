"""Kinds and their numbers as administrators keep them: names, being offered, and new versions.

A version that came into force is never changed: petitions live by it. What changes is the next one: a draft is written,
looked through (`kind_preview`) and published for a day to come; the version before it ends on that day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import policies
from initiatives.models import InitiativeKind, KindDraft, KindVersion, Norm
from initiatives.selectors import rules
from initiatives.states import NormCode, Process, Unit
from portal.audit.log import record
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput
from portal.permissions import require

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence

TERM = (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS)
UNITS: Mapping[str, tuple[Unit, ...]] = {
    NormCode.JOINERS: (Unit.VOTES,),
    NormCode.THRESHOLD_VOTES: (Unit.VOTES,),
    NormCode.THRESHOLD_PERCENT: (Unit.PERCENT,),
    NormCode.THRESHOLD_BOUNDARY: (Unit.PEOPLE,),
    NormCode.MINIMUM_AGE: (Unit.YEARS,),
}
"""Units that a number may have; all others are terms."""

NEEDED: Mapping[str, frozenset[NormCode]] = {
    Process.PETITION: frozenset(
        {
            NormCode.JOINERS, NormCode.JOINING_PERIOD, NormCode.CHECK_PERIOD, NormCode.COLLECTION_PERIOD,
            NormCode.SENDING_PERIOD, NormCode.REGISTRATION_PERIOD, NormCode.ANSWER_PERIOD, NormCode.PUBLICATION_PERIOD,
        }
    ),
    Process.IDEA: frozenset({NormCode.MODERATION_PERIOD, NormCode.DISCUSSION_PERIOD}),
}  # fmt: skip
"""Numbers without which a process cannot run."""

TEXTS = ("name", "summary")
LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What an administrator wrote of the next version; `norms`: code -> number, unit, start_event, article, is_verified."""

    effective_from: date
    source: str
    norms: Mapping[str, Mapping[str, Any]]


def units_of(code: str) -> tuple[Unit, ...]:
    """Return the units that the number may have."""
    return UNITS.get(code, TERM)


def add(
    *, slug: str, process: str, body_kind: str, requires_eds: bool, texts: Mapping[str, str], by: "User", at: datetime
) -> InitiativeKind:
    """Make a kind that nobody is offered yet: it needs its first version."""
    require(policies.may_keep_kinds(by, None))
    if not re.fullmatch(r"[a-z][a-z0-9-]{2,59}", slug) or InitiativeKind.objects.filter(slug=slug).exists():
        raise InvalidInput(fields={"slug": _("Take a new short name of Latin letters, digits and hyphens.")})
    if process not in Process.values or (process == Process.PETITION and not requires_eds):
        raise InvalidInput(fields={"process": _("The votes of a petition are signed.")})
    with transaction.atomic():
        made = InitiativeKind(
            slug=slug, process=process, body_kind=body_kind, requires_eds=requires_eds, is_active=False
        )
        _word(made, texts)
        made.position = InitiativeKind.objects.count()
        made.save()
        record(subject=made, action="kind_added", actor=by, at=at, data={"slug": slug})
    return made


def reword(
    *, kind: InitiativeKind, texts: Mapping[str, str], is_active: bool, by: "User", at: datetime
) -> InitiativeKind:
    """Change names and summaries, and whether people are offered the kind."""
    require(policies.may_keep_kinds(by, None))
    with transaction.atomic():
        current = InitiativeKind.objects.select_for_update().get(pk=kind.pk)
        if is_active and not current.versions.in_force(local_date(at)).exists():
            raise InvalidInput(
                fields={"is_active": _("Give it a version in force first: without numbers it cannot run.")}
            )
        _word(current, texts)
        current.is_active = is_active
        current.save()
        record(subject=current, action="kind_reworded", actor=by, at=at, data={**texts, "is_active": is_active})
    rules.forget()
    return current


def in_force(kind: InitiativeKind, on: date) -> KindVersion | None:
    """Return the version that applies on that day."""
    return kind.versions.in_force(on).prefetch_related("norms").first()


def standing(on: date) -> list[dict[str, Any]]:
    """Return every kind with the version that applies on that day, the one to come, and its draft."""
    rows = []
    for kind in InitiativeKind.objects.select_related("draft").prefetch_related("versions"):
        versions = kind.versions.all()
        begun = (one for one in versions if one.effective_from <= on)
        rows.append(
            {
                "kind": kind,
                "version": next((one for one in begun if not one.effective_until or one.effective_until > on), None),
                "next": next((one for one in versions if one.effective_from > on), None),
                "draft": getattr(kind, "draft", None),
            }
        )
    return rows


def save_draft(*, kind: InitiativeKind, numbers: Numbers, by: "User", at: datetime) -> KindDraft:
    """Keep the next version as far as it is written. Raises InvalidInput naming each number that makes no sense."""
    require(policies.may_keep_kinds(by, None))
    norms, problems = _checked(numbers.norms)
    if numbers.effective_from < local_date(at):
        problems["effective_from"] = _("Choose a day to come.")
    if not numbers.source.strip():
        problems["source"] = _("Name the act on which the numbers rest.")
    if problems:
        raise InvalidInput(fields=problems)
    draft, _made = KindDraft.objects.update_or_create(
        kind=kind,
        defaults={
            "effective_from": numbers.effective_from,
            "source": numbers.source.strip()[:250],
            "norms": norms,
            "saved_by": by,
            "saved_at": at,
        },
    )
    return draft


def discard_draft(*, kind: InitiativeKind, by: "User") -> None:
    """Drop the draft."""
    require(policies.may_keep_kinds(by, None))
    KindDraft.objects.filter(kind=kind).delete()


def problems_of(draft: KindDraft, at: datetime) -> "list[Sentence]":
    """Return what keeps the draft from being published; empty when nothing does."""
    codes, found = set(draft.norms), list[Any]()
    missing = [code for code in NormCode if code in NEEDED.get(draft.kind.process, frozenset()) - codes]
    found += [_("This number is missing: %(name)s.") % {"name": code.label} for code in missing]
    rule = {NormCode.THRESHOLD_VOTES, NormCode.THRESHOLD_PERCENT} & codes
    if draft.kind.process == Process.PETITION and not rule:
        found.append(_("A petition needs a threshold: a number of votes, a share of residents, or both."))
    if (len(rule) == 2) != (NormCode.THRESHOLD_BOUNDARY in codes):
        found.append(
            _("A number and a share together need the population that divides them, and one alone needs none.")
        )
    today, last = local_date(at), draft.kind.versions.order_by("-effective_from").first()
    if last is not None and draft.effective_from <= max(today, last.effective_from):
        found.append(
            _("It must begin on a day to come, after the version before it: petitions of today live by today's.")
        )
    if last is not None and last.effective_until is not None and last.effective_until > draft.effective_from:
        found.append(_("The version before it ends on a later day."))
    if draft.effective_from < today:
        found.append(_("Choose a day to come."))
    return found


def publish(*, kind: InitiativeKind, seen_at: str, by: "User", at: datetime) -> KindVersion:
    """Make the draft the next version; the one before it ends on the day the new one begins.

    `seen_at` is when the draft was saved that the administrator looked through: another one is refused with Conflict.
    """
    require(policies.may_keep_kinds(by, None))
    with transaction.atomic():
        InitiativeKind.objects.select_for_update().get(pk=kind.pk)
        draft = KindDraft.objects.select_for_update().select_related("kind").filter(kind=kind).first()
        if draft is None or draft.saved_at.isoformat() != seen_at:
            raise Conflict(code="stale_page")
        problems = problems_of(draft, at)
        if problems:
            raise InvalidInput(problems[0])
        last = kind.versions.order_by("-number").first()
        if last is not None and last.effective_until is None:
            last.effective_until = draft.effective_from
            last.save(update_fields=["effective_until"])
        made = KindVersion.objects.create(
            kind=kind, number=last.number + 1 if last else 1, effective_from=draft.effective_from, source=draft.source
        )
        Norm.objects.bulk_create(norm_of(code, fields, made) for code, fields in draft.norms.items())
        data = {
            "number": made.number,
            "effective_from": made.effective_from,
            "source": made.source,
            "norms": draft.norms,
        }
        record(subject=kind, action="version_published", actor=by, at=at, data=data)
        draft.delete()
    rules.forget()
    return made


def cancel(*, kind: InitiativeKind, number: int, by: "User", at: datetime) -> None:
    """Take back a published version that has not begun; the one before it goes on. What it said stays in the audit log.

    Raises Conflict for one that has begun: petitions live by it.
    """
    require(policies.may_keep_kinds(by, None))
    with transaction.atomic():
        InitiativeKind.objects.select_for_update().get(pk=kind.pk)
        last = kind.versions.order_by("-number").prefetch_related("norms").first()
        if last is None or last.number != number or last.effective_from <= local_date(at):
            raise Conflict(_("Only the last version can be taken back, and only before it begins."), code="in_force")
        data = {
            "number": last.number,
            "effective_from": last.effective_from,
            "source": last.source,
            "norms": {norm.code: f"{norm.number.normalize():f} {norm.unit}" for norm in last.norms.all()},
        }
        begins = last.effective_from
        last.delete()
        kind.versions.filter(number=number - 1, effective_until=begins).update(effective_until=None)
        record(subject=kind, action="version_cancelled", actor=by, at=at, data=data)
    rules.forget()


def norm_of(code: str, fields: Mapping[str, Any], version: KindVersion) -> Norm:
    """Return the number as it was drafted."""
    return Norm(version=version, code=code, **{**fields, "number": Decimal(fields["number"])})


def _word(kind: InitiativeKind, texts: Mapping[str, str]) -> None:
    missing = {}
    for field in TEXTS:
        for language in LANGUAGES:
            said = texts.get(f"{field}_{language}", "").strip()
            if not said:
                missing[f"{field}_{language}"] = _("People choose by this text: write it in all three languages.")
            setattr(kind, f"{field}_{language}", said)
    if missing:
        raise InvalidInput(fields=missing)


def _checked(norms: Mapping[str, Mapping[str, Any]]) -> "tuple[dict[str, dict[str, Any]], dict[str, Sentence]]":
    """Return the numbers fit to be kept, and what is wrong with the others by code."""
    sound: dict[str, dict[str, Any]] = {}
    problems: dict[str, Sentence] = {}
    for code, fields in norms.items():
        problem = _problem(code, fields)
        if problem is not None:
            problems[code] = problem
            continue
        sound[code] = {
            "number": f"{Decimal(fields['number']).normalize():f}",
            "unit": str(fields["unit"]),
            "start_event": str(fields["start_event"]).strip()[:120],
            "article": str(fields["article"]).strip()[:120],
            "is_verified": bool(fields["is_verified"]),
        }
    return sound, problems


def _problem(code: str, fields: Mapping[str, Any]) -> "Sentence | None":
    try:
        number = Decimal(fields["number"])
    except InvalidOperation:
        return _("Write a number.")
    limit = {Unit.PERCENT: 100, Unit.YEARS: 100, Unit.MONTHS: 120}.get(fields["unit"], 10_000_000)
    if code not in NormCode.values or fields["unit"] not in units_of(code):
        return _("This number has another unit.")
    if not number.is_finite() or not 0 < number <= limit:
        return _("Write a number above 0 and at most %(limit)d.") % {"limit": limit}
    if fields["unit"] != Unit.PERCENT and number != number.to_integral_value():
        return _("Only a share may have a fraction.")
    if not str(fields["article"]).strip() or not str(fields["start_event"]).strip():
        return _("Say by which article, and counted from what.")
    return None
