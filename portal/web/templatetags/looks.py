"""`{% load looks %}`: components, form fields, times, numbers.

{% component "button" label=save_label icon="check" %}
{% wrap "alert" tone="warning" title=title %}<p>…</p>{% endwrap %}
{% field form.title %}   {% form_errors form %}
{{ count|grouped }}   {% share votes threshold %}   {% moment entry.at %}   {% day due %}   {% until due %}
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext

from portal import clock
from portal.web import components, drawings, fields, numbers, tones
from portal.web.paging import pages_of

register = template.Library()


@register.simple_tag
def component(name: str, /, **parameters: Any) -> SafeString:
    """Draw a component of the catalogue."""
    return components.render(name, parameters)


class WrapNode(template.Node):
    """`{% wrap "alert" … %}content{% endwrap %}`."""

    def __init__(self, name: FilterExpression, parameters: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.name = name
        self.parameters = parameters
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        parameters = {key: value.resolve(context) for key, value in self.parameters.items()}
        return components.render(self.name.resolve(context), parameters, content=self.nodelist.render(context))


@register.tag
def wrap(parser: Parser, token: Token) -> WrapNode:
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("{% wrap %} needs the name of a component.")
    name = parser.compile_filter(bits.pop(0))
    parameters = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"{{% wrap %}} takes name=value pairs, not {bits!r}.")
    nodelist = parser.parse(("endwrap",))
    parser.delete_first_token()
    return WrapNode(name, parameters, nodelist)


@register.simple_tag
def field(bound: BoundField, **overrides: Any) -> SafeString:
    """Draw a form field with label, hint, error and the right control."""
    return fields.render(bound, overrides)


@register.simple_tag
def form_errors(form: BaseForm, title: str = "") -> SafeString:
    """Draw the error summary of a form, each line leading to its field; nothing where all is well."""
    problems = fields.problems(form)
    if not problems:
        return mark_safe("")
    return components.render("error_summary", {"problems": problems, "title": title})


@register.simple_tag
def pages(page: Page[Any], query: str = "") -> SafeString:
    """Draw the pagination of a Django Page; `query` is the query string to keep (without `page`)."""
    return components.render("pagination", pages_of(page, query))


@register.filter
def grouped(value: float | int | None) -> str:
    """12345 -> 12 345."""
    return "" if value is None else numbers.grouped(value)


@register.filter
def unlocalised(value: float | int) -> str:
    """For attributes that a machine reads: no grouping, a decimal point."""
    return str(value)


@register.filter
def with_columns(row: Sequence[Any], columns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pair each cell with its column, so that the folded table on a phone can name it. A cell is text or {text, href}."""
    return [
        {"label": column["label"], "numeric": column.get("numeric", False), "href": ""}
        | (cell if isinstance(cell, dict) else {"text": cell})
        for column, cell in zip(columns, row, strict=True)
    ]


@register.simple_tag
def region_columns(region: str, number: str) -> list[dict[str, Any]]:
    return [{"label": region}, {"label": number, "numeric": True}]


@register.simple_tag
def share(part: float, whole: float) -> str:
    """The share of a whole as a percentage."""
    return numbers.percent(part, whole)


@register.filter
def tone(state: str) -> str:
    return tones.tone_of(state)


@register.filter
def tone_icon(name: str) -> str:
    return tones.TONE_ICONS.get(name, "dot")


@register.simple_tag
def moment(at: datetime, exact: bool = False) -> SafeString:
    """A point in time: "3 hours ago" with the exact Kazakhstan time as tooltip, or the exact time itself."""
    local = timezone.localtime(at, clock.ALMATY)
    full = formats.date_format(local, "DATETIME_FORMAT")
    age = clock.now() - at
    if exact or age.days >= 7 or age.total_seconds() < 0:
        text = full if exact else formats.date_format(local, "DATE_FORMAT")
    elif age.total_seconds() < 60:
        text = gettext("just now")
    else:
        text = gettext("%(time)s ago") % {"time": timesince(at, clock.now(), depth=1)}
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="minutes"), full, text)


@register.simple_tag
def day(on: date, short: bool = False) -> SafeString:
    """A calendar date, written out, with its weekday as tooltip."""
    text = formats.date_format(on, "SHORT_DATE_FORMAT" if short else "DATE_FORMAT")
    weekday = formats.date_format(on, "l")
    return format_html('<time datetime="{}" title="{}">{}</time>', on.isoformat(), weekday, text)


@register.simple_tag
def until(due: date, today: date | None = None) -> SafeString:
    """How far a deadline is: "in 5 days", "today", "2 days ago"."""
    text = numbers.days_until(due, today or clock.local_date(clock.now()))
    exact = formats.date_format(due, "DATE_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', due.isoformat(), exact, text)


@register.simple_tag
def draw_chart(labels: Sequence[str], series: Sequence[dict[str, Any]], kind: str, heading: str) -> drawings.Chart:
    return drawings.chart(labels, series, kind, heading)


@register.simple_tag
def draw_map(values: dict[str, float], links: dict[str, str]) -> drawings.TileMap:
    return drawings.tile_map(values, links)


@register.simple_tag
def bar_width(value: float, maximum: float) -> str:
    """Width of a progress bar in hundredths; a single vote is visible, and only the last one fills the bar."""
    if not maximum or value <= 0:
        return "0"
    most = 100.0 if value >= maximum else 99.0
    return str(min(most, max(1.5, round(100 * value / maximum, 1))))
