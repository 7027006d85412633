"""Paper lists: judged line by line, entered by two, one person one vote whichever way they came, nothing of an IIN kept."""

import base64
import io
import logging
import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import translation
from openpyxl import Workbook

from accounts.models import Body, User
from accounts.services import privacy
from initiatives.models import Initiative, PaperContest, PaperLine, PaperList, PendingTally, Tally, VoteAct
from initiatives.selectors.counts import count_on_paper, exact_count
from initiatives.services import folding, paper_contesting, paper_entering, paper_lists, recounting, voters, voting
from initiatives.services.paper_parsing import parse
from initiatives.states import PaperVerdict, State, VoteSource
from portal import switches
from portal.audit.log import first_break, history
from portal.errors import Conflict, InvalidInput, NotAllowed, NotVisible
from portal.switches import turning
from signatures.eds.iin import Sex, make_iin
from signatures.services.tags import signer_tags
from tests.architecture.test_privacy import spellings, stored
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition, make_signature

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%scan of two sheets\n"


def iin(number: int, born: date = date(1985, 3, 12)) -> str:
    """The IIN of synthetic person number so-and-so."""
    found = [one for one in (make_iin(born, Sex.FEMALE, 3000 + place) for place in range(number + 200)) if one]
    return found[number]


PEOPLE = [iin(number) for number in range(60)]


@pytest.fixture(autouse=True)
def _now(time_machine: Any, at: datetime) -> None:
    time_machine.move_to(at + timedelta(days=3), tick=False)


@pytest.fixture
def now(at: datetime) -> datetime:
    return at + timedelta(days=3)


@pytest.fixture
def petition(ministry: Body, citizen: User, at: datetime) -> Initiative:
    return make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=at, threshold=5000)


@pytest.fixture
def lister(petition: Initiative, moderator: User, second_moderator: User, now: datetime) -> "Lister":
    return Lister(petition, moderator, second_moderator, now)


class Lister:
    """Madina brings lists, Yerlan enters them."""

    def __init__(self, petition: Initiative, first: User, second: User, now: datetime) -> None:
        self.petition, self.first, self.second, self.now = petition, first, second, now

    def bring(self, *lines: tuple[str, str] | str, content: bytes = b"") -> PaperList:
        """A list of these people; who stands alone signed the day after publication."""
        pairs = [(line, "2026-03-03") if isinstance(line, str) else line for line in lines]
        text = "\n".join(f"{number};Серікова;Айгүл;{signed}" for number, signed in pairs)
        return paper_lists.bring(
            initiative=self.petition,
            content=content or text.encode(),
            scan=PDF,
            sheets_from="",
            by=self.first,
            at=self.now,
        )

    def enter(self, paper: PaperList) -> PaperList:
        paper_lists.confirm(paper=paper, by=self.second, at=self.now)
        assert paper_entering.work_on(paper.pk, at=self.now)
        paper.refresh_from_db()
        return paper

    def recall(self, paper: PaperList) -> None:
        paper_lists.ask_recall(paper=paper, reason="Парақтар басқа петициядан.", by=self.first, at=self.now)
        paper_lists.recall(paper=paper, by=self.second, at=self.now)
        assert paper_entering.work_on(paper.pk, at=self.now)


def verdicts(paper: PaperList) -> list[str]:
    return list(paper.lines.order_by("number").values_list("verdict", flat=True))


def by_key(petition: Initiative, number: str) -> voters.Voter:
    """The person with that IIN as they come with their key."""
    tags = signer_tags(subject=petition.signing_subject, iin=number)
    return voters.Voter(
        tags=tuple(voters.tag_bytes(tag) for tag in tags),
        shown_name="Айгүл С.",
        birth_date=date(1985, 3, 12),
        source=VoteSource.EDS,
        signature=make_signature(petition, "%064x" % (int(number) * 7 + VoteAct.objects.count()), petition.state_since),
    )


def act(petition: Initiative, number: str, now: datetime, *, gives: bool = True) -> voting.VoteReceipt:
    return voting._act(petition, by_key(petition, number), gives=gives, territory=None, by=None, at=now)


def in_force(petition: Initiative) -> int:
    """The oracle: people whose latest act is a vote."""
    latest: dict[bytes, int] = {}
    for one in VoteAct.objects.filter(initiative=petition).order_by("sequence"):
        latest[bytes(one.signer_tag)] = one.sequence
    return sum(number % 2 for number in latest.values())


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_any_encoding_and_delimiter(self, encoding: str, delimiter: str) -> None:
        lines = [["ИИН", "Фамилия", "Имя", "Дата подписи"], [PEOPLE[0], "Ахметов", "Даурен", "05.03.2026"]]
        rows = parse("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
        assert [(row.number, row.iin, row.signed_on) for row in rows] == [(2, PEOPLE[0], date(2026, 3, 5))]

    def test_an_excel_sheet_with_columns_in_another_order_and_lost_zeros(self) -> None:
        book, born = Workbook(), iin(1, date(2005, 3, 12))
        assert born.startswith("0")
        sheet = book.active
        sheet.append(["Күні", "Тегі", "Аты", "ЖСН"])
        sheet.append([datetime(2026, 3, 5), "Серікова", "Айгүл", int(born)])
        sheet.append([None, None, None, None])
        sheet.append(["06.03.2026", "Серікова", "Айгүл", PEOPLE[2]])
        kept = io.BytesIO()
        book.save(kept)
        rows = parse(kept.getvalue())
        assert [(row.number, row.iin, row.signed_on) for row in rows] == [
            (2, born, date(2026, 3, 5)),
            (4, PEOPLE[2], date(2026, 3, 6)),
        ]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\n\n",
            b"PK\x03\x04 no sheet",
            b"\x00\x01\x02\x03" * 50,
            b"x" * (3 * 1024 * 1024 + 1),
            b"name;town\nAsan;Almaty\n",
        ],
        ids=["empty", "blank lines", "a bent zip", "bytes", "too large", "columns of something else"],
    )
    def test_what_is_no_list_is_refused(self, content: bytes) -> None:
        with pytest.raises(InvalidInput):
            parse(content)

    def test_too_many_lines_are_refused(self) -> None:
        with pytest.raises(InvalidInput):
            parse(("1;a;b;2026-03-03\n" * 10_001).encode())

    def test_a_row_never_shows_its_number(self) -> None:
        assert PEOPLE[0] not in repr(parse(f"{PEOPLE[0]};a;b;2026-03-03".encode()))


def test_each_line_is_judged_before_anything_is_counted(lister: Lister, petition: Initiative, now: datetime) -> None:
    act(petition, PEOPLE[1], now)
    wrong = PEOPLE[2][:-1] + str((int(PEOPLE[2][-1]) + 1) % 10)
    paper = lister.bring(
        PEOPLE[0],
        PEOPLE[1],
        wrong,
        (PEOPLE[3], "2026-03-01"),
        (PEOPLE[4], "2026-03-06"),
        iin(5, date(2010, 3, 12)),
        PEOPLE[0],
        (PEOPLE[6], "soon"),
        ("not a number", "2026-03-03"),
    )
    assert verdicts(paper) == [
        "good", "voted", "bad_iin", "bad_date", "bad_date", "too_young", "repeated", "unreadable", "unreadable",
    ]  # fmt: skip
    assert exact_count(petition) == 1


def test_two_moderators_make_the_votes_and_the_count_says_how_many_are_on_paper(
    lister: Lister, petition: Initiative, now: datetime
) -> None:
    act(petition, PEOPLE[40], now)
    paper = lister.bring(*PEOPLE[:30])
    for refused in (lister.first, petition.author):
        with pytest.raises(NotAllowed):
            paper_lists.confirm(paper=paper, by=refused, at=now)
    lister.enter(paper)
    assert (exact_count(petition), count_on_paper(petition), in_force(petition)) == (31, 30, 31)
    folding.fold_all(at=now)
    assert Tally.objects.get(initiative=petition).votes == 31
    assert recounting.compare().differences == ()
    recounting.rebuild([petition.pk])
    assert recounting.compare().differences == ()
    with translation.override("en"):
        html = Client().get(f"/en/petitions/{petition.code}/").content.decode()
    assert "Of these 30 votes were given on paper." in html
    told = Client().get(f"/api/v1/initiatives/{petition.code}/count/").json()
    assert (told["votes"], told["on_paper"]) == (31, 30)
    assert [one.action for one in history(paper)] == ["brought", "confirmed", "entered"]
    assert first_break(history(paper)) is None


def test_the_database_itself_wants_two_persons(lister: Lister, now: datetime) -> None:
    paper = lister.bring(PEOPLE[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperList.objects.filter(pk=paper.pk).update(confirmed_by=lister.first, confirmed_at=now)


def test_a_person_has_one_vote_whichever_way_comes_first(lister: Lister, petition: Initiative, now: datetime) -> None:
    paper = lister.bring(PEOPLE[0], PEOPLE[1], PEOPLE[2])
    act(petition, PEOPLE[1], now)  # between the preview and the entry
    lister.enter(paper)
    assert verdicts(paper) == ["counted", "voted", "counted"]
    with translation.override("en"), pytest.raises(Conflict) as refused, transaction.atomic():
        act(petition, PEOPLE[0], now)
    assert refused.value.code == "voted_on_paper"
    assert "paper list on March 5, 2026" in str(refused.value.message).replace("5 March 2026", "March 5, 2026")
    again = lister.bring(PEOPLE[0], PEOPLE[1], PEOPLE[5])
    assert verdicts(again) == ["voted", "voted", "good"]
    assert exact_count(petition) == in_force(petition) == 3


def test_the_same_list_is_not_taken_twice(lister: Lister) -> None:
    paper = lister.bring(PEOPLE[0])
    with pytest.raises(Conflict):
        lister.bring(PEOPLE[0])
    paper_lists.discard(paper=paper, by=lister.first, at=lister.now)
    assert not any(line.signer_tags or line.person_tags for line in paper.lines.all())
    assert verdicts(lister.bring(PEOPLE[0])) == ["good"]
    with pytest.raises(Conflict):
        paper_lists.confirm(paper=paper, by=lister.second, at=lister.now)


def test_paper_signed_before_an_electronic_withdrawal_does_not_revive_the_vote(
    lister: Lister, petition: Initiative, now: datetime
) -> None:
    for person in PEOPLE[:2]:
        act(petition, person, now - timedelta(days=2))
        act(petition, person, now - timedelta(days=1), gives=False)  # on 4 March
    paper = lister.bring((PEOPLE[0], "2026-03-04"), (PEOPLE[1], "2026-03-05"))
    assert verdicts(paper) == ["withdrawn", "good"]
    lister.enter(paper)
    assert (exact_count(petition), in_force(petition)) == (1, 1)


def test_a_vote_on_paper_is_withdrawn_by_key(lister: Lister, petition: Initiative, now: datetime) -> None:
    lister.enter(lister.bring(*PEOPLE[:3]))
    act(petition, PEOPLE[0], now + timedelta(hours=1), gives=False)
    assert (exact_count(petition), count_on_paper(petition), in_force(petition)) == (2, 2, 2)
    act(petition, PEOPLE[0], now + timedelta(hours=2))
    assert (exact_count(petition), count_on_paper(petition)) == (3, 2)
    folding.fold_all(at=now)
    assert recounting.compare().differences == ()


def test_a_killed_entry_goes_on_where_it_stopped_and_counts_nobody_twice(
    lister: Lister, petition: Initiative, now: datetime, monkeypatch: Any
) -> None:
    paper = lister.bring(*PEOPLE[:25])
    paper_lists.confirm(paper=paper, by=lister.second, at=now)
    whole, calls = paper_entering._count, []

    def dies(*args: Any) -> None:
        calls.append(1)
        whole(*args)
        if len(calls) == 2:
            raise KeyboardInterrupt  # after the rows are written, before the commit

    monkeypatch.setattr(paper_entering, "_count", dies)
    with pytest.raises(KeyboardInterrupt):
        paper_entering.work_on(paper.pk, at=now, limit=10)
    assert exact_count(petition) == 10
    monkeypatch.setattr(paper_entering, "_count", whole)
    assert paper_entering.work_on_all(at=now) == 1
    assert paper_entering.work_on_all(at=now) == 0
    assert exact_count(petition) == in_force(petition) == PendingTally.objects.count() == 25


def test_while_votes_are_switched_off_the_list_waits(
    lister: Lister, petition: Initiative, administrator: User, now: datetime
) -> None:
    paper = lister.bring(PEOPLE[0])
    paper_lists.confirm(paper=paper, by=lister.second, at=now)
    administrator.is_verified = lambda: True  # type: ignore[attr-defined]
    turning.turn_off(name="initiatives.votes", reasons={"kk": "а", "ru": "б"}, by=administrator, at=now)
    assert paper_entering.work_on_all(at=now) == 0
    assert exact_count(petition) == 0
    turning.turn_on(name="initiatives.votes", note="Over.", by=administrator, at=now)
    assert switches.is_on("initiatives.votes")
    assert paper_entering.work_on_all(at=now) == 1
    assert exact_count(petition) == 1


def test_the_fiftieth_joiner_on_paper_hands_the_petition_over_with_the_whole_list_counted(
    lister: Lister, petition: Initiative, ministry: Body, citizen: User, at: datetime, now: datetime
) -> None:
    joining = make_petition(body=ministry, author=citizen, state=State.JOINING, at=at)
    lister.petition = joining
    lister.enter(lister.bring(*PEOPLE[:55]))
    joining.refresh_from_db()
    assert (joining.state, exact_count(joining)) == (State.CHECK, 55)
    with pytest.raises(NotAllowed):
        lister.bring(PEOPLE[56])


def test_what_comes_after_the_term_is_not_counted(lister: Lister, petition: Initiative, now: datetime) -> None:
    paper = lister.bring(PEOPLE[0])
    paper_lists.confirm(paper=paper, by=lister.second, at=now)
    Initiative.objects.filter(pk=petition.pk).update(closes_at=now - timedelta(minutes=1))
    paper_entering.work_on_all(at=now)
    assert verdicts(paper) == ["closed"]
    assert exact_count(petition) == 0


def test_a_wrong_list_is_taken_back_by_two_and_the_right_one_may_come(
    lister: Lister, petition: Initiative, now: datetime
) -> None:
    paper = lister.enter(lister.bring(*PEOPLE[:20]))
    act(petition, PEOPLE[0], now, gives=False)
    act(petition, PEOPLE[0], now)  # by key now: no longer the list's
    paper_lists.ask_recall(paper=paper, reason="Басқа петицияның парақтары.", by=lister.first, at=now)
    with pytest.raises(NotAllowed):
        paper_lists.recall(paper=paper, by=lister.first, at=now)
    paper_lists.recall(paper=paper, by=lister.second, at=now)
    paper_entering.work_on(paper.pk, at=now, limit=7)
    assert (exact_count(petition), count_on_paper(petition), in_force(petition)) == (1, 0, 1)
    assert "Басқа петицияның парақтары." in Client().get(f"/kk/petitions/{petition.code}/").content.decode()
    lister.enter(lister.bring(*PEOPLE[:21], content=b""))
    assert (exact_count(petition), in_force(petition)) == (21, 21)
    folding.fold_all(at=now)
    assert recounting.compare().differences == ()


class TestOneself:
    """Dauren finds his number on a list."""

    @pytest.fixture
    def dauren(self) -> User:
        return make_citizen(PEOPLE[7], "Дәурен", "Ахметов")

    def test_sees_the_line_and_nobody_else_does(
        self, lister: Lister, dauren: User, other_citizen: User, client: Client
    ) -> None:
        lister.enter(lister.bring(*PEOPLE[5:10]))
        (line,) = paper_contesting.own_lines(dauren)
        assert line.number == 3
        assert paper_contesting.own_lines(other_citizen) == []
        client.force_login(dauren)
        assert f"/en/my/paper-votes/{line.pk}/" in client.get("/en/my/initiatives/").content.decode()
        client.force_login(other_citizen)
        assert client.get(f"/en/my/paper-votes/{line.pk}/").status_code == 404
        with pytest.raises(NotVisible):
            paper_contesting.contest(line=line, reason="", by=other_citizen, at=lister.now)

    def test_contests_and_the_vote_goes_at_once_for_good_but_by_key(
        self, lister: Lister, petition: Initiative, dauren: User, client: Client, now: datetime
    ) -> None:
        lister.enter(lister.bring(*PEOPLE[5:10]))
        (line,) = paper_contesting.own_lines(dauren)
        client.force_login(dauren)
        assert client.post(f"/en/my/paper-votes/{line.pk}/", {"reason": "Көрмедім"}).status_code == 302
        assert (exact_count(petition), in_force(petition)) == (4, 4)
        with pytest.raises(Conflict):
            paper_contesting.contest(line=line, reason="", by=dauren, at=now)
        assert exact_count(petition) == 4
        case = PaperContest.objects.get()
        client.force_login(lister.second)
        assert "Көрмедім" in client.get("/en/moderation/paper/").content.decode()
        answer = client.post(f"/en/moderation/paper/contests/{case.pk}/", {"finding": "Қол ұқсамайды."})
        assert answer.status_code == 302
        client.force_login(dauren)
        assert "Қол ұқсамайды." in client.get(f"/en/my/paper-votes/{line.pk}/").content.decode()
        assert verdicts(lister.bring((PEOPLE[7], "2026-03-05"))) == ["withdrawn"]
        act(petition, PEOPLE[7], now)
        assert exact_count(petition) == 5
        folding.fold_all(at=now)
        assert recounting.compare().differences == ()

    def test_takes_the_lines_along_and_is_forgotten(
        self, lister: Lister, petition: Initiative, dauren: User, now: datetime
    ) -> None:
        lister.enter(lister.bring(*PEOPLE[5:10]))
        from initiatives.services import forgetting

        assert [one["initiative"] for one in forgetting.export_paper(dauren)] == [petition.code]
        tag = dauren.identity_tag
        privacy.erase(user=dauren, by=dauren, at=now)
        assert exact_count(petition) == 5
        again = make_citizen(PEOPLE[7], "Дәурен", "Ахметов")
        assert again.identity_tag == tag
        assert paper_contesting.own_lines(again) == []


class TestPages:
    def upload(self, client: Client, petition: Initiative, content: bytes, scan: bytes = PDF) -> Any:
        return client.post(
            f"/en/moderation/{petition.code}/paper/",
            {
                "file": SimpleUploadedFile("list.csv", content),
                "scan": SimpleUploadedFile("scan.pdf", scan),
                "sheets_from": "Қоғамдық бірлестік, екі парақ",
            },
        )

    def test_a_list_goes_from_the_form_to_the_count(
        self, petition: Initiative, moderator: User, second_moderator: User, client: Client
    ) -> None:
        client.force_login(moderator)
        text = "\n".join(f"{number};А;Б;03.03.2026" for number in PEOPLE[:4])
        brought = self.upload(client, petition, text.encode("cp1251"))
        assert brought.status_code == 302
        page = brought["Location"]
        html = client.get(page).content.decode()
        assert "another moderator enters it" in html
        assert client.post(page, {"act": "confirm"}).status_code == 403
        client.force_login(second_moderator)
        assert client.get(page + "scan/").content == PDF
        assert client.post(page, {"act": "confirm"}).status_code == 302
        assert exact_count(petition) == 4
        assert client.post(page, {"act": "confirm"}).status_code == 409
        assert client.post(page, {"act": "ask_recall", "reason": ""}).status_code == 422
        assert client.post(page, {"act": "ask_recall", "reason": "Қате парақ"}).status_code == 302
        client.force_login(moderator)
        assert client.post(page, {"act": "recall"}).status_code == 302
        assert exact_count(petition) == 0

    def test_the_form_refuses_what_is_no_list_and_no_scan(
        self, petition: Initiative, moderator: User, client: Client
    ) -> None:
        client.force_login(moderator)
        assert self.upload(client, petition, b"\x00\x00").status_code == 422
        assert self.upload(client, petition, PEOPLE[0].encode(), b"no pdf").status_code == 422
        assert client.post(f"/en/moderation/{petition.code}/paper/").status_code == 422
        assert PaperList.objects.count() == 0

    def test_a_foreign_form_is_refused(self, petition: Initiative, moderator: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(moderator)
        assert self.upload(client, petition, PEOPLE[0].encode()).status_code == 419

    def test_nothing_of_the_numbers_is_kept_anywhere(
        self,
        petition: Initiative,
        moderator: User,
        second_moderator: User,
        client: Client,
        caplog: Any,
        capfd: Any,
        settings: Any,
        tmp_path: Path,
        monkeypatch: Any,
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        caplog.set_level(logging.DEBUG)
        opened: list[str] = []
        monkeypatch.setattr(
            "django.core.files.uploadedfile.TemporaryUploadedFile.__init__", lambda *args: opened.append("on disk")
        )
        wrong = PEOPLE[2][:-1] + str((int(PEOPLE[2][-1]) + 1) % 10)
        numbers = [PEOPLE[0], PEOPLE[1], wrong]
        text = "\n".join(f"{number};Құпиясөзова;Б;03.03.2026" for number in numbers)
        client.force_login(moderator)
        # The scan is larger than what Django keeps in memory by itself.
        page = self.upload(client, petition, text.encode(), PDF + PEOPLE[0].encode() * 300_000)["Location"]
        client.force_login(second_moderator)
        seen = [client.get(page).content.decode(), client.get("/en/moderation/paper/").content.decode()]
        client.post(page, {"act": "confirm"})
        seen.append(client.get(page).content.decode())
        output = capfd.readouterr()
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        places = {
            **stored(),
            "pages": "\n".join(seen),
            "log": caplog.text + output.out + output.err,
            "files": "\n".join(base64.b64encode(one).decode() + one.decode("latin-1") for one in files),
        }
        assert PaperLine.objects.filter(verdict=PaperVerdict.COUNTED).count() == 2
        assert files
        assert opened == []
        for number in numbers:
            for spelling in spellings(number):
                assert [name for name, held in places.items() if spelling in held] == []
        assert [name for name, held in places.items() if "Құпиясөзова" in held] == []


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """The same people by key and on two lists at the same moment."""

    def together(self, *acts: Any) -> None:
        barrier = threading.Barrier(len(acts))
        failures: list[BaseException] = []

        def run(one: Any) -> None:
            try:
                barrier.wait(10)
                one()
            except Conflict:
                pass
            except BaseException as error:
                failures.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(one,)) for one in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []

    def test_nobody_is_counted_twice_and_nobody_is_lost(
        self, lister: Lister, petition: Initiative, now: datetime
    ) -> None:
        forward, backward = lister.bring(*PEOPLE), lister.bring(*reversed(PEOPLE))
        for paper in (forward, backward):
            paper_lists.confirm(paper=paper, by=lister.second, at=now)
        keys = [by_key(petition, number) for number in PEOPLE[::3]]

        def vote() -> None:
            for voter in keys:
                mine = Initiative.objects.select_related("kind", "kind_version").get(pk=petition.pk)
                try:
                    voting._act(mine, voter, gives=True, territory=None, by=None, at=now)
                except Conflict:
                    continue

        def enter(paper: PaperList) -> Any:
            return lambda: paper_entering.work_on(paper.pk, at=now, limit=9)

        self.together(vote, enter(forward), enter(backward), enter(forward), lambda: folding.fold_all(at=now))
        assert exact_count(petition) == in_force(petition) == len(PEOPLE)
        counted = PaperLine.objects.filter(verdict=PaperVerdict.COUNTED).count()
        by_hand = VoteAct.objects.filter(source=VoteSource.EDS).count()
        assert counted + by_hand == len(PEOPLE)
        assert VoteAct.objects.filter(sequence__gt=1).count() == 0
        folding.fold_all(at=now)
        assert recounting.compare().differences == ()
        assert connection.vendor == "postgresql"
