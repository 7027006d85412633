"""One petition or idea of `demo/content`, told through the portal's services from its first day to its present state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path as File
from typing import Any

import yaml
from cryptography.hazmat.primitives.serialization import Encoding

from accounts.models import Body, User
from demo.world.ballots import Ballot
from demo.world.paths import Path, lay_out, vote_times
from demo.world.people import VOTERS, Office
from initiatives.models import Comment, Decision, Follow, Initiative, InitiativeKind, Topic
from initiatives.services import answering, drafting, moderation
from initiatives.states import Outcome, State
from initiatives.workflow import PETITION, workflow_of
from portal.workflow import perform
from signatures.eds.signing import sign_detached
from signatures.services import acceptance, statements, trust
from signatures.states import Purpose

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
        self._discuss(story, initiative, path)
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
            return perform(PETITION, "fall_below", subject=initiative, by=None, at=min(initiative.closes_at, self.now))
        if path.reached("threshold"):
            initiative = self._to_the_body(initiative, path)
        return self._answer(story, initiative, path)

    def _reject(self, story: dict[str, Any], initiative: Initiative, path: Path) -> Initiative:
        return moderation.reject(
            initiative=initiative,
            by=self.named["moderator-2"],
            reason=story["rejection"]["reasons"],
            subject_code=story["rejection"].get("code"),
            seen_revision=initiative.revision,
            at=path.moment("publish"),
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
        decision = answering.submit(
            decision=decision, by=office.clerk, seen_revision=decision.revision, at=path.moment("submit_answer")
        )
        initiative = self._sign(decision, office, path.moment("decide"))
        if path.reached("publish_decision"):
            initiative = answering.publish(
                initiative=initiative,
                by=office.clerk,
                statement=story.get("statement") or "",
                seen_revision=initiative.revision,
                at=path.moment("publish_decision"),
            )
        return self._carry_out(story, initiative, office, path)

    def _sign(self, decision: Decision, office: Office, at: datetime) -> Initiative:
        """The head signs with a certificate of the body, over a statement of the portal, as on the page."""
        pki = trust.demo_pki()
        assert pki is not None
        issued = statements.issue(
            purpose=Purpose.SIGN_DOCUMENT,
            subject=decision.signing_subject,
            revision=decision.revision,
            text_sha256=decision.text_sha256,
            choice=decision.outcome,
            lines=[("Атауы", decision.initiative.title)],
            language=decision.language,
            at=at,
        )
        key = pki.voter_keys[0]
        certificate = pki.authority.issue(
            office.head_person,
            key.public_key(),
            not_before=pki.made_at - timedelta(days=900),
            not_after=pki.made_at + timedelta(days=900),
        )
        der = sign_detached(issued.text.encode(), key, certificate.public_bytes(Encoding.DER), at=at)
        accepted = acceptance.accept(
            token=issued.token, cms=der, purpose=Purpose.SIGN_DOCUMENT, subject=decision.signing_subject, at=at
        )
        return answering.sign(
            decision=decision, by=office.head, accepted=accepted, seen_revision=decision.revision, at=at
        )

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
        self._promise(story, initiative, office)
        if path.reached("finish"):
            initiative = answering.step(
                initiative=initiative,
                name="finish",
                by=office.clerk,
                reason=story["milestones"][-1]["evidence"] if story.get("milestones") else story["title"],
                seen_revision=initiative.revision,
                at=path.moment("finish"),
            )
        return initiative

    def _promise(self, story: dict[str, Any], initiative: Initiative, office: Office) -> None:
        for told in story.get("milestones") or []:
            due = (self.now + timedelta(days=told["due_in_days"])).date()
            milestone = answering.promise(
                initiative=initiative, by=office.clerk, title=told["title"], due_date=due, at=self.now
            )
            if told["status"] == "done":
                answering.fulfil(milestone=milestone, by=office.clerk, evidence=told["evidence"], on=due, at=self.now)

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
            self._promise(story, initiative, office)
        return initiative

    @property
    def _titles(self) -> dict[str, str]:
        return {story["key"]: story["title"] for story in read_all()}

    # --- discussion ---

    def _discuss(self, story: dict[str, Any], initiative: Initiative, path: Path) -> None:
        """Comments lie inside the time in which the discussion was open; they are history, so they are written as rows."""
        told = story.get("comments") or []
        if not told or not path.reached("publish"):
            return
        end = path.at.get("threshold") or self._closing(story, path)
        times = vote_times(len(told), path.moment("publish"), end, "steady")
        for one, at in zip(told, times, strict=True):
            comment = self._comment(initiative, one, None, at)
            for place, reply in enumerate(one.get("replies") or [], start=1):
                self._comment(initiative, reply, comment, min(at + timedelta(hours=5 * place), self.now))
        Follow.objects.bulk_create(
            (Follow(initiative=initiative, user=self.voters[number], since=times[0]) for number in range(3, 40, 4)),
            ignore_conflicts=True,
        )

    def _comment(self, initiative: Initiative, told: dict[str, Any], parent: Comment | None, at: datetime) -> Comment:
        return Comment.objects.create(
            initiative=initiative,
            author=self._speaker(initiative, told),
            parent=parent,
            stance=told.get("stance", "neutral"),
            text=told["text"],
            created_at=at,
        )

    def _speaker(self, initiative: Initiative, told: dict[str, Any]) -> User:
        """The voter nearest to the number who speaks the language and, where it shows, is of the sex."""
        if told["by"] == "initiator":
            return initiative.author
        wanted = int(told["by"])
        for step in range(VOTERS):
            user = self.voters[(wanted + step) % VOTERS]
            if user.language == told["language"] and told.get("sex") in (None, user.sex):
                return user
        return self.voters[wanted % VOTERS]


def _numbered(measures: list[str]) -> list[str]:
    return ["\n".join(f"{number}. {measure}" for number, measure in enumerate(measures, start=1))] if measures else []
