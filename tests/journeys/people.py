"""People with a browser and a key of the demo's authority. They know addresses, words and forms; nothing behind them."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from django.core import mail
from django.test import Client

from portal import clock
from portal.notifications.tasks import dispatch_events, send_mail
from signatures.eds.demo_people import BY_SLUG, DemoPerson, voter
from signatures.eds.demo_pki import GOST_SUFFIX, DemoPki
from signatures.eds.issuing import Holder
from signatures.eds.signing import sign_detached
from tests.journeys.pages import Form, Page, read


def browser() -> Client:
    """A browser that is held to CSRF tokens as real ones are."""
    return Client(enforce_csrf_checks=True)


@dataclass
class Visitor:
    """Somebody before a screen, without a key."""

    language: str = "en"
    client: Client = field(default_factory=browser)

    def visit(self, path: str, *, status: int = 200) -> Page:
        """Open an address below the language's prefix, follow where it leads, and say what is there."""
        url = path if path.startswith(f"/{self.language}/") else f"/{self.language}/{path.lstrip('/')}"
        return self._arrive(self.client.get(url, follow=True), url, status)

    def send(self, page: Page, form: Form, *, status: int = 200, **typed: Any) -> Page:
        """Send a form of the page, as the page filled it, with what the person typed; follow where it leads."""
        return self._send(page, form, form.filled(typed), status)

    def send_only(self, page: Page, form: Form, *, status: int = 200, without: tuple[str, ...], **typed: Any) -> Page:
        """Send the form as a program would that leaves fields out."""
        data = {name: value for name, value in form.filled(typed).items() if name not in without}
        return self._send(page, form, data, status)

    def _send(self, page: Page, form: Form, data: dict[str, Any], status: int) -> Page:
        url = form.action if form.action.startswith("/") else page.url.split("?")[0]
        return self._arrive(self.client.post(url, data, follow=True), url, status)

    @staticmethod
    def _arrive(response: Any, url: str, status: int) -> Page:
        if response.redirect_chain:
            url = response.redirect_chain[-1][0]
        assert response.status_code == status, f"{url}: {response.status_code}\n{_words(response)[:1500]}"
        return read(url, response.status_code, response.content.decode())


@dataclass
class Person(Visitor):
    """Somebody with a key file of the demo."""

    pki: DemoPki | None = None
    key: str | int = ""
    _holder: Holder | None = None

    @property
    def who(self) -> DemoPerson:
        """Who they are by their certificate."""
        return voter(self.key) if isinstance(self.key, int) else BY_SLUG[self.key.split(".")[0]]

    @property
    def holder(self) -> Holder:
        """Their key with its certificate."""
        if self._holder is None:
            assert self.pki is not None
            self._holder = self.pki.voter_holder(self.key) if isinstance(self.key, int) else self._named(self.key)
        return self._holder

    def _named(self, key: str) -> Holder:
        """Living citizens hold GOST keys; a name with a dot, and who has two keys, is meant as it is written."""
        assert self.pki is not None
        return self.pki.holder(key if "." in key or key == "two-keys" else f"{key}{GOST_SUFFIX}")

    def signature(self, text: str) -> str:
        """Sign the text as NCALayer does and return what a page sends."""
        cms = sign_detached(text.encode(), self.holder.key, self.holder.raw, at=clock.now())
        return base64.b64encode(cms).decode()

    def sign(self, page: Page, *, status: int = 200, **typed: Any) -> Page:
        """Sign the statement that the page shows and send it with its form."""
        assert page.statement, f"nothing to sign on {page.url}: {page.words[:500]}"
        return self.send(page, page.form(field="token"), status=status, cms=self.signature(page.statement), **typed)

    def sign_in(self) -> "Person":
        """Sign in anew with the key."""
        self.client = browser()
        arrived = self.sign(self.visit("sign-in/"))
        assert "sign-in" not in arrived.url, arrived.words[:500]
        return self

    def give_address(self, address: str) -> None:
        """Say one's e-mail address and confirm it by the link in the letter."""
        page = self.visit("profile/")
        self.send(page, page.form(field="email"), email=address)
        dispatch_events()
        send_mail()
        letter = mail.outbox[-1]
        assert letter.to == [address]
        link = re.search(r"https?://[^/\s]+(/\S+/profile/e-mail/\S+)", str(letter.body))
        assert link, letter.body
        page = self.visit(link[1]) if link[1].startswith(f"/{self.language}/") else self._open(link[1])
        self.send(page, page.form())

    def _open(self, url: str) -> Page:
        return self._arrive(self.client.get(url, follow=True), url, 200)


def _words(response: Any) -> str:
    return read("", response.status_code, response.content.decode()).words if not response.streaming else ""
