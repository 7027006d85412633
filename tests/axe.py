"""What axe finds on the page that is open: one way of asking for all tests."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Only what is wrong is described and sent: describing all that is right takes longer than the judging.
OPTIONS = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return each broken rule with the first places where it is broken."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(f"axe.run({OPTIONS}).then((results) => results.violations)")
    return [(one["id"], [node["html"][:300] for node in one["nodes"]][:4]) for one in found]
