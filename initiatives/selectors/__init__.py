"""Page- and API-shaped reads. Fetching and authorising are one act: what a person may not see is not found."""

from initiatives.selectors.cards import Card, cards
from initiatives.selectors.lists import ListFilter, ListPage, list_page
from initiatives.selectors.pages import InitiativePage, initiative_page
from initiatives.selectors.reading import get_visible_or_404

__all__ = [
    "Card",
    "InitiativePage",
    "ListFilter",
    "ListPage",
    "cards",
    "get_visible_or_404",
    "initiative_page",
    "list_page",
]
