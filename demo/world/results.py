"""What followed the votes in the demo: drafts discussed, a commission with the applicant, promises moved and disputed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path as File
from typing import Any

import yaml

from accounts.models import User
from demo.world.people import Office
from initiatives.models import DraftDiscussion, Follow, Initiative, Remark
from initiatives.selectors.review import first_lawful_day
from initiatives.services import commissions, draft_discussing, promising, visiting
from portal.clock import ALMATY, local_date

CONTENT = File(__file__).resolve().parents[1] / "content" / "results.yaml"
LENGTH = timedelta(days=2, hours=8)
"""How long a draft is discussed in the demo."""

NO_REMARKS = {
    "kk": "Талқылауға келгендер жобаны тыңдап, сұрақтар қойды, жазбаша ескерту түскен жоқ. Жоба өзгеріссіз ұсынылды.",
    "ru": "Участники обсуждения заслушали проект и задали вопросы, письменных замечаний не поступило. Проект не изменился.",
}
HALL = {"kk": "{body}, мәжіліс залы", "ru": "{body}, зал заседаний"}


@cache
def read() -> Any:
    """Return what the file tells."""
    return yaml.safe_load(CONTENT.read_text("utf-8"))


def hold_discussion(
    story: dict[str, Any], initiative: Initiative, office: Office, voters: Sequence[User], at: datetime
) -> datetime:
    """Announce the discussion of the draft at that moment, hold and summarise it; return the moment of the summary."""
    told = read()["discussions"].get(story["key"], {"summary": "", "remarks": []})
    language = story["answer"]["language"]
    body = getattr(initiative.body, f"name_{language}") or initiative.body.name
    said = _announcement(
        initiative,
        at,
        {f"draft_{language}": story["answer"]["text"], "place": HALL[language].format(body=body)},
        LENGTH,
    )
    discussion = draft_discussing.announce(initiative=initiative, by=office.clerk, said=said, at=at)
    for number, remark in enumerate(told["remarks"], start=1):
        made = _remark(
            discussion,
            _speaker(voters, remark["by"], language),
            remark["text"],
            said.starts_at + number * timedelta(hours=3),
        )
        _decide(made, office, remark, said.ends_at)
    after = said.ends_at + timedelta(hours=2)
    draft_discussing.summarise(
        discussion=discussion,
        by=office.clerk,
        summary=told["summary"] or NO_REMARKS[language],
        language=language,
        at=after,
    )
    return after


def _announcement(
    initiative: Initiative, at: datetime, told: Mapping[str, Any], length: timedelta
) -> draft_discussing.Announcement:
    first = first_lawful_day(initiative, at)
    starts_at = datetime.combine(first, time(10), tzinfo=ALMATY)
    return draft_discussing.Announcement(
        text_kk=told.get("draft_kk", ""),
        text_ru=told.get("draft_ru", ""),
        place=told["place"],
        online_url=told.get("online", ""),
        starts_at=starts_at,
        ends_at=starts_at + length,
    )


def _speaker(voters: Sequence[User], wanted: int, language: str) -> User:
    """Return the voter nearest to the number who speaks the language."""
    return next(user for user in (*voters[wanted:], *voters) if user.language == language)


def _remark(discussion: DraftDiscussion, by: User, text: str, at: datetime) -> Remark:
    """Remarks are history, written as rows: the service asks the clock whether the discussion is open."""
    return Remark.objects.create(discussion=discussion, author=by, text=text, created_at=at)


def _decide(remark: Remark, office: Office, told: Mapping[str, Any], at: datetime) -> None:
    if told.get("verdict"):
        draft_discussing.decide(remark=remark, by=office.clerk, verdict=told["verdict"], reason=told["reason"], at=at)


def tell(found: Mapping[str, Initiative], offices: Mapping[str, Office], voters: Sequence[User], now: datetime) -> None:
    """Go on where the stories stop: a review in the middle, moved dates, people who say that it is not so."""
    told = read()
    petition = found[told["under_review"]["key"]]
    _review(told["under_review"], petition, offices[petition.body.slug], voters, now)
    for move in told["moves"]:
        initiative = found[move["key"]]
        milestones = list(initiative.milestones.order_by("due_date", "pk"))
        promising.move(
            milestone=milestones[move["milestone"]],
            by=offices[initiative.body.slug].clerk,
            to=local_date(now + timedelta(days=move["to_in_days"])),
            reason=move["reason"],
            at=now + timedelta(days=move["on_in_days"]),
        )
    for dispute in told["disputes"]:
        initiative = found[dispute["key"]]
        _dispute(dispute, initiative, offices[initiative.body.slug], now)


def _review(
    told: Mapping[str, Any], petition: Initiative, office: Office, voters: Sequence[User], now: datetime
) -> None:
    """The commission has met and was on the place; its draft is being discussed today."""

    def ago(days: int, hour: int = 11) -> datetime:
        return datetime.combine(local_date(now) - timedelta(days=days), time(hour), tzinfo=ALMATY)

    clerk = office.clerk
    members = [commissions.Member(**one) for one in told["members"]]
    chair = commissions.Member(**told["chair"])
    commission = commissions.form(initiative=petition, by=clerk, chair=chair, members=members, at=ago(19))
    commissions.answer_seat(commission=commission, by=petition.author, takes=True, at=ago(18))
    place = told["meeting"]["place"]
    meeting = commissions.call(commission=commission, by=clerk, held_at=ago(15), place=place, at=ago(18))
    minutes = told["meeting"]["minutes"]
    commissions.publish_minutes(meeting=meeting, by=clerk, minutes=minutes, upload=None, at=ago(14))
    commissions.call(commission=commission, by=clerk, held_at=ago(-4), place=place, at=ago(2))
    visit = visiting.announce(
        initiative=petition,
        by=clerk,
        planned_at=ago(13),
        place=told["visit"]["place"],
        participants=told["visit"]["participants"],
        at=ago(17),
    )
    visiting.report(visit=visit, by=clerk, done_at=ago(13), findings=told["visit"]["findings"], at=ago(12))
    said = _announcement(petition, ago(11), told, timedelta(days=14))
    discussion = draft_discussing.announce(initiative=petition, by=clerk, said=said, at=ago(11))
    for number, remark in enumerate(told["remarks"], start=1):
        at = min(said.starts_at + number * timedelta(hours=7), now)
        _decide(
            _remark(discussion, _speaker(voters, remark["by"], told["language"]), remark["text"], at),
            office,
            remark,
            now,
        )


def _dispute(told: Mapping[str, Any], initiative: Initiative, office: Office, now: datetime) -> None:
    milestone = list(initiative.milestones.order_by("due_date", "pk"))[told["milestone"]]
    followers = Follow.objects.filter(initiative=initiative, user__language=told["language"]).select_related("user")
    for number, (follow, line) in enumerate(zip(followers.order_by("pk"), told["lines"], strict=False)):
        at = now - timedelta(days=6, hours=number)
        said = promising.dispute(milestone=milestone, by=follow.user, text=line, at=at)
        if number == 0:
            answer = told["answer"]
            promising.answer_dispute(dispute=said, by=office.clerk, answer=answer, at=now - timedelta(days=3))
