"""From a Django form field to a component: the one place that knows widgets, so templates never loop over them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe

from portal.web import components

_TAKEN = {"id", "type", "name", "value", "class", "rows", "cols", "maxlength", "required", "aria-describedby"}
_TAKEN |= {"autocomplete", "inputmode", "checked", "aria-invalid"}


def render(bound: BoundField, overrides: Mapping[str, Any]) -> SafeString:
    """Draw the component that fits the field's widget; `overrides` replace single parameters."""
    widget = bound.field.widget
    if widget.is_hidden:
        return mark_safe(str(bound))
    parameters = {
        "name": bound.html_name,
        "id": bound.id_for_label or bound.auto_id or bound.html_name,
        "label": bound.label,
        "hint": bound.help_text,
        "error": " ".join(str(error) for error in bound.errors),
        "required": bound.field.required,
        "optional": not bound.field.required,
    }
    attrs = bound.build_widget_attrs(dict(widget.attrs), widget)
    rest = {key: value for key, value in attrs.items() if key not in _TAKEN}
    parameters["attrs"] = flatatt(rest)
    name, particular = _particular(bound, widget, attrs)
    return components.render(name, {**parameters, **particular, **overrides})


def _particular(bound: BoundField, widget: forms.Widget, attrs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    value = bound.value()
    if isinstance(widget, forms.Textarea):
        limit = getattr(bound.field, "max_length", None) or 0
        return "textarea", {"value": value or "", "rows": attrs.get("rows", 6), "maxlength": limit}
    if isinstance(widget, forms.CheckboxInput):
        choice = {"value": "on", "label": bound.label}
        return "checkboxes", {"choices": [choice], "values": ["on"] if value else [], "hide_label": True}
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes", {"choices": _choices(widget), "values": [str(one) for one in value or []]}
    if isinstance(widget, forms.RadioSelect):
        return "radios", {"choices": _choices(widget), "value": "" if value is None else str(value)}
    if isinstance(widget, forms.Select):
        return "select", {"choices": _choices(widget), "value": "" if value is None else str(value)}
    kind = getattr(widget, "input_type", "text")
    shown = "" if kind in ("password", "file") or value is None else widget.format_value(value)
    if kind == "date" and hasattr(value, "isoformat"):
        shown = value.isoformat()
    extra = {key: attrs[key] for key in ("autocomplete", "inputmode") if key in attrs}
    return "input", {"type": kind, "value": shown or ""} | extra


def _choices(widget: forms.widgets.ChoiceWidget) -> list[dict[str, Any]]:
    """Flatten option groups: [{value, label}] or [{group, choices}]."""
    listed: list[dict[str, Any]] = []
    for value, label in widget.choices:
        if isinstance(label, (list, tuple)):
            inner = [{"value": str(one), "label": text} for one, text in label]
            listed.append({"group": value, "choices": inner})
        else:
            listed.append({"value": "" if value is None else str(value), "label": label})
    return listed


def problems(form: BaseForm) -> list[dict[str, str]]:
    """List a form's errors for the summary, each with the anchor of its field."""
    found = [{"text": str(error), "href": ""} for error in form.non_field_errors()]
    for bound in form:
        anchor = bound.id_for_label or bound.auto_id or bound.html_name
        found += [{"text": f"{bound.label} – {error}", "href": f"#{anchor}"} for error in bound.errors]
    return found
