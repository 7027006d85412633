"""From a Django Page to the parameters of the pagination component."""

from typing import Any

from django.core.paginator import Page, Paginator


def pages_of(page: Page[Any], query: str) -> dict[str, Any]:
    """List the pages around the present one; `query` is kept in every link."""

    def url(number: int) -> str:
        return f"?{query}&page={number}" if query else f"?page={number}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    shown = [
        {"gap": True} if str(number) == str(Paginator.ELLIPSIS)
        else {"number": number, "url": url(int(number)), "current": number == page.number}
        for number in numbers
    ]  # fmt: skip
    return {
        "previous": url(page.previous_page_number()) if page.has_previous() else "",
        "next": url(page.next_page_number()) if page.has_next() else "",
        "pages": shown if page.paginator.num_pages > 1 else [],
    }
