"""Writing an initiative: begin, save (also by itself), hand over, withdraw."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import policies, switches
from initiatives.limits import DRAFTS_PER_PERSON, TEXT_MAX, TEXT_MIN, TITLE_MAX, TITLE_MIN
from initiatives.models import Initiative, InitiativeKind, KindVersion, Topic
from initiatives.models.texts import Wording
from initiatives.selectors.twins import TO_JOIN
from initiatives.services import discussing, flood, wording
from initiatives.services.thresholds import threshold_for
from initiatives.states import State
from initiatives.workflow import workflow_of
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput, TooMany, Unavailable
from portal.permissions import require
from portal.switches import require as require_on
from portal.text import clean, clean_line
from portal.translation.detection import is_written_in
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import Body, User
    from portal.errors import Sentence

PARALLEL = "parallel_"
ORIGINAL_TEXTS = ("title", "problem", "proposal")
TEXTS = (*ORIGINAL_TEXTS, *(f"{PARALLEL}{name}" for name in ORIGINAL_TEXTS))
"""What people write, in both languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the author has typed so far; a draft may be incomplete."""

    language: str
    title: str = ""
    problem: str = ""
    proposal: str = ""
    parallel_title: str = ""
    parallel_problem: str = ""
    parallel_proposal: str = ""
    topic: Topic | None = None
    sdgs: list[int] = field(default_factory=list)


def begin(*, kind: InitiativeKind, body: "Body", by: "User", draft: Draft, at: datetime) -> Initiative:
    """Create a draft and return it. Raises NotAllowed, InvalidInput for a body of another kind, TooMany drafts."""
    require_on(switches.DRAFTS)
    require(policies.may_write(by, None))
    if kind.body_kind and body.kind != kind.body_kind:
        raise InvalidInput(fields={"body": _("This kind of petition is addressed to bodies of another kind.")})
    if Initiative.objects.filter(author=by, state=State.DRAFT).count() >= DRAFTS_PER_PERSON:
        raise TooMany(_("You have many unfinished drafts. Finish or withdraw one of them first."), code="many_drafts")
    version = KindVersion.objects.in_force(local_date(at)).filter(kind=kind).first()
    if version is None or not kind.is_active:
        raise Unavailable(_("This kind of initiative cannot be written at the moment."), code="kind_not_in_force")
    draft = _cleaned(draft)
    return Initiative.objects.create(
        kind=kind,
        kind_version=version,
        author=by,
        body=body,
        territory=body.territory,
        language=draft.language,
        **{name: getattr(draft, name) for name in TEXTS},
        topic=draft.topic,
        sdgs=draft.sdgs,
        state_since=at,
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def save(*, initiative: Initiative, by: "User", draft: Draft, seen_revision: int, at: datetime) -> Initiative:
    """Keep what the author has typed and return the draft with its new revision.

    Raises Conflict when the draft was saved elsewhere since (another tab, another device): nothing is overwritten.
    """
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_edit(by, current))
    if current.revision != seen_revision:
        raise Conflict(
            _("This draft was saved in another window. Copy what you typed, then load the newer text."),
            code="stale_draft",
        )
    draft = _cleaned(draft)
    current.language, current.topic, current.sdgs = draft.language, draft.topic, draft.sdgs
    for name in TEXTS:
        setattr(current, name, getattr(draft, name))
    current.updated_at, current.revision = at, current.revision + 1
    current.save()
    return current


@transaction.atomic
def open_to_joiners(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Freeze the text, fix the threshold, and let the process begin; return the initiative as it now stands.

    From here on the hash of the text is what people sign. Raises InvalidInput naming each field that is not ready.
    """
    require_on(switches.OPENING)
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_open(by, current))
    problems = incomplete(current)
    if problems:
        raise InvalidInput(fields=problems)
    flood.refuse(current, by=by, at=at)
    threshold = threshold_for(current.kind_version, current.territory)
    opened = perform(
        workflow_of(current),
        "open",
        subject=current,
        by=by,
        at=at,
        expected_revision=seen_revision,
        data={"text_sha256": current.hash_text()},
        changes={
            "text_sha256": current.hash_text(),
            "threshold": threshold.votes,
            "threshold_basis": threshold.basis,
            "opened_at": at,
            "updated_at": at,
        },
    )
    wording.keep(opened)
    return opened


@transaction.atomic
def withdraw(*, initiative: Initiative, by: "User", at: datetime) -> Initiative:
    """Take the initiative back before its check; return it as it now stands."""
    current = _held(initiative)
    changes = {} if current.text_sha256 else {"text_sha256": current.hash_text()}
    wording.forget(current)
    return perform(workflow_of(current), "withdraw", subject=current, by=by, at=at, changes=changes)


@transaction.atomic
def join_instead(*, initiative: Initiative, twin: Initiative, by: "User", at: datetime) -> Initiative:
    """Withdraw a draft for one that says the same, and note for which; return the draft as it now stands.

    Raises Conflict when the text is frozen already, or when the other can neither be joined nor read any more.
    """
    current = _held(initiative)
    if current.state != State.DRAFT:
        raise Conflict(code="text_frozen")
    if twin.pk == current.pk or twin.state not in TO_JOIN:
        raise Conflict(_("That one can no longer be joined. Your draft is unchanged."), code="cannot_join")
    if not twin.takes_votes:  # nothing to sign there any more: the author hears what becomes of it
        discussing.follow(initiative=twin, by=by, at=at)
    return perform(
        workflow_of(current),
        "withdraw",
        subject=current,
        by=by,
        at=at,
        changes={"text_sha256": current.hash_text(), "left_for": twin},
        data={"left_for": twin.code},
    )


def _held(initiative: Initiative) -> Initiative:
    """Return it as it now stands, until the end of the transaction: it may have been saved or opened in another window."""
    return Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)


def incomplete(initiative: Initiative) -> "dict[str, Sentence]":
    """Return what is missing before people can sign the text: field name to sentence; empty when it is ready."""
    problems = _too_short(initiative.original, "")
    if initiative.topic_id is None:
        problems["topic"] = _("Choose a topic, so that people can find it.")
    if initiative.language not in ("kk", "ru"):
        problems["language"] = _("Write in Kazakh or in Russian.")
    elif not problems:
        problems |= _in_another_language(initiative.original, "")
    parallel = initiative.parallel
    if parallel is not None:
        problems |= _too_short(parallel, PARALLEL) or _in_another_language(parallel, PARALLEL)
    return problems


def _too_short(text: Wording, prefix: str) -> "dict[str, Sentence]":
    problems: dict[str, Sentence] = {}
    if len(text.title) < TITLE_MIN:
        problems[f"{prefix}title"] = _("Give a title that says what you ask for (at least 10 characters).")
    for name in ("problem", "proposal"):
        if len(getattr(text, name)) < TEXT_MIN:
            problems[f"{prefix}{name}"] = _("Write at least %(number)d characters here.") % {"number": TEXT_MIN}
    return problems


def _in_another_language(text: Wording, prefix: str) -> "dict[str, Sentence]":
    sentence = _("This does not read like the language you chose. Write in Kazakh or in Russian.")
    if prefix:
        sentence = (
            _("This does not read like Kazakh.") if text.language == "kk" else _("This does not read like Russian.")
        )
    return {
        f"{prefix}{name}": sentence
        for name in ("problem", "proposal")
        if not is_written_in(text.language, getattr(text, name))
    }


def _cleaned(draft: Draft) -> Draft:
    """Return the draft with clean texts; raise InvalidInput for those over their limits, rather than cut what someone wrote."""
    made: dict[str, Any] = {
        name: clean_line(getattr(draft, name), field=name)
        if name.endswith("title")
        else clean(getattr(draft, name), field=name)
        for name in TEXTS
    }
    draft = replace(draft, **made)
    fields: dict[str, Sentence] = {}
    for name in TEXTS:
        limit = TITLE_MAX if name.endswith("title") else TEXT_MAX
        if len(getattr(draft, name)) > limit:
            fields[name] = _("This is longer than %(number)d characters. Please shorten it.") % {"number": limit}
    if fields:
        raise InvalidInput(fields=fields)
    return draft
