"""The API: what programs may see, in pages that do not overlap; votes signed outside the browser."""

from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from accounts.models import User
from initiatives.models import Decision, HourTally, Initiative, Milestone, Tally, TerritoryTally, VoteAct
from initiatives.services import voting
from initiatives.states import LINK_ONLY, LISTED, PRIVATE, Order, State
from portal import clock
from portal.audit.log import record
from signatures.eds.demo_pki import DemoPki
from signatures.log import leaves
from signatures.models import EntrySecret
from signatures.services import log_keys, trust
from signatures.services.demo_responder import DemoResponder
from tests.initiatives.voters import AT, make_initiative, make_kind, make_petition, make_voter

LIST = "/api/v1/initiatives/"


def address(initiative: Initiative, rest: str = "") -> str:
    return f"{LIST}{initiative.code}/{rest}"


def needs(state: str) -> dict[str, Any]:
    """What a row in that state must have besides."""
    if state == State.REJECTED:
        return {"rejection_reason": "It names a person."}
    return {"merged_into": make_initiative()} if state == State.MERGED else {}


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.mark.django_db
class TestVisibility:
    """By state and reader."""

    @pytest.mark.parametrize("state", sorted(LISTED))
    def test_what_is_published_anyone_reads_and_finds(self, client: Client, state: str) -> None:
        initiative = make_initiative(state=state, **needs(state))
        assert client.get(address(initiative)).status_code == 200
        assert initiative.code in [one["code"] for one in client.get(LIST).json()["results"]]

    @pytest.mark.parametrize("state", sorted(LINK_ONLY))
    def test_what_has_only_a_link_is_read_by_it_and_found_nowhere(self, client: Client, state: str) -> None:
        initiative = make_petition(state)
        response = client.get(address(initiative))
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")
        assert client.get(LIST).json()["results"] == []

    @pytest.mark.parametrize("state", sorted(PRIVATE))
    @pytest.mark.parametrize(
        "rest", ["", "count/", "votes/series/", "votes/regions/", "statement/"], ids=lambda rest: rest or "itself"
    )
    def test_what_is_private_does_not_exist_for_others(
        self, client: Client, other_citizen: User, state: str, rest: str
    ) -> None:
        initiative = make_initiative(state=state)
        client.force_login(other_citizen)
        assert client.get(address(initiative, rest)).status_code == 404
        assert client.post(address(initiative, "votes/"), {}, content_type="application/json").status_code == 404

    def test_the_author_reads_their_draft_and_no_cache_keeps_it(self, client: Client, citizen: User) -> None:
        draft = make_initiative(state=State.DRAFT)
        Initiative.objects.update(author=citizen)
        client.force_login(citizen)
        response = client.get(address(draft))
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")
        assert "Access-Control-Allow-Origin" not in response

    def test_a_moderator_reads_what_waits_for_moderation_but_no_draft(self, client: Client, moderator: User) -> None:
        client.force_login(moderator)
        assert client.get(address(make_initiative(state=State.MODERATION))).status_code == 200
        assert client.get(address(make_initiative(state=State.DRAFT))).status_code == 404

    def test_a_decision_that_is_signed_but_not_published_is_not_told(self, english: Client, clerk: User) -> None:
        petition = make_petition(State.REGISTERED)
        Decision.objects.create(
            initiative=petition, outcome="full", language="kk", text="Yes.", appeal_route="Court.",
            drafted_by=clerk, drafted_at=AT,
        )  # fmt: skip
        body = english.get(address(petition)).json()
        assert body["decision"] is None
        assert "Yes." not in str(body)


@pytest.mark.django_db
class TestReading:
    """What is said."""

    def test_one_initiative_with_its_term_promises_and_history(self, english: Client, moderator: User) -> None:
        petition = make_petition(State.CHECK, problem="Too hot.", proposal="Plant.")
        Milestone.objects.create(initiative=petition, title="Plan", due_date=AT.date(), created_at=AT)
        record(subject=petition, action="submit", actor=moderator, at=AT, data={"to": "check"})
        body = english.get(address(petition)).json()
        assert (body["problem"], body["state"], body["state_label"]) == ("Too hot.", "check", "Being checked")
        assert body["term"]["norm"] == "check_period"
        assert sum(step["counted"] for step in body["term"]["steps"]) == 20
        assert body["term"]["steps"][-1]["date"] == body["term"]["due"]
        assert [one["title"] for one in body["milestones"]] == ["Plan"]
        (step,) = body["history"]
        assert (step["action"], step["to"]) == ("submit", "check")
        assert moderator.family_name not in str(body)

    def test_the_count_is_exact_before_it_is_folded(self, client: Client) -> None:
        idea = make_initiative()
        voting.cast_signed_in(initiative=idea, by=make_voter(1), at=AT)
        assert client.get(address(idea, "count/")).json() == {"votes": 1, "on_paper": 0, "threshold": None}
        assert client.get(address(idea)).json()["votes"] == 1

    def test_votes_by_the_hour_add_up(self, client: Client) -> None:
        idea = make_initiative()
        for number in range(3):
            HourTally.objects.create(initiative=idea, hour=AT + timedelta(hours=number), votes=number + 1)
        series = client.get(address(idea, "votes/series/")).json()
        assert [(one["votes"], one["total"]) for one in series] == [(1, 1), (2, 3), (3, 6)]

    def test_votes_by_region_are_named(self, english: Client) -> None:
        idea = make_initiative()
        TerritoryTally.objects.create(initiative=idea, territory_id="990000000", votes=7)
        assert english.get(address(idea, "votes/regions/")).json() == [
            {"kato": "990000000", "name": "region", "votes": 7}
        ]

    def test_kinds_come_with_their_numbers_and_articles(self, english: Client, db: None) -> None:
        found = {one["slug"]: one for one in english.get("/api/v1/kinds/").json()}
        norms = [norm for one in found.values() if one["version"] for norm in one["version"]["norms"]]
        assert {"collection_period", "minimum_age"} <= {norm["code"] for norm in norms}
        assert all(norm["article"] for norm in norms)

    @pytest.mark.parametrize("path", [LIST, "/api/v1/kinds/", "/api/v1/topics/"])
    def test_what_is_public_may_be_read_from_other_sites(self, client: Client, path: str) -> None:
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response

    def test_lists_take_a_constant_number_of_queries(self, client: Client, django_assert_max_num_queries: Any) -> None:
        for _number in range(15):
            make_initiative()
        with django_assert_max_num_queries(3):
            assert len(client.get(LIST).json()["results"]) == 15


@pytest.mark.django_db
class TestFilters:
    """As on the list page, but strict."""

    def test_they_filter(self, client: Client) -> None:
        petition, idea = make_petition(title="Clean air"), make_initiative(title="Night buses")

        def found(query: str) -> set[str]:
            return {one["code"] for one in client.get(f"{LIST}?{query}").json()["results"]}

        assert found("stage=open") == {petition.code, idea.code}
        assert found(f"kind={petition.kind.slug}") == {petition.code}
        assert found("region=990000000") == {petition.code, idea.code}
        assert found("region=750000000") == set()
        assert found("q=night+buses") == {idea.code}

    @pytest.mark.parametrize(
        "query", ["order=luck", "sdg=99", "stage=limbo", "region=x", "q=%00", "limit=0", "limit=x"]
    )
    def test_a_filter_that_makes_no_sense_is_refused(self, client: Client, query: str) -> None:
        response = client.get(f"{LIST}?{query}")
        assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
        assert response.json()["errors"][0]["field"] == query.split("=")[0]


FAR = AT.replace(year=2126)
"""Later than any day on which these tests run: the API asks the clock."""


@pytest.mark.django_db
class TestPages:
    """By cursor."""

    def _make(self) -> set[str]:
        """Twelve initiatives; some share their place in an order, some have none."""
        codes = set()
        for number in range(12):
            one = make_petition(
                title=f"Trees {number}", answered_at=AT + timedelta(days=number // 2),
                published_at=AT + timedelta(hours=number // 3), closes_at=None if number % 4 == 0 else FAR + timedelta(number),
            )  # fmt: skip
            if number % 3:
                Tally.objects.filter(initiative=one).update(
                    votes=number // 2, progress=number / 7, trend=number / 3 if number % 2 else None,
                    rising=0.1 * (number % 5),
                )  # fmt: skip
            codes.add(one.code)
        return codes

    def _leaf(self, client: Client, query: str) -> list[str]:
        page, seen = f"{LIST}?{query}&limit=5", []
        while page:
            body = client.get(page).json()
            seen += [one["code"] for one in body["results"]]
            page = body["next"]
        return seen

    @pytest.mark.parametrize("order", Order.values)
    def test_pages_neither_overlap_nor_leave_out_in_any_order(self, client: Client, order: str) -> None:
        codes = self._make()
        seen = self._leaf(client, f"order={order}")
        assert len(seen) == 12
        assert set(seen) == codes
        whole = [one["code"] for one in client.get(f"{LIST}?order={order}&limit=100").json()["results"]]
        assert seen == whole

    def test_what_closes_soon_is_still_open(self, client: Client) -> None:
        make_petition(title="Closed trees", closes_at=AT)
        opened = make_petition(title="Open trees", closes_at=FAR)
        assert self._leaf(client, "order=closing_soon") == [opened.code]

    def test_pages_of_a_search_do_not_overlap(self, client: Client) -> None:
        codes = self._make()
        seen = self._leaf(client, "q=trees")
        assert sorted(seen) == sorted(codes)

    def test_what_is_added_in_front_moves_nothing(self, client: Client) -> None:
        self._make()
        first = client.get(f"{LIST}?order=newest&limit=5").json()
        make_petition(published_at=AT + timedelta(days=9))
        second = client.get(first["next"]).json()
        shown = {one["code"] for one in first["results"]}
        assert not shown & {one["code"] for one in second["results"]}

    def test_the_next_page_is_linked_in_the_header_too(self, client: Client) -> None:
        self._make()
        response = client.get(f"{LIST}?limit=5")
        assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'

    @pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMV0", "W1siYSJdLDFd", "WyJhYmMiLDFd", "é"])
    def test_a_cursor_not_made_here_is_refused_or_harmless(self, client: Client, cursor: str) -> None:
        self._make()
        response = client.get(LIST, {"cursor": cursor, "order": "newest"})
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "cursor"


@pytest.mark.django_db
class TestEtags:
    """Asking again."""

    @pytest.mark.parametrize("rest", ["", "count/", "votes/series/", "votes/regions/"])
    def test_what_has_not_changed_is_not_sent_again(self, client: Client, rest: str) -> None:
        idea = make_initiative()
        first = client.get(address(idea, rest))
        again = client.get(address(idea, rest), headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again["ETag"] == first["ETag"]

    def test_a_vote_changes_the_tag(self, client: Client) -> None:
        idea = make_initiative()
        first = client.get(address(idea))
        voting.cast_signed_in(initiative=idea, by=make_voter(1), at=AT)
        assert client.get(address(idea), headers={"if-none-match": first["ETag"]}).status_code == 200

    def test_another_language_has_another_tag(self, client: Client) -> None:
        idea = make_initiative()
        tags = {client.get(address(idea), headers={"accept-language": code})["ETag"] for code in ("kk", "en")}
        assert len(tags) == 2

    def test_a_date_alone_is_told_but_not_judged_by(self, client: Client) -> None:
        idea = make_initiative()
        first = client.get(address(idea))
        again = client.get(address(idea), headers={"if-modified-since": first["Last-Modified"]})
        assert again.status_code == 200


@pytest.fixture
def petition(db: None) -> Initiative:
    """One that takes signed votes now."""
    now = clock.now()
    return make_initiative(
        make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=100,
        published_at=now, closes_at=now + timedelta(days=30),
    )  # fmt: skip


class TestVoting:
    """From a program, with real signatures."""

    def _sign(
        self, client: Client, petition: Initiative, keys: DemoPki, person: str = "aigerim", purpose: str = "vote"
    ) -> dict[str, str]:
        taken = client.get(address(petition, f"statement/?purpose={purpose}")).json()
        return {"token": taken["token"], "cms": _base64(keys, person, taken["text"], clock.now())}

    def _send(self, client: Client, petition: Initiative, sent: dict[str, str], rest: str = "votes/") -> Any:
        return client.post(address(petition, rest), sent, content_type="application/json")

    def test_a_signed_vote_counts(self, english: Client, petition: Initiative, trust_of_today: DemoPki) -> None:
        sent = self._sign(english, petition, trust_of_today)
        response = self._send(english, petition, {**sent, "territory": "990100000"})
        assert response.status_code == 201, response.json()
        assert (response.json()["is_in_force"], response.json()["votes"]) == (True, 1)
        assert VoteAct.objects.get().territory_id == "990100000"
        # The receipt's commitment stands for this very signature and person, for who knows the salt.
        _origin, entry = leaves.verify_receipt(response.json()["receipt"], [log_keys.in_use().public])
        secret = EntrySecret.objects.select_related("signature").get()
        assert secret.signature is not None
        cms_sha256 = bytes.fromhex(secret.signature.cms_sha256)
        assert (entry.source, entry.text_sha256) == ("eds", petition.text_sha256)
        assert entry.commitment == leaves.commitment(
            salt=bytes(secret.salt), cms_sha256=cms_sha256, signer_tag=bytes(VoteAct.objects.get().signer_tag)
        )

    def test_a_vote_that_nobody_can_check_is_received_and_not_counted(
        self, english: Client, petition: Initiative, trust_of_today: DemoPki
    ) -> None:
        responder = trust.source()
        assert isinstance(responder, DemoResponder)
        responder.stop(at=clock.now())
        try:
            response = self._send(english, petition, self._sign(english, petition, trust_of_today))
        finally:
            responder.start()
        assert (response.status_code, response.json()["status"], response.json()["votes"]) == (202, "waiting", 0)
        assert response.json()["received_at"]
        assert not VoteAct.objects.exists()

    def test_a_second_vote_of_one_person_does_not(
        self, english: Client, petition: Initiative, trust_of_today: DemoPki
    ) -> None:
        self._send(english, petition, self._sign(english, petition, trust_of_today))
        again = self._send(english, petition, self._sign(english, petition, trust_of_today))
        assert (again.status_code, again.json()["code"]) == (409, "already_voted")
        assert VoteAct.objects.count() == 1

    def test_a_signature_sent_twice_is_refused(
        self, english: Client, petition: Initiative, trust_of_today: DemoPki
    ) -> None:
        sent = self._sign(english, petition, trust_of_today)
        self._send(english, petition, sent)
        again = self._send(english, petition, sent)
        assert (again.status_code, again.json()["code"]) == (409, "replayed")

    def test_it_can_be_taken_back(self, english: Client, petition: Initiative, trust_of_today: DemoPki) -> None:
        self._send(english, petition, self._sign(english, petition, trust_of_today))
        back = self._sign(english, petition, trust_of_today, purpose="withdraw")
        response = self._send(english, petition, back, "votes/withdrawals/")
        assert (response.status_code, response.json()["is_in_force"], response.json()["votes"]) == (201, False, 0)

    def test_a_signature_for_one_purpose_serves_no_other(
        self, english: Client, petition: Initiative, trust_of_today: DemoPki
    ) -> None:
        sent = self._sign(english, petition, trust_of_today)
        response = self._send(english, petition, sent, "votes/withdrawals/")
        assert (response.status_code, response.json()["code"]) == (422, "wrong_purpose")

    def test_half_a_signature_is_refused(self, english: Client, petition: Initiative, trust_of_today: DemoPki) -> None:
        sent = self._sign(english, petition, trust_of_today)
        response = self._send(english, petition, {**sent, "cms": sent["cms"][: len(sent["cms"]) // 2]})
        assert response.status_code == 422
        assert not VoteAct.objects.exists()

    def test_an_unknown_territory_is_refused_and_the_signature_may_be_sent_again(
        self, english: Client, petition: Initiative, trust_of_today: DemoPki
    ) -> None:
        sent = self._sign(english, petition, trust_of_today)
        refused = self._send(english, petition, {**sent, "territory": "123456789"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "territory")
        assert self._send(english, petition, sent).status_code == 201

    @pytest.mark.parametrize("missing", ["token", "cms"])
    def test_what_is_missing_is_named(self, english: Client, petition: Initiative, missing: str) -> None:
        sent = {"token": "t", "cms": "c"}
        del sent[missing]
        response = self._send(english, petition, sent)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, missing)

    def test_a_closed_petition_gives_no_statement(self, english: Client, db: None) -> None:
        response = english.get(address(make_petition(State.THRESHOLD_REACHED), "statement/"))
        assert (response.status_code, response.json()["code"]) == (403, "voting_closed")

    def test_a_statement_is_kept_by_no_cache(self, english: Client, petition: Initiative) -> None:
        assert english.get(address(petition, "statement/"))["Cache-Control"] == "no-store"

    def test_an_unknown_purpose_is_refused(self, english: Client, petition: Initiative) -> None:
        assert english.get(address(petition, "statement/?purpose=sign_in")).status_code == 422

    def test_the_statement_is_in_the_language_asked_for(self, petition: Initiative) -> None:
        texts = {
            Client(headers={"accept-language": code}).get(address(petition, "statement/")).json()["text"]
            for code in ("kk", "ru", "en")
        }
        assert len(texts) == 3


def _base64(keys: DemoPki, person: str, text: str, at: datetime) -> str:
    import base64

    return base64.b64encode(keys.sign(person, text.encode(), at=at)).decode()


class TestSchema:
    """What the API says of itself."""

    @pytest.fixture(scope="class")
    def schema(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
        written = tmp_path_factory.mktemp("schema") / "openapi.yaml"
        call_command("spectacular", file=str(written), validate=True, fail_on_warn=True)
        loaded: dict[str, Any] = yaml.safe_load(written.read_text())
        return loaded

    def test_it_is_valid(self, schema: dict[str, Any]) -> None:
        validate(schema)

    def test_the_committed_one_is_fresh(self, schema: dict[str, Any]) -> None:
        kept = Path(__file__).parents[2] / "docs" / "openapi.yaml"
        assert yaml.safe_load(kept.read_text()) == schema, "run `make schema` and commit docs/openapi.yaml"

    def test_examples_obey_it(self, schema: dict[str, Any]) -> None:
        checked = 0
        for path in schema["paths"].values():
            for operation in path.values():
                for response in operation["responses"].values():
                    for content in response.get("content", {}).values():
                        for example in content.get("examples", {}).values():
                            rules = _plain({**content["schema"], "components": schema["components"]})
                            Draft202012Validator(rules).validate(example["value"])
                            checked += 1
        assert checked > 15

    @pytest.mark.django_db
    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_there_is_a_page_for_people(self, client: Client, language: str) -> None:
        response = client.get(f"/{language}/api/docs/")
        assert response.status_code == 200
        assert "/api/v1/initiatives/{code}/votes/" in response.content.decode()
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert " style=" not in response.content.decode()

    def test_its_address_without_a_language_leads_there(self, client: Client, db: None) -> None:
        assert client.get("/api/docs/")["Location"] == reverse("api-docs")


def _plain(rules: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema lists null as a type."""
    if isinstance(rules, list):
        return [_plain(one) for one in rules]
    if not isinstance(rules, dict):
        return rules
    plain = {key: _plain(value) for key, value in rules.items() if key not in ("nullable", "format")}
    return {"anyOf": [plain, {"type": "null"}]} if rules.get("nullable") is True else plain
