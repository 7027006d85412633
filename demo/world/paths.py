"""When each step of a story happened: laid out between its first day and the day of loading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from initiatives.states import State

PETITION_STEPS: tuple[tuple[str, float], ...] = (
    ("begin", 0),
    ("open", 1),
    ("submit", 9),
    ("publish", 12),
    ("threshold", 130),
    ("send", 2),
    ("register", 0.3),
    ("draft", 7),
    ("submit_answer", 12),  # in between the draft is discussed in public, with its notice
    ("decide", 2),
    ("publish_decision", 0.7),
    ("carry_out", 6),
    ("finish", 70),
)
"""Steps of a petition with the days since the one before: inside every term of the law."""

LAST_STEP: dict[str, str] = {
    State.DRAFT: "begin",
    State.JOINING: "open",
    State.LAPSED: "open",
    State.WITHDRAWN: "open",
    State.CHECK: "submit",
    State.REJECTED: "publish",
    State.COLLECTING: "publish",
    State.BELOW_THRESHOLD: "publish",
    State.THRESHOLD_REACHED: "threshold",
    State.SENT: "send",
    State.REGISTERED: "draft",
    State.DECIDED: "decide",
    State.PUBLISHED: "publish_decision",
    State.EXECUTION: "carry_out",
    State.DONE: "finish",
}


@dataclass(frozen=True, slots=True)
class Path:
    """The moments of the steps that were taken."""

    at: dict[str, datetime]

    def moment(self, step: str) -> datetime:
        """Return when the step was taken; KeyError when the story did not come so far."""
        return self.at[step]

    def reached(self, step: str) -> bool:
        """Whether the story came to that step."""
        return step in self.at


def lay_out(state: str, days_ago: int, now: datetime) -> Path:
    """Return the moments of a petition's steps up to its state.

    A story that would run into the future is pressed together; one that waits for a person ends a day or two ago.
    """
    last = LAST_STEP[state]
    steps = _until(PETITION_STEPS, last)
    start = now - timedelta(days=max(days_ago, 0.2))
    natural = sum(days for _step, days in steps)
    room = max(days_ago - 1.5, 0.1)
    factor = min(1.0, room / natural) if natural else 1.0
    moment, moments = start, {}
    for step, days in steps:
        moment += timedelta(days=days * factor)
        moments[step] = moment
    if last in {"threshold", "send", "decide"}:
        # Someone is due to act: the step was yesterday, so that the clock is seen running and not long overdue.
        moments[last] = max(moments[last], now - timedelta(hours=20))
    return Path(moments)


def _until(steps: Sequence[tuple[str, float]], last: str) -> list[tuple[str, float]]:
    names = [step for step, _days in steps]
    return list(steps[: names.index(last) + 1])


SURGE = timedelta(hours=5)


def vote_times(count: int, start: datetime, end: datetime, pace: str) -> list[datetime]:
    """Return `count` moments between start and end, as many as come early or late by the pace.

    A "surge" is steady until one vote in eight comes in the last five hours: what `rising` is to find.
    """
    if pace == "surge" and end - start > SURGE:
        lately = count // 8
        return [
            *vote_times(count - lately, start, end - SURGE, "steady"),
            *vote_times(lately, end - SURGE, end, "steady"),
        ]
    powers = {"steady": 1.0, "rising": 0.55, "burst": 2.6, "slow": 1.15}
    power, length = powers.get(pace, 1.0), end - start
    return [start + length * ((number + 0.5) / count) ** power for number in range(count)]
