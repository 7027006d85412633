"""What a new version would change: number by number, threshold by territory, term by term, and for whom nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count

from accounts.selectors import bodies
from initiatives.models import InitiativeKind, KindDraft, KindVersion, Norm
from initiatives.selectors.articles import cite
from initiatives.services.kinds import in_force, norm_of
from initiatives.services.thresholds import threshold_for
from initiatives.states import NormCode, Process, State, Unit
from portal.clock import ALMATY, local_date
from portal.errors import Unavailable

if TYPE_CHECKING:
    from accounts.models import Territory

TERRITORIES_SHOWN = 6
CLOSED = (
    State.REJECTED, State.WITHDRAWN, State.LAPSED, State.MERGED, State.ARCHIVED, State.DONE, State.BELOW_THRESHOLD,
    State.ANSWERED,
)  # fmt: skip
STEPS = (
    NormCode.JOINING_PERIOD, NormCode.CHECK_PERIOD, NormCode.MODERATION_PERIOD, NormCode.COLLECTION_PERIOD,
    NormCode.DISCUSSION_PERIOD, NormCode.SENDING_PERIOD, NormCode.REGISTRATION_PERIOD, NormCode.ANSWER_PERIOD,
    NormCode.PUBLICATION_PERIOD,
)  # fmt: skip
"""Terms in the order in which an initiative meets them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after; empty where there is none."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Preview:
    """What the administrator reads before publishing."""

    current: KindVersion | None
    numbers: list[Change]
    thresholds: list[Change]
    terms: list[Change]
    keep: list[tuple[int, int]]
    territories: "list[Territory]"
    chosen: frozenset[str]


def preview(draft: KindDraft, *, territories: Sequence[str] = (), at: datetime) -> Preview:
    """Return what changes; thresholds for the chosen territories, else for some small and large ones."""
    current, after = in_force(draft.kind, local_date(at)), drafted(draft)
    places = _places(draft.kind)
    chosen = [place for place in places if place.pk in territories] or _spread(places)
    return Preview(
        current=current,
        numbers=[
            Change(str(code.label), _number(current, code), _number(after, code))
            for code in NormCode
            if _number(current, code) or _number(after, code)
        ],
        thresholds=[Change(str(place), _threshold(current, place), _threshold(after, place)) for place in chosen],
        terms=_terms(current, after, draft.effective_from),
        keep=_keep(draft.kind),
        territories=places,
        chosen=frozenset(place.pk for place in chosen),
    )


def drafted(draft: KindDraft) -> KindVersion:
    """Return the version that the draft would become, in memory only."""
    version = KindVersion(pk=0, kind=draft.kind, number=0, effective_from=draft.effective_from, source=draft.source)
    norms: list[Norm] = [norm_of(code, fields, version) for code, fields in draft.norms.items()]
    version._prefetched_objects_cache = {"norms": norms}  # type: ignore[attr-defined]
    return version


def _number(version: KindVersion | None, code: NormCode) -> str:
    norm = version.norm(code) if version else None
    return f"{norm.number.normalize():f} {norm.get_unit_display()} ({cite(norm.article)})" if norm else ""


def _threshold(version: KindVersion | None, place: "Territory") -> str:
    if version is None:
        return ""
    try:
        votes = threshold_for(version, place).votes
    except Unavailable as refusal:
        return str(refusal.message)
    except AssertionError:  # a draft whose rule is not complete yet
        return ""
    return "" if votes is None else f"{votes}"


def _terms(current: KindVersion | None, after: KindVersion, first: date) -> list[Change]:
    """Follow an initiative opened on that day whose every step comes at the last moment."""
    before, then = _chain(current, first), _chain(after, first)
    return [
        Change(str(code.label), before.get(code, ""), then.get(code, ""))
        for code in STEPS
        if code in before or code in then
    ]


def _chain(version: KindVersion | None, first: date) -> dict[NormCode, str]:
    moment, ends = datetime.combine(first, time(10), tzinfo=ALMATY), {}
    for code in STEPS:
        norm = version.norm(code) if version else None
        if norm is None or norm.unit not in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS):
            continue
        moment = norm.term_after(moment).due_at
        ends[code] = f"{local_date(moment):%d.%m.%Y}"
    return ends


def _keep(kind: InitiativeKind) -> list[tuple[int, int]]:
    """Return how many initiatives under way, drafts included, keep each version they began with."""
    open_ones = kind.initiatives.exclude(state__in=CLOSED).order_by().values_list("kind_version__number")
    return sorted(open_ones.annotate(number=Count("pk")))


def _places(kind: InitiativeKind) -> "list[Territory]":
    if kind.process != Process.PETITION:
        return []
    found = {body.territory_id: body.territory for body in bodies() if kind.body_kind in ("", body.kind)}
    return sorted(found.values(), key=lambda place: (-(place.population or 0), place.pk))


def _spread(places: "list[Territory]") -> "list[Territory]":
    """The largest, the smallest, and some between."""
    if len(places) <= TERRITORIES_SHOWN:
        return places
    step = (len(places) - 1) / (TERRITORIES_SHOWN - 1)
    return [places[round(step * number)] for number in range(TERRITORIES_SHOWN)]
