"""Votes on paper: a list that was entered, one that waits for a second moderator, and a line that its owner contests."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from accounts.models import User
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import paper_contesting, paper_entering, paper_lists
from initiatives.states import State
from portal.clock import local_date
from signatures.eds.demo_people import BY_SLUG, voter

SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" + (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""One empty sheet: the demo has nobody's handwriting."""

PEOPLE_FROM = 300_000
"""Numbers of people who have no account and sign on paper only."""

LINES = 28
CONTESTED_BY = "aigerim"
BROUGHT_BY = {
    "kk": "«Ауыл үні» қоғамдық бірлестігі, ауыл округтерінде жиналған 2 парақ",
    "ru": "Общественное объединение «Ночной город», 2 листа, собраны на остановках",
}


def bring_lists(*, named: Mapping[str, User], voters: list[User], at: datetime) -> None:
    """Bring a list to two petitions that collect votes and are far enough from their thresholds."""
    collecting = Initiative.objects.open_to_votes(at).filter(
        state=State.COLLECTING, kind__requires_eds=True, threshold__gt=0
    )
    fit = [one for one in collecting.order_by("pk") if exact_count(one) + 3 * LINES < (one.threshold or 0)]
    first, second = named["moderator"], named["moderator-2"]
    for place, initiative in enumerate(fit[:2]):
        by, other = (first, second) if place == 0 else (second, first)
        paper = paper_lists.bring(
            initiative=initiative,
            content="\n".join(_lines(initiative, place, voters, local_date(at))).encode(
                "cp1251" if place else "utf-8", "replace"
            ),
            scan=SCAN,
            sheets_from=BROUGHT_BY[initiative.language],
            by=by,
            at=at,
        )
        if place == 0:
            paper_lists.confirm(paper=paper, by=other, at=at)
            paper_entering.work_on(paper.pk, at=at)
    for line in paper_contesting.own_lines(named[CONTESTED_BY])[:1]:
        paper_contesting.contest(
            line=line,
            reason="Мен бұл параққа қол қойған жоқпын, ол күні басқа қалада болдым.",
            by=named[CONTESTED_BY],
            at=at,
        )


def _lines(initiative: Initiative, place: int, voters: list[User], today: date) -> Iterator[str]:
    """People who sign on paper, some of whom have voted by key, one who stands there twice, and two slips of the pen."""
    first_day = local_date(initiative.state_since)
    yield "ИИН;Фамилия;Имя;Дата подписи"
    people = [voter(PEOPLE_FROM + 1000 * place + number) for number in range(LINES)]
    by_key = set(VoteAct.objects.filter(initiative=initiative, sequence=1).values_list("voter_id", flat=True)[:40])
    people += [voter(number) for number, user in enumerate(voters) if user.pk in by_key][:4] + people[:1]
    if place == 0:
        people.append(BY_SLUG[CONTESTED_BY])
    for number, person in enumerate(people):
        signed_on = min(first_day + timedelta(days=number % 9), today)
        iin = person.iin if number != 5 else f"{person.iin[:10]}{person.iin[11]}{person.iin[10]}"
        written = signed_on if number != 11 else first_day - timedelta(days=40)
        yield f"{iin};{person.surname};{person.given_name};{written:%d.%m.%Y}"
