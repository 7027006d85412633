"""Passing an initiative on: what other sites may show, and that they get no more; posters and cards that can be read."""

import io
from typing import Any
from urllib.parse import unquote

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from PIL import Image

from accounts.models import User
from initiatives.models import Initiative, Tally
from initiatives.selectors import sharing
from initiatives.states import LINK_ONLY, LISTED, PRIVATE, State
from portal.errors import NotVisible
from portal.press.type import printable, shortened
from portal.web.embedding import is_nameless
from tests.initiatives.test_api import needs
from tests.initiatives.voters import make_initiative, make_petition

TITLE = "Қала автобустарына түнгі бағыттар қосу: әр ауылға, өңірге, үйге һәм ғимаратқа, ұзақ жолға"
STRANGER = "https://news.example"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def petition(db: None) -> Initiative:
    made = make_petition(State.COLLECTING, title=TITLE, problem="Соңғы автобус ерте кетеді.", threshold=14_300)
    Tally.objects.filter(initiative=made).update(votes=4_120)
    return made


class TestFrame:
    """The page for frames of other sites."""

    def test_any_site_may_frame_it_and_no_other_page(self, client: Client, petition: Initiative) -> None:
        frame = client.get(f"/kk/embed/{petition.code}/")
        assert "frame-ancestors *" in frame["Content-Security-Policy"]
        assert "X-Frame-Options" not in frame
        for path in (f"/kk/petitions/{petition.code}/", f"/kk/petitions/{petition.code}/vote/", "/kk/", "/kk/sign-in/"):
            page = client.get(path)
            assert "frame-ancestors 'none'" in page["Content-Security-Policy"], path
            assert page["X-Frame-Options"] == "DENY", path

    def test_nothing_but_its_ancestors_is_loosened(self, client: Client, petition: Initiative) -> None:
        frame = client.get(f"/kk/embed/{petition.code}/")["Content-Security-Policy"]
        page = client.get("/kk/")["Content-Security-Policy"]
        assert set(frame.split("; ")) ^ set(page.split("; ")) == {"frame-ancestors *", "frame-ancestors 'none'"}

    def test_it_tells_title_count_and_threshold_and_leads_to_the_page(
        self, client: Client, petition: Initiative
    ) -> None:
        html = client.get(f"/ru/embed/{petition.code}/").content.decode()
        assert TITLE in html
        assert "4\u202f120" in html or "4\u00a0120" in html
        assert f'href="http://testserver/ru/petitions/{petition.code}/" target="_blank" rel="noopener"' in html
        assert petition.problem not in html

    def test_it_has_the_title_of_the_readers_language_where_there_is_one(
        self, client: Client, petition: Initiative
    ) -> None:
        words = {
            "parallel_title": "Автобус до ночи",
            "parallel_problem": "Нет рейса",
            "parallel_proposal": "Пустить рейс",
        }
        Initiative.objects.filter(pk=petition.pk).update(**words)
        assert '<h1 class="embed__title" lang="ru"' in (
            html := client.get(f"/ru/embed/{petition.code}/").content.decode()
        )
        assert words["parallel_title"] in html
        assert TITLE in client.get(f"/kk/embed/{petition.code}/").content.decode()
        assert "csrf" not in html.lower()

    def test_who_is_signed_in_is_nobody_there_and_no_cookie_comes_back(
        self, client: Client, petition: Initiative, citizen: User, django_assert_max_num_queries: Any
    ) -> None:
        strangers = Client().get(f"/ru/embed/{petition.code}/")
        client.force_login(citizen)
        with django_assert_max_num_queries(2) as asked:
            own = client.get(f"/ru/embed/{petition.code}/", headers={"accept-language": "en"})
        assert own.content == strangers.content
        assert not own.cookies
        assert "session" not in " ".join(query["sql"] for query in asked)

    @pytest.mark.parametrize("state", sorted(PRIVATE | LINK_ONLY))
    def test_what_is_not_published_is_shown_on_no_site(
        self, client: Client, citizen: User, db: None, state: str
    ) -> None:
        initiative = make_initiative(state=state, title="Not for everybody")
        Initiative.objects.update(author=citizen)
        client.force_login(citizen)
        frame = client.get(f"/kk/embed/{initiative.code}/")
        answer = client.get(f"/embed/{initiative.code}.json")
        assert (frame.status_code, answer.status_code) == (404, 404)
        assert b"Not for everybody" not in frame.content + answer.content
        assert "X-Frame-Options" not in frame

    @pytest.mark.parametrize(
        ("theme", "shown"), [("dark", "dark"), ("light", "light"), ("x", "auto"), ('"><b', "auto")]
    )
    def test_its_colours_can_be_chosen(self, client: Client, petition: Initiative, theme: str, shown: str) -> None:
        html = client.get(f"/kk/embed/{petition.code}/", {"theme": theme}).content.decode()
        assert f'data-theme="{shown}"' in html

    def test_strangers_share_one_drawing_whatever_cookies_they_have(
        self, client: Client, petition: Initiative, settings: Any, django_assert_num_queries: Any
    ) -> None:
        settings.SHARED_PAGES = True
        first = client.get(f"/kk/embed/{petition.code}/")
        assert "public" in first["Cache-Control"]
        client.cookies["anything"] = "1"
        with django_assert_num_queries(0):
            second = client.get(f"/kk/embed/{petition.code}/", headers={"accept-language": "ru"})
            counted = client.get(f"/kk/embed/{petition.code}/", headers={"if-none-match": first["ETag"]})
        assert (second.content, counted.status_code) == (first.content, 304)


class TestCount:
    """The six facts for scripts."""

    def test_exactly_six_facts_for_any_origin(self, client: Client, petition: Initiative) -> None:
        answer = client.get(f"/embed/{petition.code}.json", headers={"origin": STRANGER})
        assert answer.json() == {
            "code": petition.code, "title": TITLE, "votes": 4120, "threshold": 14300, "state": "collecting",
            "url": f"http://testserver/p/{petition.code}",
        }  # fmt: skip
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert not answer.cookies

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_it_can_only_be_read(self, client: Client, petition: Initiative, method: str) -> None:
        answer = getattr(client, method)(f"/embed/{petition.code}.json", headers={"origin": STRANGER})
        assert answer.status_code == 405
        assert "Access-Control-Allow-Origin" not in answer

    def test_what_has_not_changed_is_not_sent_again(self, client: Client, petition: Initiative, settings: Any) -> None:
        settings.SHARED_PAGES = True
        first = client.get(f"/embed/{petition.code}.json")
        again = client.get(f"/embed/{petition.code}.json", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")

    @pytest.mark.parametrize("state", sorted(LISTED))
    def test_it_answers_in_every_published_state(self, client: Client, db: None, state: str) -> None:
        initiative = make_initiative(state=state, **needs(state))
        assert client.get(f"/embed/{initiative.code}.json").json()["state"] == state

    def test_the_component_can_be_loaded_from_anywhere(self, client: Client) -> None:
        answer = client.get("/embed/petition.js", headers={"origin": STRANGER})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Content-Type"].startswith("text/javascript")
        assert b"customElements.define" in answer.getvalue()

    @pytest.mark.parametrize(
        "path", ["/kk/petitions/x/vote/", "/api/v1/initiatives/", "/kk/", "/embedded/", "/kk/embedx/"]
    )
    def test_no_other_address_is_nameless(self, path: str) -> None:
        assert not is_nameless(path)


class TestShortAddress:
    """The one on posters."""

    @pytest.mark.parametrize(
        ("asked", "language"), [("ru", "ru"), ("en-GB,en;q=0.9", "en"), ("kk", "kk"), ("fr", "kk")]
    )
    def test_it_leads_to_the_readers_language(
        self, client: Client, petition: Initiative, asked: str, language: str
    ) -> None:
        answer = client.get(f"/p/{petition.code}", headers={"accept-language": asked})
        assert (answer.status_code, answer["Location"]) == (302, f"/{language}/petitions/{petition.code}/")
        assert {"Accept-Language", "Cookie"} <= {one.strip() for one in answer["Vary"].split(",")}

    def test_the_language_chosen_before_comes_first(self, client: Client, petition: Initiative) -> None:
        client.cookies["django_language"] = "en"
        assert client.get(f"/p/{petition.code}", headers={"accept-language": "ru"})["Location"].startswith("/en/")

    @pytest.mark.parametrize(
        "typed", ["k3v9x2m7qd4h", "K3V9X2M7QD4H", "k3v9 x2m7 qd4h", "K3V9-X2M7-QD4H", "к3v9х2м7qԁ4һ"]
    )
    def test_a_code_is_forgiven_its_spelling(self, typed: str) -> None:
        assert sharing.code_of(typed) == "k3v9x2m7qd4h"

    @pytest.mark.parametrize("typed", ["", "k3v9", "k3v9x2m7qd4hh", "k3v9x2m7qd0h", "//news.example", "k3v9x2m7qd4щ"])
    def test_what_is_no_code_leads_nowhere(self, client: Client, db: None, typed: str) -> None:
        with pytest.raises(NotVisible):
            sharing.code_of(typed)
        assert client.get(f"/p/{typed}").status_code == 404


def page_of(pdf: bytes) -> Image.Image:
    """The first page as a printer would show it, at 150 dots an inch."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    return drawn


class TestPoster:
    """Paper, read by programs that did not make it."""

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    @pytest.mark.parametrize(("sheet", "copies"), [("a4", 1), ("a5x2", 2)])
    def test_its_text_and_its_code_can_be_read(
        self, client: Client, petition: Initiative, language: str, sheet: str, copies: int
    ) -> None:
        answer = client.get(f"/{language}/petitions/{petition.code}/poster.pdf?sheet={sheet}")
        assert answer["Content-Type"] == "application/pdf"
        reader = pypdf.PdfReader(io.BytesIO(answer.content))
        (page,) = reader.pages
        text = " ".join(page.extract_text().split())
        assert text.count(" ".join(TITLE.split()[:3])) == copies
        for letter in "әғқңөұүһі":
            assert letter in text, letter
        assert sharing.spelled(petition.code) in text
        assert "14" in text
        with translation.override(language):
            assert translation.gettext("Votes needed") in text
        found = zxingcpp.read_barcodes(page_of(answer.content))
        assert [one.text for one in found] == [f"http://testserver/p/{petition.code}"] * copies
        assert reader.metadata is not None
        assert reader.metadata.title == TITLE

    def test_letters_are_embedded_as_a_subset(self, client: Client, petition: Initiative) -> None:
        drawn = client.get(f"/kk/petitions/{petition.code}/poster.pdf").content
        reader = pypdf.PdfReader(io.BytesIO(drawn))
        fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described
            assert "GolosText" in described["/FontName"]
        assert len(drawn) < 60_000

    def test_it_is_drawn_once_until_the_text_changes(self, client: Client, petition: Initiative) -> None:
        path = f"/kk/petitions/{petition.code}/poster.pdf"
        first = client.get(path)
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
        Initiative.objects.filter(pk=petition.pk).update(threshold=99)
        assert client.get(path)["ETag"] != first["ETag"]

    @pytest.mark.parametrize(
        "title",
        ["Ұ" * 150, "слово " * 25, "<b>&amp;</b> {{ x }} \\ (a) %s", "🚌 Түнгі автобус \u202e кері \u200b", "X"],
    )
    def test_no_title_breaks_it(self, client: Client, petition: Initiative, title: str) -> None:
        Initiative.objects.filter(pk=petition.pk).update(title=title[:150], problem="Мәтін " * 900)
        for address in ("poster.pdf", "poster.pdf?sheet=a5x2", "card.png"):
            assert client.get(f"/kk/petitions/{petition.code}/{address}").status_code == 200
        (found,) = zxingcpp.read_barcodes(page_of(client.get(f"/kk/petitions/{petition.code}/poster.pdf").content))
        assert found.text.endswith(petition.code)

    @pytest.mark.parametrize("state", sorted(PRIVATE))
    def test_a_draft_has_no_poster_no_card_and_no_page_of_sharing(
        self, client: Client, citizen: User, db: None, state: str
    ) -> None:
        initiative = make_initiative(state=state)
        Initiative.objects.update(author=citizen)
        client.force_login(citizen)
        for rest in ("poster.pdf", "card.png", "share/"):
            assert client.get(f"/kk/petitions/{initiative.code}/{rest}").status_code == 404

    def test_what_has_only_a_link_is_kept_by_no_stranger(self, client: Client, db: None) -> None:
        petition = make_petition(State.JOINING)
        for rest in ("poster.pdf", "card.png"):
            assert "private" in client.get(f"/kk/petitions/{petition.code}/{rest}")["Cache-Control"]

    def test_letters_that_the_typeface_lacks_are_left_out(self) -> None:
        assert printable("Түн\u202eгі 🚌 4\u202f120 е\u0308") == "Түнгі  4\u00a0120 ё"
        assert shortened("бір екі үш", 8) == "бір екі…"


class TestCard:
    """The picture beside the link."""

    def test_one_per_language_in_the_size_that_networks_ask_for(self, client: Client, petition: Initiative) -> None:
        drawn = {}
        for language in ("kk", "ru", "en"):
            answer = client.get(f"/{language}/petitions/{petition.code}/card.png")
            assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
            assert (answer["Content-Type"], answer["Cross-Origin-Resource-Policy"]) == ("image/png", "cross-origin")
            assert len(answer.content) < 100_000
            drawn[language] = answer.content
        assert drawn["kk"] != drawn["en"]
        again = client.get(f"/en/petitions/{petition.code}/card.png", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
        with translation.override("en"):
            facts = sharing.card_facts(petition)
        assert facts.numbers == "4,120 votes of the 14,300 needed"
        assert facts.share == pytest.approx(0.288, abs=0.001)

    def test_it_and_the_poster_speak_the_readers_language_where_the_text_does(self, petition: Initiative) -> None:
        petition.parallel_title = "Тёплые остановки для каждого района"
        petition.parallel_problem, petition.parallel_proposal = "Зимой холодно.", "Построить."
        for language, title in (("kk", TITLE), ("ru", petition.parallel_title), ("en", TITLE)):
            with translation.override(language):
                said = sharing.card_facts(petition).title, sharing.poster_facts(petition).title
                way = unquote(sharing.ways(petition)[0].href)
            assert said == (title, title)
            assert title in way
        with translation.override("ru"):
            assert sharing.poster_facts(petition).text == "Зимой холодно."

    def test_the_page_names_it(self, client: Client, petition: Initiative) -> None:
        html = client.get(f"/ru/petitions/{petition.code}/").content.decode()
        base = f"http://testserver/ru/petitions/{petition.code}/"
        for tag in (
            f'<meta property="og:image" content="{base}card.png">',
            f'<meta property="og:url" content="{base}">',
            f'<meta property="og:title" content="{TITLE}">',
            '<meta property="og:locale" content="ru_RU">',
            '<meta name="twitter:card" content="summary_large_image">',
        ):
            assert tag in html

    def test_a_draft_says_nothing_to_networks(self, client: Client, citizen: User, db: None) -> None:
        draft = make_initiative(state=State.DRAFT)
        Initiative.objects.update(author=citizen)
        client.force_login(citizen)
        assert "og:" not in client.get(f"/kk/petitions/{draft.code}/").content.decode()

    def test_ways_to_share_name_the_link_and_load_nothing_foreign(self, client: Client, petition: Initiative) -> None:
        html = client.get(f"/kk/petitions/{petition.code}/share/").content.decode()
        for host in ("https://wa.me/", "https://t.me/share/url?", "https://vk.com/share.php?", "mailto:?"):
            assert f'href="{host}' in html
        assert 'src="https://' not in html
        assert f"http%3A%2F%2Ftestserver%2Fp%2F{petition.code}" in html
