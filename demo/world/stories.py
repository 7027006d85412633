"""One petition or idea of `demo/content`, told through the portal's services from its first day to its present state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path as File
from typing import Any

import yaml

from accounts.models import Body, User
from demo.world.ballots import Ballot
from demo.world.decisions import sign_decision
from demo.world.discussion import discuss
from demo.world.paths import Path, lay_out, vote_times
from demo.world.people import VOTERS, Office
from demo.world.results import hold_discussion
from initiatives.models import Initiative, InitiativeKind, Topic
from initiatives.services import answering, drafting, moderation, promising, refusing
from initiatives.services.handing_over import fall_below
from initiatives.states import Outcome, State
from initiatives.workflow import PETITION, workflow_of
from portal.clock import local_date
from portal.workflow import perform

CONTENT = File(__file__).resolve().parents[1] / "content" / "petitions"
IDEA_ENDS = {State.TAKEN_UP: "take_up", State.ANSWERED: "answer", State.ARCHIVED: "archive"}


def read_all() -> list[dict[str, Any]]:
    """Return all stories in the order of their files."""
    return [yaml.safe_load(file.read_text("utf-8")) for file in sorted(CONTENT.glob("*.yaml"))]


@dataclass
class Teller:
    """Tells stories: knows the people, and collects the ballots to be sealed together."""

    named: Mapping[str, User]
    voters: list[User]
    offices: Mapping[str, Office]
    now: datetime

    def begin(self, story: dict[str, Any], number: int) -> tuple[Initiative, Path]:
        """Write the draft and, where the story goes on, hand it over; return it with the moments of its steps."""
        path = lay_out(self._petition_state(story), story["days_ago_created"], self.now)
        author = self._author(number)
        initiative = drafting.begin(
            kind=InitiativeKind.objects.get(slug=story["kind"]),
            body=Body.objects.get(slug=story["body"]),
            by=author,
            draft=drafting.Draft(
                language=story["language"],
                title=story["title"],
                problem=story["problem"],
                proposal=story["proposal"],
                topic=Topic.objects.get(slug=story["topic"]),
                sdgs=story.get("sdg", []),
            ),
            at=path.moment("begin"),
        )
        if path.reached("open"):
            initiative = drafting.open_to_joiners(
                initiative=initiative, by=author, seen_revision=initiative.revision, at=path.moment("open")
            )
        return initiative, path

    def _petition_state(self, story: dict[str, Any]) -> str:
        """An idea's life is laid out along the petition's steps that resemble it."""
        alike = {"moderation": "joining", "discussion": "collecting", "taken_up": "execution", "answered": "execution",
                 "merged": "collecting", "archived": "below_threshold"}  # fmt: skip
        return alike.get(story["state"], str(story["state"]))

    def _author(self, number: int) -> User:
        authors = [self.named[slug] for slug in ("aigerim", "marina", "saule", "yerlan", "olga", "gulnara")]
        return authors[number] if number < len(authors) else self.voters[VOTERS - number]

    # --- votes ---

    def ballots(self, story: dict[str, Any], initiative: Initiative, path: Path) -> list[Ballot]:
        """Return the EDS votes of a petition: joiners first, then those of the collection."""
        if not initiative.is_petition or not path.reached("open"):
            return []
        if path.reached("publish") and story["state"] != State.REJECTED:
            total = max(round((initiative.threshold or 0) * story["share_of_threshold"]), 50)
            end = path.at.get("threshold") or self._closing(story, path)
            early = vote_times(50, path.moment("open"), path.moment("submit"), "steady")
            times = early + vote_times(total - 50, path.moment("publish"), end, story.get("pace", "steady"))
        else:
            joiners = int(story.get("joiners") or 0)
            until = path.at.get("submit") or min(self.now, path.moment("open") + timedelta(days=25))
            times = vote_times(joiners, path.moment("open"), until, "steady") if joiners else []
        return [
            Ballot(number, initiative.pk, initiative.code, initiative.text_sha256, initiative.title,
                   str(initiative.body), initiative.language, at)
            for number, at in zip(self._electorate(initiative.pk, len(times)), times, strict=True)
        ]  # fmt: skip

    def plain_votes(self, story: dict[str, Any], initiative: Initiative, path: Path) -> list[tuple[int, datetime]]:
        """Return the votes of an idea as (number of the voter, moment)."""
        count = int(story.get("votes") or 0)
        if not count or not path.reached("publish"):
            return []
        end = path.at.get("threshold") or self._closing(story, path)
        times = vote_times(count, path.moment("publish"), end, story.get("pace", "steady"))
        return list(zip(self._electorate(initiative.pk, count), times, strict=True))

    def _closing(self, story: dict[str, Any], path: Path) -> datetime:
        ended = {State.BELOW_THRESHOLD: 182, State.ARCHIVED: 90, State.MERGED: 20}
        days = ended.get(story["state"])
        latest = self.now - timedelta(minutes=3)
        return min(latest, path.moment("publish") + timedelta(days=days)) if days else latest

    def _electorate(self, seed: int, count: int) -> list[int]:
        """Return `count` different voters, other ones for each initiative."""
        count = min(count, VOTERS)
        return [(seed * 389 + step * 787) % VOTERS for step in range(count)]

    # --- what followed ---

    def go_on(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        """Take the steps of moderators, clock and body up to the story's state."""
        tell = self._petition if initiative.is_petition else self._idea
        initiative = tell(story, initiative, path)
        if path.reached("publish"):
            end = path.at.get("threshold") or self._closing(story, path)
            discuss(story, initiative, self.voters, path.moment("publish"), end)
        return initiative

    def _petition(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        state, moderator = story["state"], self.named["moderator"]
        if state == State.WITHDRAWN:
            at = path.moment("open") + timedelta(days=4)
            return drafting.withdraw(initiative=initiative, by=initiative.author, at=at)
        if state == State.LAPSED:
            assert initiative.state_deadline_at is not None
            return perform(PETITION, "lapse", subject=initiative, by=None, at=initiative.state_deadline_at)
        if path.reached("submit"):
            initiative = perform(PETITION, "submit", subject=initiative, by=None, at=path.moment("submit"))
        if state == State.REJECTED:
            return self._reject(story, initiative, path)
        if path.reached("publish"):
            initiative = moderation.publish(
                initiative=initiative, by=moderator, seen_revision=initiative.revision, at=path.moment("publish")
            )
        if state == State.BELOW_THRESHOLD:
            assert initiative.closes_at is not None
            return fall_below(initiative=initiative, at=min(initiative.closes_at, self.now))
        if path.reached("threshold"):
            initiative = self._to_the_body(initiative, path)
        return self._answer(story, initiative, path)

    def _reject(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        at = path.moment("publish")
        refusing.propose(
            initiative=initiative,
            by=self.named["moderator-2"],
            reason=story["rejection"]["reasons"],
            subject_code=story["rejection"].get("code"),
            seen_revision=initiative.revision,
            at=at - timedelta(hours=3),
        )
        return refusing.confirm(
            initiative=initiative, by=self.named["moderator"], seen_revision=initiative.revision + 1, at=at
        )

    def _to_the_body(self, initiative: Initiative, path: Path) -> Initiative:
        at = path.moment("threshold")
        initiative = perform(
            PETITION, "reach_threshold", subject=initiative, by=None, at=at, changes={"threshold_reached_at": at}
        )
        if path.reached("send"):
            initiative = moderation.send_to_body(
                initiative=initiative,
                by=self.named["moderator"],
                seen_revision=initiative.revision,
                at=path.moment("send"),
            )
        if path.reached("register"):
            initiative = answering.register(
                initiative=initiative,
                by=self.offices[initiative.body.slug].clerk,
                number=f"ПТ-{path.moment('register'):%Y}/{1000 + initiative.pk}",
                seen_revision=initiative.revision,
                at=path.moment("register"),
            )
        return initiative

    def _answer(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        if not path.reached("draft") or not story.get("answer"):
            return initiative
        office, told = self.offices[initiative.body.slug], story["answer"]
        decision = answering.draft(
            initiative=initiative,
            by=office.clerk,
            answer=answering.Answer(
                outcome=Outcome(told["outcome"]),
                language=told["language"],
                text="\n\n".join([told["text"], *_numbered(told.get("measures", []))]),
                appeal_route=told["appeal"],
            ),
            seen_revision=0,
            at=path.moment("draft"),
        )
        if not path.reached("decide"):
            return initiative
        discussed = hold_discussion(story, initiative, office, self.voters, path.moment("draft"))
        laid = max(path.moment("submit_answer"), discussed)
        decision = answering.submit(decision=decision, by=office.clerk, seen_revision=decision.revision, at=laid)
        initiative = sign_decision(decision, office, max(path.moment("decide"), laid))
        if path.reached("publish_decision"):
            initiative = answering.publish(
                initiative=initiative,
                by=office.clerk,
                statement=story.get("statement") or "",
                seen_revision=initiative.revision,
                at=path.moment("publish_decision"),
            )
        return self._carry_out(story, initiative, office, path)

    def _carry_out(self, story: dict[str, Any], initiative: Initiative, office: Office, path: Path) -> Initiative:
        if path.reached("carry_out"):
            initiative = answering.step(
                initiative=initiative,
                name="carry_out",
                by=office.clerk,
                reason="",
                seen_revision=initiative.revision,
                at=path.moment("carry_out"),
            )
        if path.reached("publish_decision"):
            self._promise(story, initiative, office, path.moment("publish_decision"))
        if path.reached("finish"):
            initiative = answering.finish(
                initiative=initiative,
                by=office.clerk,
                open_reason="",
                reason=story["milestones"][-1]["evidence"] if story.get("milestones") else story["title"],
                seen_revision=initiative.revision,
                at=path.moment("finish"),
            )
        return initiative

    def _promise(self, story: dict[str, Any], initiative: Initiative, office: Office, at: datetime) -> None:
        for told in story.get("milestones") or []:
            due = self.now + timedelta(days=told["due_in_days"])
            milestone = promising.promise(
                initiative=initiative, by=office.clerk, title=told["title"], due_date=local_date(due), at=min(at, due)
            )
            if told["status"] == "done":
                promising.fulfil(
                    milestone=milestone, by=office.clerk, evidence=told["evidence"], on=local_date(due), at=due
                )

    def _idea(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        state = story["state"]
        if state == State.REJECTED:
            return self._reject(story, initiative, path)
        if path.reached("publish"):
            initiative = moderation.publish(
                initiative=initiative,
                by=self.named["moderator"],
                seen_revision=initiative.revision,
                at=path.moment("publish"),
            )
        if state == State.MERGED:
            into = Initiative.objects.get(state=State.DISCUSSION, title=self._titles[story["merged_into"]])
            at = path.moment("publish") + timedelta(days=20)
            reason = "Екі ұсыныс бір мәселе туралы: талқылау бір жерде жалғасады."
            return moderation.merge(
                initiative=initiative, into=into, by=self.named["moderator"], reason=reason, at=min(at, self.now)
            )
        if state == State.ARCHIVED:
            assert initiative.closes_at is not None
            at = min(initiative.closes_at, self.now)
            return perform(workflow_of(initiative), "archive", subject=initiative, by=None, at=at)
        if state in IDEA_ENDS:
            office = self.offices[initiative.body.slug]
            initiative = answering.step(
                initiative=initiative,
                name=IDEA_ENDS[state],
                by=office.clerk,
                reason=story["answer"]["text"],
                seen_revision=initiative.revision,
                at=path.moment("carry_out"),
            )
            self._promise(story, initiative, office, path.moment("carry_out"))
        return initiative

    @property
    def _titles(self) -> dict[str, str]:
        return {story["key"]: story["title"] for story in read_all()}


def _numbered(measures: list[str]) -> list[str]:
    return ["\n".join(f"{number}. {measure}" for number, measure in enumerate(measures, start=1))] if measures else []
