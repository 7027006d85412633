"""What people of the demo said to one another under a petition, in the time in which its discussion was open."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from demo.world.paths import vote_times
from initiatives.models import Comment, Follow, Initiative


def discuss(
    story: dict[str, Any], initiative: Initiative, voters: Sequence[User], begin: datetime, end: datetime
) -> None:
    """Write the comments as rows, for they are history, and let some of the voters follow."""
    told = story.get("comments") or []
    if not told:
        return
    times = vote_times(len(told), begin, end, "steady")
    for one, at in zip(told, times, strict=True):
        comment = _comment(initiative, one, voters, None, at)
        for place, reply in enumerate(one.get("replies") or [], start=1):
            _comment(initiative, reply, voters, comment, min(at + timedelta(hours=5 * place), end))
    Follow.objects.bulk_create(
        (Follow(initiative=initiative, user=voters[number], since=times[0]) for number in range(3, 40, 4)),
        ignore_conflicts=True,
    )


def _comment(
    initiative: Initiative, told: dict[str, Any], voters: Sequence[User], parent: Comment | None, at: datetime
) -> Comment:
    return Comment.objects.create(
        initiative=initiative,
        author=_speaker(initiative, told, voters),
        parent=parent,
        stance=told.get("stance", "neutral"),
        text=told["text"],
        created_at=at,
    )


def _speaker(initiative: Initiative, told: dict[str, Any], voters: Sequence[User]) -> User:
    """The voter nearest to the number who speaks the language and, where it shows, is of the sex."""
    if told["by"] == "initiator":
        return initiative.author
    wanted = int(told["by"])
    for step in range(len(voters)):
        user = voters[(wanted + step) % len(voters)]
        if user.language == told["language"] and told.get("sex") in (None, user.sex):
            return user
    return voters[wanted % len(voters)]
