"""What a person does before a screen, and what we ask of each page they see."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from demo.ncalayer.control import Choice
from tests import axe


def findings(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds, and what is wider than the screen."""
    found = axe.violations(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found + ([(f"{overflow} px too wide", [])] if overflow > 0 else [])


@dataclass
class Screen:
    """One person with a browser of their own; the stand-in signs with their key."""

    page: Page
    address: str
    choice: Choice
    person: str = ""

    def visit(self, path: str) -> "Screen":
        """Open an address and look at what is there."""
        self.page.goto(f"{self.address}/en/{path}")
        return self.look()

    def look(self) -> "Screen":
        """Ask axe about the page, and whether it fits the screen."""
        found = findings(self.page)
        assert found == [], f"{self.page.url}: {found}"
        return self

    def press(self, name: str) -> "Screen":
        """Press a button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def sees(self, words: str) -> "Screen":
        """Expect the words on the page."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        return self

    def sign(self) -> "Screen":
        """Sign what the page shows, through NCALayer."""
        assert self.choice.select(self.person)
        before = self.page.url
        self.press("Sign with NCALayer")
        self.page.wait_for_url(lambda url: url != before)
        return self

    def sign_in(self) -> "Screen":
        """Come in with the own key."""
        return self.visit("sign-in/").sign().look()
