"""What the API promises of every operation: its schema holds under a fuzzer, shares are told, other sites may read."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from initiatives.models import Comment, Initiative
from initiatives.states import State
from portal import clock
from portal.api import throttles
from portal.api.schema import EnglishGenerator
from portal.errors import TooMany
from portal.web.throttle import Throttle
from tests.factories.initiatives import make_decision, make_milestone
from tests.initiatives.test_api import _plain, address
from tests.initiatives.voters import AT, make_initiative, make_petition

STRANGER = "https://news.example"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def petition(citizen: User, other_citizen: User, clerk: User, head: User) -> Initiative:
    """One with a published decision, promises and a discussion."""
    made = make_petition(State.EXECUTION, problem="Too hot.", proposal="Plant.")
    make_decision(made, by=clerk, at=AT, signed_by=head, submitted_at=AT, published_at=AT)
    make_milestone(made, at=AT)
    for number in range(7):
        comment = Comment.objects.create(
            initiative=made,
            author=citizen,
            stance="for",
            text=f"Said {number}",
            created_at=AT + timedelta(hours=number // 2),
        )
    Comment.objects.create(initiative=made, author=other_citizen, parent=comment, text="So it is.", created_at=AT)
    Comment.objects.create(
        initiative=made, author=other_citizen, text="An insult", created_at=AT, hidden_at=AT, hidden_reason="Insults."
    )
    return made


@pytest.fixture
def application() -> Iterator[Any]:
    """The portal as a WSGI program inside the test's transaction, whose connection no request may close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> list[tuple[str, str]]:
    schema = EnglishGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [(method.upper(), path) for path, methods in schema["paths"].items() for method in methods]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda part: part)
def test_a_fuzzer_finds_no_answer_that_the_schema_does_not_know(
    application: Any, petition: Initiative, method: str, path: str
) -> None:
    """Schemathesis: random questions in the schema's terms, each answer judged by the schema; also of something real."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    operation = schema[path][method]
    real = {"code": petition.code} if "{code}" in path else None
    for parameters in (None, real) if real else (None,):
        strategy = operation.as_strategy(path_parameters=parameters)

        @given(case=strategy)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def check(case: Any) -> None:
            cache.clear()
            case.validate_response(case.call(), checks=CHECKS)

        check()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/x%0Ay/", "/api/v1/initiatives/a%0Ab/count/", "/api/v1/", "/api/v1/%00"])
def test_no_address_below_the_version_is_answered_with_a_page(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


class TestExamples:
    """Each operation shows what goes in and what comes out, and what it shows is true."""

    @pytest.mark.parametrize(("method", "path"), operations(), ids=lambda part: part)
    def test_each_operation_has_examples_that_obey_the_schema(self, method: str, path: str) -> None:
        schema = EnglishGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        operation = schema["paths"][path][method.lower()]
        well = next(response for status, response in operation["responses"].items() if status.startswith("2"))
        bodies = [well, *([operation["requestBody"]] if "requestBody" in operation else [])]
        for body in bodies:
            [content] = body["content"].values()
            assert content["examples"], path
            for example in content["examples"].values():
                rules = _plain({**content["schema"], "components": schema["components"]})
                Draft202012Validator(rules).validate(example["value"])


@pytest.mark.django_db
class TestFollowing:
    """Steps, decision, promises, comments."""

    def test_each_is_an_address_of_its_own_and_agrees_with_the_whole(
        self, client: Client, petition: Initiative
    ) -> None:
        whole = client.get(address(petition)).json()
        for rest in ("history", "decision", "milestones"):
            assert client.get(address(petition, f"{rest}/")).json() == whole[rest], rest
        assert whole["decision"]["outcome"] == "partial"

    def test_without_a_published_decision_there_is_none(self, client: Client, db: None) -> None:
        assert client.get(address(make_petition(), "decision/")).status_code == 404

    def test_comments_come_in_pages_with_replies_and_hidden_ones_say_only_why(
        self, client: Client, petition: Initiative
    ) -> None:
        page: str | None = address(petition, "comments/?limit=3")
        seen: list[dict[str, Any]] = []
        while page:
            answer = client.get(page)
            seen += answer.json()["results"]
            page = answer.json()["next"]
            assert ("Link" in answer) == bool(page)
        assert len({one["id"] for one in seen}) == len(seen) == 8
        assert [one["created_at"] for one in seen] == sorted((one["created_at"] for one in seen), reverse=True)
        assert [reply["text"] for one in seen for reply in one["replies"]] == ["So it is."]
        (hidden,) = (one for one in seen if one["is_hidden"])
        assert (hidden["text"], hidden["author"], hidden["hidden_reason"]) == (None, None, "Insults.")
        assert "An insult" not in str(seen)

    def test_comments_take_a_constant_number_of_queries(
        self, client: Client, petition: Initiative, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(11):
            client.get(address(petition, "comments/"))

    @pytest.mark.parametrize("rest", ["history/", "decision/", "milestones/", "comments/"])
    def test_what_is_private_does_not_exist_for_others(self, client: Client, db: None, rest: str) -> None:
        assert client.get(address(make_initiative(state=State.DRAFT), rest)).status_code == 404

    @pytest.mark.parametrize("rest", ["history/", "decision/", "milestones/", "comments/"])
    def test_what_has_not_changed_is_not_sent_again(self, client: Client, petition: Initiative, rest: str) -> None:
        first = client.get(address(petition, rest))
        again = client.get(address(petition, rest), headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_it_leads_to_its_page_for_people(self, client: Client, petition: Initiative) -> None:
        answer = client.get(address(petition))
        assert answer["Link"] == f'<{answer.json()["url"]}>; rel="alternate"; type="text/html"'


@pytest.mark.django_db
class TestShares:
    """How much one may ask."""

    @pytest.fixture
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from initiatives.api.views import ReadView

        share = Throttle("test_read", timedelta(minutes=1), by_address=3, by_subnet=100, by_account=5)
        monkeypatch.setattr(ReadView, "spends", share)

    def ask(self, client: Client) -> Any:
        return client.get("/api/v1/topics/")

    def test_each_answer_says_what_is_left(self, client: Client, small: None) -> None:
        with time_machine.travel(AT, tick=False):
            left = [self.ask(client)["RateLimit"] for _call in range(2)]
            assert left[0].startswith('"test_read";r=2;t=60')
            assert left[1].startswith('"test_read";r=1;t=60')
            assert self.ask(client)["RateLimit-Policy"].startswith('"test_read";q=3;w=60, "api_burst";q=200;w=10')

    def test_beyond_it_the_answer_says_when_to_come_back(self, client: Client, small: None) -> None:
        with time_machine.travel(AT + timedelta(seconds=20), tick=False) as traveller:
            answers = [self.ask(client) for _call in range(4)]
            assert [one.status_code for one in answers] == [200, 200, 200, 429]
            refused = answers[-1]
            assert (refused["Retry-After"], refused.json()["code"]) == ("40", "too_many")
            assert refused["RateLimit"] == '"test_read";r=0;t=40'
            assert refused["Content-Type"] == "application/problem+json"
            assert refused["Access-Control-Allow-Origin"] == "*"
            traveller.shift(timedelta(seconds=40))
            assert self.ask(client).status_code == 200

    def test_who_is_signed_in_has_a_share_of_their_own(
        self, client: Client, citizen: User, other_citizen: User, small: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from initiatives.api.views import ReadView

        wide = Throttle("test_wide", timedelta(minutes=1), by_address=50, by_subnet=100, by_account=5)
        monkeypatch.setattr(ReadView, "spends", wide)
        with time_machine.travel(clock.now(), tick=False):
            client.force_login(citizen)
            assert '"test_wide";r=4;' in self.ask(client)["RateLimit"]
            assert [self.ask(client).status_code for _call in range(5)] == [200, 200, 200, 200, 429]
            client.force_login(other_citizen)
            assert self.ask(client).status_code == 200

    def test_a_burst_is_refused_before_the_minute_is_spent(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        burst = Throttle("test_burst", timedelta(seconds=10), by_address=5, by_subnet=100, by_account=5)
        monkeypatch.setattr(throttles, "BURST", burst)
        with time_machine.travel(AT, tick=False):
            answers = [self.ask(client) for _call in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [429]
        assert int(answers[-1]["Retry-After"]) <= 10

    def test_headers_have_the_form_of_the_draft(self, client: Client) -> None:
        answer = self.ask(client)
        item = r'"[a-z_]+";{};{}'
        assert re.fullmatch(", ".join([item.format(r"r=\d+", r"t=\d+")] * 2), answer["RateLimit"])
        assert re.fullmatch(", ".join([item.format(r"q=\d+", r"w=\d+")] * 2), answer["RateLimit-Policy"])

    def test_a_page_says_when_to_come_back_too(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: Any, **more: Any) -> None:
            refusal = TooMany()
            refusal.seconds = 90
            raise refusal

        monkeypatch.setattr("initiatives.views.reading.list_page", refuse)
        page = client.get("/en/petitions/")
        assert (page.status_code, page["Retry-After"]) == (429, "90")


@pytest.mark.django_db
class TestOtherSites:
    """Scripts of other sites read what is public, and no more."""

    def test_a_browser_that_asks_first_is_told(self, client: Client) -> None:
        answer = client.options(
            "/api/v1/initiatives/",
            headers={
                "origin": STRANGER,
                "access-control-request-method": "GET",
                "access-control-request-headers": "if-none-match",
            },
        )
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
        assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
        assert "POST" not in answer["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer

    @pytest.mark.parametrize("rest", ["votes/", "votes/withdrawals/", "statement/"])
    def test_voting_is_closed_to_them(self, client: Client, petition: Initiative, rest: str) -> None:
        for method in ("OPTIONS", "POST"):
            answer = client.generic(
                method, address(petition, rest), b"{}", "application/json", headers={"origin": STRANGER}
            )
            assert "Access-Control-Allow-Origin" not in answer

    def test_a_refusal_can_be_read_too(self, client: Client) -> None:
        answer = client.get("/api/v1/initiatives/?order=luck", headers={"origin": STRANGER})
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (422, "*")

    def test_headers_of_use_can_be_read(self, client: Client) -> None:
        exposed = client.get("/api/v1/topics/")["Access-Control-Expose-Headers"]
        assert {"ETag", "Link", "RateLimit", "Retry-After"} <= {one.strip() for one in exposed.split(",")}

    def test_who_is_signed_in_is_read_by_no_other_site(self, client: Client, citizen: User) -> None:
        client.force_login(citizen)
        for path in ("/api/v1/topics/", "/api/v1/initiatives/zzzzzzzzzzzz/"):
            assert "Access-Control-Allow-Origin" not in client.get(path, headers={"origin": STRANGER})
