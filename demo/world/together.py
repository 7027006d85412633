"""Texts written together: consolidated requests of the demo, told through the portal's services to where they stand."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from accounts.models import Body
from demo.world import ballots
from demo.world.decisions import sign_decision
from demo.world.paths import vote_times
from demo.world.people import VOTERS
from demo.world.stories import Teller
from initiatives.models import Initiative, InitiativeKind, Topic
from initiatives.services import answering, coauthoring, drafting, moderation, requesting
from initiatives.states import Outcome, State

CONTENT = Path(__file__).resolve().parents[1] / "content" / "requests.yaml"
REACHED = {State.COLLECTING: 0, State.SENT: 1, State.REGISTERED: 2, State.ANSWERED: 3}


def read_requests() -> list[dict[str, Any]]:
    """Return all requests in the order of the file."""
    told: list[dict[str, Any]] = yaml.safe_load(CONTENT.read_text("utf-8"))
    return told


def tell_requests(teller: Teller) -> None:
    """Tell each request from its draft to its present state."""
    for told in read_requests():
        _tell(teller, told, teller.now - timedelta(days=told["days_ago"]))


def _tell(teller: Teller, told: dict[str, Any], start: datetime) -> None:
    request = _publish(teller, told, start)
    sent_at = start + timedelta(days=16)
    end = sent_at if REACHED[told["state"]] else teller.now - timedelta(minutes=20)
    times = vote_times(told["joined"], start + timedelta(days=2, hours=1), end, "steady")
    joiners = [(request.pk * 53 + step * 11) % VOTERS for step in range(told["joined"])]
    ballots.store_plain(request, list(zip(joiners, times, strict=True)), teller.voters)
    if REACHED[told["state"]] >= 1:
        request = requesting.send(
            initiative=request, by=request.author, seen_revision=request.revision, at=sent_at + timedelta(hours=1)
        )
    if REACHED[told["state"]] >= 2:
        request = answering.register(
            initiative=request,
            by=teller.offices[told["body"]].clerk,
            number=told["number"],
            seen_revision=request.revision,
            at=sent_at + timedelta(hours=6),
        )
    if REACHED[told["state"]] >= 3:
        _answer(teller, told, request, sent_at + timedelta(days=13))


def _publish(teller: Teller, told: dict[str, Any], start: datetime) -> Initiative:
    author = teller.voters[told["author"]]
    parallel = {f"parallel_{name}": text for name, text in told.get("parallel", {}).items()}
    request = drafting.begin(
        kind=InitiativeKind.objects.get(slug="request"),
        body=Body.objects.get(slug=told["body"]),
        by=author,
        draft=drafting.Draft(language=told["language"]),
        at=start,
    )
    for number in told["coauthors"]:
        _row, secret = coauthoring.invite(initiative=request, by=author, at=start)
        coauthoring.accept(secret=secret, by=teller.voters[number], at=start + timedelta(hours=2))
    request = drafting.save(
        initiative=request,
        by=author,
        draft=drafting.Draft(
            language=told["language"],
            title=told["title"],
            problem=told["problem"],
            proposal=told["proposal"],
            topic=Topic.objects.get(slug=told["topic"]),
            sdgs=told["sdg"],
            **parallel,
        ),
        seen_revision=request.revision,
        at=start + timedelta(hours=3),
    )
    opened = start + timedelta(hours=4)
    request = drafting.open_to_joiners(initiative=request, by=author, seen_revision=request.revision, at=opened)
    return moderation.publish(
        initiative=request,
        by=teller.named["moderator"],
        seen_revision=request.revision,
        at=start + timedelta(days=2),
    )


def _answer(teller: Teller, told: dict[str, Any], request: Initiative, at: datetime) -> None:
    office, said = teller.offices[told["body"]], told["answer"]
    answer = answering.Answer(
        outcome=Outcome.ANSWERED, language=said["language"], text=said["text"], appeal_route=said["appeal"]
    )
    decision = answering.draft(initiative=request, by=office.clerk, answer=answer, seen_revision=0, at=at)
    decision = answering.submit(
        decision=decision, by=office.clerk, seen_revision=decision.revision, at=at + timedelta(hours=2)
    )
    sign_decision(decision, office, at + timedelta(hours=5))
