"""The catalogue of components: what each takes. An unknown or a missing parameter is an error, not an empty space.

Templates stand in templates/components/<name>.html and see their parameters only, never the page's other variables, so a
component looks the same wherever it is put. docs/design.md and the live /design/ page show them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.template import Context, Template, engines
from django.template.backends.django import DjangoTemplates
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class ComponentError(Exception):
    """A component was called with parameters it does not have, or without one it needs."""


class Line(NamedTuple):
    """A line of a card: its icon and its words."""

    icon: str
    text: str


@dataclass(frozen=True)
class Component:
    """`required` must be given; `optional` have these defaults; `content` says that `{% wrap %}` may fill it."""

    name: str
    required: tuple[str, ...] = ()
    optional: Mapping[str, Any] = field(default_factory=dict)
    content: bool = False
    pure: bool = False
    """Drawn alike for like parameters and language, and small: drawn once, then remembered."""

    @property
    def template_name(self) -> str:
        return f"components/{self.name}.html"


_INPUT = {"hint": "", "error": "", "id": "", "attrs": "", "required": False, "optional": False, "label_size": ""}

_ALL = (
    Component("icon", ("name",), {"label": "", "size": ""}, pure=True),
    Component(
        "button",
        ("label",),
        {"kind": "primary", "href": "", "type": "submit", "name": "", "value": "", "icon": "", "disabled": False}
        | {"size": "", "wide": False, "attrs": "", "once": True},
        pure=True,
    ),
    Component(
        "input",
        ("name", "label"),
        {"value": "", "type": "text", "width": "", "prefix": "", "suffix": "", "autocomplete": "", "inputmode": ""}
        | _INPUT,
    ),
    Component("textarea", ("name", "label"), {"value": "", "rows": 6, "maxlength": 0} | _INPUT),
    Component("select", ("name", "label", "choices"), {"value": ""} | _INPUT),
    Component("radios", ("name", "label", "choices"), {"value": "", "inline": False} | _INPUT),
    Component("checkboxes", ("name", "label", "choices"), {"values": (), "hide_label": False} | _INPUT),
    Component("field", ("id", "label"), _INPUT, content=True),
    Component("error_summary", ("problems",), {"title": ""}),
    Component(
        "card",
        ("title",),
        {"href": "", "kicker": "", "state": "", "state_label": "", "text": "", "meta": (), "why": "", "level": 2}
        | {"votes": None, "threshold": None, "language": "", "is_late": False},
        content=True,
        pure=True,
    ),
    Component("badge", ("label",), {"state": "", "tone": "", "icon": ""}, pure=True),
    Component("progress", ("value", "maximum"), {"label": "", "caption": "", "size": ""}, pure=True),
    Component("timeline", ("items",), {"label": ""}),
    Component("tabs", ("items", "label")),
    Component("table", ("caption", "columns", "rows"), {"hide_caption": False, "empty": ""}),
    Component("chart", ("title", "labels", "series"), {"kind": "line", "unit": "", "summary": "", "id": ""}),
    Component("map", ("title", "values"), {"links": {}, "unit": "", "summary": "", "id": ""}),
    Component("empty_state", ("title",), {"text": "", "action_label": "", "action_href": ""}),
    Component("loading", (), {"label": "", "lines": 3, "id": ""}),
    Component("alert", (), {"title": "", "text": "", "tone": "info", "id": "", "live": False}, content=True),
    Component("pagination", (), {"previous": "", "next": "", "pages": (), "label": ""}),
    Component("breadcrumbs", ("items",)),
    Component("steps", ("items",), {"label": ""}),
    Component(
        "deadline", ("due",), {"label": "", "steps": (), "act": "", "start": None, "is_met": False, "today": None}
    ),
    Component("toast", ("text",), {"tone": "success", "undo_url": "", "undo_label": "", "csrf_token": ""}),
    Component("offline", ()),
    Component("summary_list", ("rows",)),
    Component("stat", ("value", "label"), {"note": "", "icon": "", "href": ""}),
    Component("details", ("summary",), {"text": "", "open": False}, content=True),
    Component("person", ("name",), {"role": "", "note": ""}),
)

CATALOGUE: dict[str, Component] = {component.name: component for component in _ALL}


def render(name: str, parameters: Mapping[str, Any], *, content: SafeString | None = None) -> SafeString:
    """Draw a component; raise ComponentError when the call does not fit the catalogue."""
    component = CATALOGUE.get(name)
    if component is None:
        raise ComponentError(f"There is no component {name!r}. Known: {', '.join(CATALOGUE)}.")
    missing = [key for key in component.required if key not in parameters]
    unknown = [key for key in parameters if key not in component.required and key not in component.optional]
    if missing or unknown:
        raise ComponentError(f"Component {name!r}: missing {missing}, unknown {unknown}.")
    if content is not None and not component.content:
        raise ComponentError(f"Component {name!r} takes no content; use {{% component %}} instead of {{% wrap %}}.")
    context = {**component.optional, **parameters, "content": content or ""}
    if component.pure and not settings.DEBUG:
        # The type is part of it: a safe string and a plain one are equal, but only one of them gets escaped.
        key = tuple((key, type(value), value) for key, value in context.items())
        if all(_is_plain(value) for _key, _kind, value in key):
            return _remembered(component.name, get_language(), key)
    return _draw(component, context)


PLAIN = (str, SafeString, int, bool, type(None))
"""Values that are all they say: nothing lazy, nothing that can change."""


def _is_plain(value: object) -> bool:
    """Whether the value is all it says; lines of plain strings (`Line`) are, too."""
    if type(value) in PLAIN:
        return True
    return isinstance(value, tuple) and all(type(one) is Line and type(one.text) is str for one in value)


@lru_cache(maxsize=4096)
def _remembered(name: str, language: str | None, key: tuple[tuple[str, type, Any], ...]) -> SafeString:
    return _draw(CATALOGUE[name], {name: value for name, _kind, value in key})


def _draw(component: Component, context: dict[str, Any]) -> SafeString:
    template = _template(component.template_name) if settings.DEBUG else _compiled(component.template_name)
    return template.render(Context(context))


def _template(name: str) -> Template:
    backend = cast(DjangoTemplates, engines["django"])
    return backend.engine.get_template(name)


_compiled = lru_cache(maxsize=None)(_template)
