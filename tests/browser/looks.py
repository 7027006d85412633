"""Which pages are looked at by whom, and how they are looked at: by axe, and for what is wider than the screen."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from playwright.sync_api import BrowserContext

from tests.architecture.world import World
from tests.browser.screens import findings

Seat = Callable[..., BrowserContext]

PAGES = {
    "anonymous": (
        "initiatives:home", "initiatives:index", "initiatives:statistics", "initiatives:detail collecting",
        "initiatives:open_data", "initiatives:ranking", "initiatives:verify collecting", "initiatives:log",
        "initiatives:detail rejected", "initiatives:detail execution", "initiatives:detail idea",
        "initiatives:detail joining", "initiatives:vote collecting", "signatures:sign_in", "accounts:staff_sign_in",
        "initiatives:detail zzzzzzzzzzzz", "initiatives:detail appealed", "initiatives:detail removed",
        "initiatives:moderation_log", "signatures:steps",
        "initiatives:detail zzzzzzzzzzzz", "initiatives:share collecting", "initiatives:embed collecting",
        "initiatives:detail request", "initiatives:detail registered", "initiatives:detail below_threshold",
        "initiatives:draft_discussion discussion", "initiatives:bodies", "initiatives:body test-ministry",
    ),
    "author": (
        "initiatives:begin", "initiatives:edit draft", "initiatives:review draft", "initiatives:withdraw joining",
        "initiatives:mine", "initiatives:searches", "initiatives:save_search", "initiatives:edit_search search",
        "initiatives:detail collecting", "initiatives:vote idea", "accounts:profile",
        "initiatives:appeal rejected",
        "accounts:sessions", "accounts:erase", "notifications:index", "notifications:preferences",
        "initiatives:coauthors draft", "initiatives:send_request request", "initiatives:vote request",
        "initiatives:invitation secret",
    ),
    "moderator": (
        "initiatives:moderation", "initiatives:moderation_item check", "initiatives:moderation_item idea",
        "initiatives:moderation_comment comment", "initiatives:moderation_item proposed",
        "initiatives:moderation_item appealed", "initiatives:moderation_item rejected",
        "initiatives:paper_desk", "initiatives:paper_lists collecting",
        "initiatives:paper_list paper",
    ),
    "clerk": (
        "initiatives:inbox", "initiatives:inbox_item sent", "initiatives:inbox_item registered",
        "initiatives:inbox_item decided", "initiatives:inbox_item execution", "initiatives:inbox_item asked",
        "initiatives:review_desk registered", "initiatives:review_desk execution",
    ),
    "head": ("initiatives:inbox_sign submitted", "initiatives:inbox_sign asked"),
    "administrator": (
        "web:administration", "web:switches", "web:switch initiatives.comments", "signatures:standing", "initiatives:kinds",
        "initiatives:kind petition-central", "initiatives:kind_new", "initiatives:kind_version petition-central",
        "initiatives:kind_preview petition-central",
    ),
    "citizen": ("webhooks:guide", "webhooks:index", "webhooks:new", "webhooks:one hook"),
}  # fmt: skip
MAIN = {
    "anonymous": (
        "initiatives:home",
        "initiatives:index",
        "initiatives:detail collecting",
        "initiatives:vote collecting",
    ),
    "author": ("initiatives:edit draft", "accounts:profile"),
    "clerk": ("initiatives:inbox_item registered",),
}
LOW_VISION = "sight=low&size=2"


def look_at(
    pages: Mapping[str, tuple[str, ...]],
    seat: Seat,
    world: World,
    address: str,
    *,
    language: str = "kk",
    width: int = 360,
    scheme: Any = "light",
    cookie: str = "",
) -> dict[str, list[tuple[str, list[str]]]]:
    """Return what is found on each page that has findings."""
    found = {}
    for role, names in pages.items():
        page = seat(role, width=width, cookie=cookie, color_scheme=scheme).new_page()
        for name in names:
            with translation.override(language):
                url = world.url(name)
            page.goto(address + url)
            found[f"{role}: {name}"] = findings(page)
    return {place: what for place, what in found.items() if what}
