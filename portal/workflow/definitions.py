"""The words a process is written in: frozen data that a lawyer could proofread."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.events.outbox import Event
from portal.permissions import Policy

if TYPE_CHECKING:
    from portal.errors import Sentence


@dataclasses.dataclass(frozen=True, kw_only=True)
class SubjectEvent(Event):
    """Something that happened to one subject of a process."""

    subject_id: str
    actor_id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Transition:
    """One step: from any of `sources` to `target`.

    `who` is the policy of the person who takes it; None means that only the portal itself does, when the rule is met.
    `at_deadline` marks the step that the clock takes when the state's deadline has passed.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    label: "Sentence"
    who: Policy | None = None
    emits: type[SubjectEvent] | None = None
    at_deadline: bool = False
    needs_reason: bool = False
    source_of_law: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Workflow:
    """A table of transitions and the deadline that each state sets on entry (None: no deadline)."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]
    deadline: Callable[[Any], datetime | None]

    def __post_init__(self) -> None:
        names = [transition.name for transition in self.transitions]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.name} names a transition twice")

    def transition(self, name: str) -> Transition:
        """Return the transition of that name; KeyError where the table has none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"{self.name} has no transition {name}")

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that start in that state, in the table's order."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    def at_deadline(self, state: str) -> Transition | None:
        """Return the step the clock takes from that state; None where a passed deadline only means lateness."""
        return next((transition for transition in self.leaving(state) if transition.at_deadline), None)

    @property
    def states(self) -> tuple[str, ...]:
        """All states, the initial one first, in the order of the table."""
        found = [self.initial]
        for transition in self.transitions:
            found += [*transition.sources, transition.target]
        return tuple(dict.fromkeys(found))


_registered: dict[str, Workflow] = {}


def register(workflow: Workflow) -> Workflow:
    """Make the workflow known to the documents and tests that speak of all of them; return it."""
    _registered[workflow.name] = workflow
    return workflow


def workflows() -> dict[str, Workflow]:
    """Return all registered workflows by name."""
    return dict(_registered)
