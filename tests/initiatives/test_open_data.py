"""The open data: whole or not there, the same on every disk, enough to recompute every order, and nothing about a person."""

import csv
import hashlib
import json
import math
import os
import subprocess
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import Body, Territory, User
from initiatives.models import AgeTally, Initiative, InitiativeKind, Milestone, Tally, VoteAct
from initiatives.selectors import editions
from initiatives.selectors.datasets import DATASETS
from initiatives.selectors.lists import ListFilter, filtered
from initiatives.services import folding, opening, recounting, rising, voting
from initiatives.states import Order, State, VoteSource
from tests.actors import AT
from tests.factories.initiatives import make_decision, make_idea, make_milestone, make_petition
from tests.initiatives.voters import district, make_initiative, make_voter, region

NOW = datetime(2026, 3, 16, 5, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Each test has a folder of its own."""
    settings.OPEN_DATA_ROOT = tmp_path / "open-data"
    return tmp_path / "open-data"


def read(edition: editions.Edition, name: str) -> list[dict[str, str]]:
    """Read a file of the edition as anyone would."""
    with (editions.root() / edition.name / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def export(at: datetime = NOW) -> editions.Edition:
    found = opening.export(at=at)
    assert found is not None
    return found


@pytest.mark.django_db
class TestFiles:
    """What lies on the disk."""

    def test_every_file_is_there_with_its_size_rows_and_checksum(self, folder: Path) -> None:
        make_initiative()
        edition = export()
        lying = {path.name for path in (folder / edition.name).iterdir()}
        assert lying == {one.name for one in edition.files} | {editions.MANIFEST}
        assert {one.file_name for one in DATASETS} < lying
        for one in edition.files:
            content = (folder / edition.name / one.name).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one.bytes, one.sha256), one.name
            if one.name.endswith(".csv"):
                assert one.rows == len(read(edition, one.name))

    def test_the_common_tool_finds_the_checksums_right(self, folder: Path) -> None:
        edition = export()
        command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
        done = subprocess.run(command, cwd=folder / edition.name, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(": OK") == len(DATASETS) + 2
        (folder / edition.name / "initiatives.csv").write_text("forged")
        assert subprocess.run(command, cwd=folder / edition.name, capture_output=True, check=False).returncode == 1

    def test_each_value_is_of_the_type_that_the_description_says(
        self, folder: Path, ministry: Body, citizen: User, clerk: User
    ) -> None:
        fill(ministry, citizen, clerk)
        edition = export()
        package = json.loads((folder / edition.name / "datapackage.json").read_text("utf-8"))
        checks: dict[str, Any] = {
            "string": str,
            "integer": int,
            "number": float,
            "boolean": {"true": True, "false": False}.__getitem__,
            "date": lambda text: datetime.strptime(text, "%Y-%m-%d"),
            "datetime": lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z"),
        }
        for resource in package["resources"]:
            if resource["format"] != "csv":
                continue
            rows, fields = read(edition, resource["path"]), resource["schema"]["fields"]
            assert rows, resource["path"]
            assert list(rows[0]) == [field["name"] for field in fields]
            for row in rows:
                for field in fields:
                    if row[field["name"]]:
                        checks[field["type"]](row[field["name"]].replace(".000000", ""))
            key = resource["schema"].get("primaryKey", [])
            keys = [tuple(row[name] for name in key) for row in rows]
            assert not key or len(set(keys)) == len(keys), resource["path"]

    def test_the_catalogue_names_every_file_with_its_checksum(self, folder: Path) -> None:
        edition = export()
        catalogue = json.loads((folder / edition.name / "catalog.jsonld").read_text("utf-8"))
        assert catalogue["@type"] == "dcat:Catalog"
        dataset = catalogue["dcat:dataset"]
        said = {
            one["dcat:downloadURL"]["@id"].rpartition("/")[2]: one["spdx:checksum"]["spdx:checksumValue"]["@value"]
            for one in dataset["dcat:distribution"]
        }
        assert said == {one.name: one.sha256 for one in edition.files if one.rows is not None}
        for thing in (catalogue, dataset):
            for name in ("dct:title", "dct:description"):
                assert [text["@language"] for text in thing[name]] == ["kk", "ru", "en"]
                assert all(text["@value"] for text in thing[name])

    def test_a_title_that_is_a_formula_is_disarmed_in_csv_and_as_it_is_in_json(self, folder: Path) -> None:
        make_initiative(title='=HYPERLINK("http://example.org","x"),\n"y"')
        edition = export()
        assert read(edition, "initiatives.csv")[0]["title"].startswith("'=HYPERLINK(")
        line = (folder / edition.name / "initiatives.jsonl").read_text("utf-8")
        assert json.loads(line)["title"].startswith("=HYPERLINK(")

    def test_only_what_is_listed_is_there(self, ministry: Body, citizen: User) -> None:
        shown = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)
        for hidden in (State.DRAFT, State.JOINING, State.CHECK, State.WITHDRAWN):
            make_petition(body=ministry, author=citizen, state=hidden, at=AT, title=f"hidden {hidden}")
        edition = export()
        assert [row["initiative"] for row in read(edition, "initiatives.csv")] == [shown.code]
        for one in edition.files:
            assert "hidden" not in edition.path(one).read_text("utf-8").replace("is_hidden", "").replace(
                "number is hidden", ""
            ).replace('"Hidden,', ""), one.name

    def test_nobodys_name_is_there(self, ministry: Body, citizen: User, clerk: User) -> None:
        fill(ministry, citizen, clerk)
        edition = export()
        for one in edition.files:
            text = edition.path(one).read_text("utf-8")
            assert not any(name in text for name in ("Voter1", "Серікова", "Жұмабаева")), one.name

    def test_many_rows_are_read_page_by_page(
        self, monkeypatch: pytest.MonkeyPatch, ministry: Body, citizen: User, clerk: User
    ) -> None:
        fill(ministry, citizen, clerk)
        whole = {one.name: one.sha256 for one in export().files if one.name.endswith(".csv")}
        monkeypatch.setattr("initiatives.selectors.dataset_rows.in_pages.__defaults__", (1,))
        monkeypatch.setattr("initiatives.selectors.dataset_rows.PAGE", 1)
        monkeypatch.setattr("initiatives.selectors.dataset_rows.HOURS_AT_A_TIME", 1)
        again = export(NOW + timedelta(seconds=1))
        assert {one.name: one.sha256 for one in again.files if one.name in set(whole) - {"initiatives.csv"}} == {
            name: sha256 for name, sha256 in whole.items() if name != "initiatives.csv"
        }
        assert len(read(again, "initiatives.csv")) == Initiative.objects.listed().count()


def fill(body: Body, author: User, clerk: User) -> Initiative:
    """Something for every file."""
    made = make_petition(body=body, author=author, state=State.EXECUTION, at=AT)
    make_decision(made, by=clerk, at=AT, signed_by=clerk, published_at=AT, statement="x", statement_at=AT)
    make_milestone(made, at=AT)
    make_milestone(made, at=AT, days=5, done_date=AT.date(), evidence="-1 is not a formula")
    make_petition(body=body, author=author, state=State.REJECTED, at=AT, rejection_subject=5)
    idea = make_initiative()
    for number in range(1, 9):
        voting.cast_signed_in(initiative=idea, by=make_voter(number, territory=district()), at=AT)
    voting.withdraw_signed_in(initiative=idea, by=User.objects.get(given_name="Voter3"), at=AT + timedelta(hours=2))
    folding.fold_all(at=AT + timedelta(hours=3))
    rising.refresh_rising(at=NOW)
    return idea


@pytest.mark.django_db
class TestCounts:
    """What the numbers say."""

    def test_hours_tell_given_withdrawn_and_in_force(self, ministry: Body, citizen: User, clerk: User) -> None:
        idea = fill(ministry, citizen, clerk)
        rows = [row for row in read(export(), "votes-hourly.csv") if row["initiative"] == idea.code]
        told = [(row["hour"], row["source"], row["votes"], row["withdrawals"], row["in_force"]) for row in rows]
        assert told == [
            ("2026-03-02T05:00:00Z", "session", "8", "0", "7"),
            ("2026-03-02T07:00:00Z", "session", "0", "1", "0"),
        ]

    def test_votes_on_paper_are_told_apart_and_leave_when_they_are_withdrawn(self) -> None:
        paper, other = make_initiative(), make_initiative()
        for number in range(3):
            VoteAct.objects.create(
                initiative=paper, signer_tag=bytes([number]) * 32, sequence=1, source=VoteSource.PAPER, at=AT
            )
        VoteAct.objects.create(
            initiative=paper, signer_tag=bytes([1]) * 32, sequence=2, source=VoteSource.SESSION, at=AT
        )
        voting.cast_signed_in(initiative=other, by=make_voter(1, territory=district()), at=AT)
        told = {row["initiative"]: row["votes_on_paper"] for row in read(export(), "initiatives.csv")}
        assert told == {paper.code: "2", other.code: "0"}

    def test_votes_that_are_not_folded_yet_are_in_the_total_and_in_the_hours(self) -> None:
        idea = make_initiative()
        voting.cast_signed_in(initiative=idea, by=make_voter(1, territory=district()), at=AT)
        edition = export()
        assert read(edition, "initiatives.csv")[0]["votes"] == "1"
        assert sum(int(row["in_force"]) for row in read(edition, "votes-hourly.csv")) == 1

    def test_small_ages_are_hidden_and_do_not_follow_from_the_total(self) -> None:
        idea = make_initiative()
        for band, votes in ((18, 3), (25, 80), (35, 9), (45, 40)):
            AgeTally.objects.create(initiative=idea, age_band=band, votes=votes)
        few = make_initiative()
        AgeTally.objects.create(initiative=few, age_band=18, votes=2)
        rows = read(export(), "votes-by-age.csv")
        said = [(row["age_from"], row["votes"], row["is_hidden"]) for row in rows]
        assert said == [
            ("18", "", "true"), ("25", "80", "false"), ("35", "", "true"), ("45", "40", "false"), ("18", "", "true"),
        ]  # fmt: skip

    def test_the_rejected_carry_subject_and_reason(self, ministry: Body, citizen: User) -> None:
        make_petition(body=ministry, author=citizen, state=State.REJECTED, at=AT, rejection_subject=5)
        row = read(export(), "rejected.csv")[0]
        assert (row["subject"], row["reason"]) == ("5", "Мәтінде нақты ұсыныс көрсетілмеген.")
        assert row["subject_en"].startswith("Operative-search")

    def test_a_late_decision_is_told(self, ministry: Body, citizen: User, clerk: User) -> None:
        for days in (10, 90):
            made = make_petition(body=ministry, author=citizen, state=State.PUBLISHED, at=AT, registered_at=AT)
            signed = AT + timedelta(days=days)
            make_decision(made, by=clerk, at=signed, signed_by=clerk, published_at=signed)
        assert [row["in_time"] for row in read(export(), "decisions.csv")] == ["true", "false"]


class TestRecomputed:
    """Whoever has the files alone comes to the same orders, by the formulas of the page about ranking."""

    AT = NOW

    def world(self, ministry: Body, akimat: Body, citizen: User) -> None:
        """Petitions of two kinds and ideas, in places large and small, with votes now and before."""
        Territory.objects.filter(kato=region().kato).update(population=900_000, population_year=2026)
        Territory.objects.filter(kato=district().kato).update(population=20_000, population_year=2026)
        InitiativeKind.objects.update(requires_eds=False)
        made = [
            make_petition(
                body=body,
                author=citizen,
                state=State.COLLECTING,
                at=self.AT - timedelta(days=20 - place),
                threshold=size,
            )
            for place, (body, size) in enumerate(((ministry, 50), (akimat, 7), (akimat, 30), (ministry, 11)))
        ]
        made += [make_initiative(published_at=self.AT - timedelta(days=number)) for number in (9, 4, 2)]
        Initiative.objects.filter(pk=made[-1].pk).update(territory=district())
        make_petition(body=akimat, author=citizen, state=State.PUBLISHED, at=self.AT - timedelta(days=3), votes=0)
        make_idea(body=akimat, author=citizen, state=State.ANSWERED, at=self.AT - timedelta(days=1))
        number = 0
        for place, one in enumerate(made):
            for hours_ago in (1, 2, 3, 20 + place, 30 * (place + 1) % 300 + 7):
                for _vote in range((place * 7 + hours_ago) % 9 + (6 if hours_ago < 4 and place % 2 else 0)):
                    number += 1
                    at = self.AT - timedelta(hours=hours_ago, minutes=number % 50)
                    voter = make_voter(number, territory=district())
                    voting.cast_signed_in(initiative=one, by=voter, at=at)
                    if number % 11 == 0:
                        voting.withdraw_signed_in(initiative=one, by=voter, at=at + timedelta(minutes=5))

    @pytest.mark.django_db
    def test_every_order_follows_from_the_files_alone(self, ministry: Body, akimat: Body, citizen: User) -> None:
        self.world(ministry, akimat, citizen)
        folding.fold_all(at=self.AT)
        rising.refresh_rising(at=self.AT)
        edition = export(self.AT)
        numbers = Recomputed(edition, self.AT)
        assert len({round(row["rising"], 6) for row in numbers.rows}) > 3
        for order in Order.values:
            shown = filtered(ListFilter(order=order), at=self.AT).ranked(order)
            assert numbers.order(order) == [one.code for one in shown], order
        for row, one in zip(
            numbers.rows, Initiative.objects.listed().order_by("pk").select_related("tally"), strict=True
        ):
            assert row["votes"] == one.tally.votes
            assert row["rising"] == pytest.approx(one.tally.rising)
            assert row["rising"] == pytest.approx(float(row["said"]["rising"]))
            assert row["trending"] == pytest.approx(float(row["said"]["trending"]))
            assert row["progress"] == pytest.approx(one.tally.progress)

    @pytest.mark.django_db
    def test_a_recount_gives_the_same_scores_as_the_files(self, ministry: Body, akimat: Body, citizen: User) -> None:
        self.world(ministry, akimat, citizen)
        folding.fold_all(at=self.AT)
        before = dict(Tally.objects.values_list("initiative_id", "trend"))
        recounting.rebuild(list(before))
        for pk, trend in Tally.objects.values_list("initiative_id", "trend"):
            assert trend == (pytest.approx(before[pk]) if before[pk] is not None else None)


class Recomputed:
    """The orders from the files, written down here once more and without the portal's code."""

    def __init__(self, edition: editions.Edition, at: datetime) -> None:
        hours: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
        for row in read(edition, "votes-hourly.csv"):
            hours[row["initiative"]][moment(row["hour"])] += int(row["in_force"])
        said = read(edition, "initiatives.csv")
        self.at = at
        self.rows = [self.row(one, hours[one["initiative"]]) for one in said]
        self.rise(hours)

    def row(self, said: dict[str, str], hours: dict[datetime, int]) -> dict[str, Any]:
        votes = sum(hours.values())
        return {
            "said": said,
            "code": said["initiative"],
            "number": int(said["number"]),
            "votes": votes,
            "progress": votes / int(said["threshold"]) if said["threshold"] else 0.0,
            "trending": sum(votes * 0.5 ** ((self.at - hour) / timedelta(hours=24)) for hour, votes in hours.items()),
        }

    def rise(self, hours: dict[str, dict[datetime, int]]) -> None:
        recent = self.at.replace(minute=0) - timedelta(hours=5)
        start = recent - timedelta(days=14)
        votes: dict[Any, float] = defaultdict(float)
        exposure: dict[Any, float] = defaultdict(float)
        opened = [row for row in self.rows if row["said"]["is_open"] == "true"]
        for row in opened:
            said = row["said"]
            since = max(moment(said["published_at"]), start)
            past = sum(
                number
                for hour, number in hours[row["code"]].items()
                if max(start, since.replace(minute=0)) <= hour < recent
            )
            weight = max((recent - since) / timedelta(hours=1), 0) * int(said["residents"]) / 100_000
            for group in ("all", said["kind"], (said["kind"], said["region"])):
                votes[group] += past
                exposure[group] += weight
        overall = votes["all"] / exposure["all"]
        for row in self.rows:
            row["rising"] = 0.0
        for row in opened:
            said = row["said"]
            kind = (votes[said["kind"]] + 100 * overall) / (exposure[said["kind"]] + 100)
            group = (said["kind"], said["region"])
            pace = (votes[group] + 100 * kind) / (exposure[group] + 100)
            lately = sum(number for hour, number in hours[row["code"]].items() if hour >= recent)
            bound = max(math.sqrt(lately + 3 / 8) - 0.82, 0) ** 2 / 6 if lately else 0
            row["rising"] = max(0.0, bound / (pace * int(said["residents"]) / 100_000 + 0.1) - 1)

    def order(self, order: str) -> list[str]:
        rows = sorted(self.rows, key=lambda row: -row["number"])
        if order in ("trending", "progress", "rising"):
            return [row["code"] for row in sorted(rows, key=lambda row: -round(row[order], 9))]
        if order == "most_supported":
            return [row["code"] for row in sorted(rows, key=lambda row: -row["votes"])]
        column = {"newest": "published_at", "answered": "answered_at", "closing_soon": "closes_at"}[order]
        if order == "closing_soon":
            rows = [row for row in rows if row["said"]["is_open"] == "true"]
            return [row["code"] for row in sorted(rows, key=lambda row: row["said"][column] or "9")]
        rows = [row for row in rows if order == "newest" or row["said"][column]]
        return [row["code"] for row in sorted(rows, key=lambda row: row["said"][column], reverse=True)]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.mark.django_db
class TestWholeOrNot:
    """Crashes, and two at once."""

    def test_a_crash_in_the_middle_leaves_the_old_files(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make_initiative()
        before = export()
        real = opening._write_dataset

        def breaks(place: Path, dataset: Any, at: datetime) -> editions.File:
            if dataset.name == "decisions":
                raise OSError(28, "No space left on device")
            return real(place, dataset, at)

        monkeypatch.setattr(opening, "_write_dataset", breaks)
        with pytest.raises(OSError, match="No space"):
            export(NOW + timedelta(days=1))
        assert editions.edition(editions.LATEST) == before
        assert [path.name for path in folder.iterdir()] == [before.name]

    def test_what_a_killed_run_left_is_never_shown_and_cleared_by_the_next(self, folder: Path) -> None:
        before = export()
        left = folder / ".unfinished-abc"
        left.mkdir()
        (left / "initiatives.csv").write_text("half a f")
        (folder / "20990101T000000Z").mkdir()  # without its manifest it is none
        assert editions.names() == [before.name]
        after = export(NOW + timedelta(days=1))
        assert editions.names() == [after.name, before.name]
        assert not left.exists()

    def test_an_edition_of_the_same_second_is_the_same_edition(self) -> None:
        first = export()
        make_initiative()
        assert export() == first

    def test_a_week_is_kept_and_the_first_of_each_month(self) -> None:
        for day in range(70):
            export_at = datetime(2026, 1, 20, 22, tzinfo=UTC) + timedelta(days=day)
            place = editions.root() / export_at.strftime(editions.NAME_FORMAT)
            place.mkdir(parents=True)
            (place / editions.MANIFEST).write_text('{"made_at": "2026-01-20T22:00:00+00:00", "files": []}')
        opening.prune()
        assert editions.names() == [
            "20260330T220000Z", "20260329T220000Z", "20260328T220000Z", "20260327T220000Z", "20260326T220000Z",
            "20260325T220000Z", "20260324T220000Z", "20260301T220000Z", "20260201T220000Z", "20260120T220000Z",
        ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestTogether:
    """With other connections."""

    def test_two_do_not_export_at_once(self) -> None:
        other = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [opening.LOCK])
            assert opening.export(at=NOW) is None
            with pytest.raises(CommandError, match="under way"):
                call_command("export_open_data")
        finally:
            other.close()
        assert opening.export(at=NOW) is not None

    def test_all_files_are_of_one_moment_although_people_vote_meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        idea = make_initiative()
        voting.cast_signed_in(initiative=idea, by=make_voter(1, territory=district()), at=AT)
        other = connections.create_connection("default")
        real = opening._write_dataset
        voted: list[int] = []

        def meanwhile(place: Path, dataset: Any, at: datetime) -> editions.File:
            done = real(place, dataset, at)
            with other.cursor() as cursor:
                cursor.execute("UPDATE initiatives_tally SET votes = votes + 1")
                cursor.execute("INSERT INTO initiatives_hourtally (initiative_id, hour, votes) VALUES (%s, %s, 1)",
                               [idea.pk, AT + timedelta(hours=len(voted) + 1)])  # fmt: skip
            voted.append(1)
            return done

        monkeypatch.setattr(opening, "_write_dataset", meanwhile)
        try:
            edition = export()
        finally:
            other.close()
        lines = [json.loads(line) for line in edition.path(edition.files[1]).read_text("utf-8").splitlines()]
        assert (read(edition, "initiatives.csv")[0]["votes"], lines[0]["votes"]) == ("1", 1)
        assert len(voted) == len(DATASETS)

    def test_it_writes_nothing_into_the_database(self) -> None:
        with opening._snapshot() as is_alone, pytest.raises(Exception, match="read-only transaction"):  # noqa: PT012
            assert is_alone
            with transaction.atomic():
                Milestone.objects.all().delete()
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE initiatives_tally SET votes = 0")


@pytest.mark.django_db
class TestAddresses:
    """What the web gives out."""

    @pytest.fixture
    def edition(self) -> editions.Edition:
        make_initiative()
        return export()

    def test_a_file_of_an_edition_may_be_kept_for_ever(self, edition: editions.Edition, client: Client) -> None:
        response = client.get(f"/open-data/{edition.name}/initiatives.csv")
        assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert "immutable" in response["Cache-Control"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response.getvalue() == edition.path(edition.files[0]).read_bytes()

    def test_the_newest_is_asked_again_and_not_sent_again(self, edition: editions.Edition, client: Client) -> None:
        first = client.get("/open-data/latest/votes-hourly.csv")
        first.getvalue()
        assert first["Cache-Control"] == "public, max-age=300"
        again = client.get("/open-data/latest/votes-hourly.csv", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        old = client.get("/open-data/latest/votes-hourly.csv", headers={"if-modified-since": first["Last-Modified"]})
        assert old.status_code == 304

    @pytest.mark.parametrize(
        "path",
        [
            "latest/passwords.csv", "latest/edition.json", "20260101T000000Z/initiatives.csv", "..%2f..%2fetc/passwd",
            "latest/..%2f..%2f..%2fetc%2fpasswd", ".unfinished-abc/initiatives.csv", "latest/%00",
        ],
    )  # fmt: skip
    def test_nothing_else_is_given_out(self, edition: editions.Edition, client: Client, path: str) -> None:
        assert client.get(f"/open-data/{path}").status_code == 404

    def test_the_page_says_what_there_is(self, edition: editions.Edition, client: Client) -> None:
        text = client.get("/en/open-data/").content.decode()
        for dataset in DATASETS:
            assert f"/open-data/{edition.name}/{dataset.file_name}" in text
            assert all(f"<code>{column.name}</code>" in text for column in dataset.columns)
        assert f"/open-data/{edition.name}/SHA256SUMS" in text

    def test_before_the_first_night_the_page_says_so(self, client: Client) -> None:
        assert "No edition yet" in client.get("/en/open-data/").content.decode()

    def test_the_worker_makes_one_each_night(self, folder: Path) -> None:
        from initiatives.tasks import export_open_data
        from portal.settings.schedule import BEAT

        assert "initiatives.tasks.export_open_data" in {entry["task"] for entry in BEAT.values()}
        name = export_open_data()
        assert os.listdir(folder) == [name]
