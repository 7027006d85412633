"""What each choice of a filter would give, counted with the other filters as they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from accounts.selectors import bodies, regions_by_name
from initiatives.models import InitiativeKind, Topic
from initiatives.querysets import InitiativeQuerySet
from initiatives.states import ANSWERED_STATES, BOTH, WITH_THE_BODY, State

if TYPE_CHECKING:
    from initiatives.selectors.lists import ListFilter

STAGES: dict[str, tuple[Any, frozenset[str]]] = {
    "open": (_("Open for votes"), frozenset({State.COLLECTING, State.DISCUSSION})),
    "considered": (_("Before the body"), frozenset({State.THRESHOLD_REACHED, *WITH_THE_BODY})),
    "answered": (_("Answered"), ANSWERED_STATES),
    "closed": (_("Closed without an answer"), frozenset({State.BELOW_THRESHOLD, State.MERGED, State.ARCHIVED})),
    "rejected": (_("Rejected"), frozenset({State.REJECTED})),
}
"""How a reader divides the states."""

WRITTEN_IN = (("kk", "Қазақша"), ("ru", "Русский"))
LANGUAGES = tuple(code for code, _name in WRITTEN_IN)
SDGS = range(1, 18)
FACETS = ("stage", "kind", "topic", "language", "body", "region", "sdg")
STAGE_OF = {state: name for name, (_label, states) in STAGES.items() for state in states}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many results it would give (None: not counted now), and whether it is chosen."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


COLUMNS = ("state", "kind_id", "topic_id", "written_in", "body_id", "place", "goals")
"""What a row is told apart by; `place` stands for the first two digits of its territory's code."""

KINDS_OF_ROWS, PLACES, GOALS = COLUMNS[:4], COLUMNS[4:6], COLUMNS[6:]
"""Counted apart, so that each pass over the index makes some hundred groups and not one for nearly every row."""

Row = dict[str, Any]


def rows_of(found: InitiativeQuerySet, columns: Sequence[str]) -> list[Row]:
    """Return the rows by what they agree in, with their `number`: one pass over one index."""
    return list(found.order_by().annotate(place=Left("territory", 2)).values(*columns).annotate(number=Count("pk")))


class Names:
    """What the filters call the kinds, topics and bodies, read once for a page."""

    def __init__(self) -> None:
        self.kinds = list(InitiativeKind.objects.all())
        self.topics = list(Topic.objects.all())
        self.regions = regions_by_name()
        self.bodies = list(bodies().order_by("pk"))
        self._slugs = {
            "kind": {one.pk: one.slug for one in self.kinds},
            "topic": {one.pk: one.slug for one in self.topics},
            "body": {one.pk: one.slug for one in self.bodies},
        }

    def values(self, row: Row, facet: str) -> tuple[str, ...]:
        """Return the values of a facet that a row has."""
        if facet == "sdg":
            return tuple(str(goal) for goal in SDGS if row["goals"] >> goal & 1)
        if facet == "stage":
            return (STAGE_OF.get(row["state"], ""),)
        if facet == "region":
            return (row["place"],)
        if facet == "language":
            return LANGUAGES if row["written_in"] == BOTH else (row["written_in"],)
        return (self._slugs[facet].get(row[f"{facet}_id"], ""),)


def wanted(asked: "ListFilter") -> dict[str, str]:
    """Return the filters that were chosen, by the names and values of facets."""
    chosen = {name: str(getattr(asked, name) or "") for name in FACETS}
    if chosen["stage"] not in STAGES:
        chosen["stage"] = ""
    chosen["region"] = chosen["region"][:2]
    return {name: value for name, value in chosen.items() if value}


def count(
    rows: Iterable[Row], chosen: "dict[str, str]", facets: Sequence[str], names: Names
) -> dict[str, Counter[str]]:
    """Count for each facet what fits all that is chosen but its own."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
    for row in rows:
        missed = [name for name, value in chosen.items() if name in facets and value not in names.values(row, name)]
        if len(missed) > 1:
            continue
        for facet in missed or facets:
            for value in names.values(row, facet):
                counts[facet][value] += row.get("number", 1)
    return counts


def options(counts: dict[str, Counter[str]] | None, asked: "ListFilter", names: Names) -> dict[str, list[Option]]:
    """Return the facets as a page shows them; of bodies only those that have something. None: without numbers."""

    def facet(name: str, choices: Iterable[tuple[str, str]]) -> list[Option]:
        chosen, counted = str(getattr(asked, name) or ""), counts[name] if counts is not None else None
        return [
            Option(
                value,
                label,
                None if counted is None else counted[value[:2] if name == "region" else value],
                value == chosen,
            )
            for value, label in choices
        ]

    offices = facet("body", sorted(((one.slug, str(one)) for one in names.bodies), key=lambda pair: pair[1]))
    return {
        "stage": facet("stage", ((name, str(label)) for name, (label, _states) in STAGES.items())),
        "topic": facet("topic", ((one.slug, str(one)) for one in names.topics)),
        "kind": facet("kind", ((one.slug, str(one)) for one in names.kinds)),
        "region": facet("region", ((one.kato, str(one)) for one in names.regions)),
        "language": facet("language", WRITTEN_IN),
        "body": [one for one in offices if one.count or one.count is None or one.is_chosen],
        "sdg": facet("sdg", ((str(goal), str(goal)) for goal in SDGS)),
    }
