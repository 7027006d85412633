"""Validation of an endpoint; nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.webhooks import limits, registry
from portal.webhooks.registry import Scope

ALL = "all"


class EndpointForm(forms.Form):
    """Where to, of what, and of which things; each scope brings a field of its own."""

    url = forms.CharField(
        label=_("Address of your program"),
        help_text=_("It begins with https:// and takes POST requests."),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Note for yourself"), max_length=100, required=False)
    kinds = forms.MultipleChoiceField(label=_("What you want to hear of"), widget=forms.CheckboxSelectMultiple)
    scope = forms.ChoiceField(label=_("Of which petitions and ideas"), widget=forms.RadioSelect, initial=ALL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = registry.scopes()
        kinds = [(one.name, one.label) for one in registry.kinds()]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kinds"].initial = [name for name, _label in kinds]
        offered = [(ALL, _("Of all that are published")), *((one.name, one.label) for one in self.scopes)]
        self.fields["scope"].choices = offered  # type: ignore[attr-defined]
        for one in self.scopes:
            self.fields[f"in_{one.name}"] = _field(one)

    def clean(self) -> dict[str, Any]:
        """Turn what was chosen into keys; say what does not exist."""
        data: dict[str, Any] = super().clean() or {}
        data["keys"] = []
        chosen = next((one for one in self.scopes if one.name == data.get("scope")), None)
        if chosen is None:
            return data
        written = list(dict.fromkeys(str(data.get(f"in_{chosen.name}") or "").split()))
        read = {word: chosen.read(word) for word in written[: limits.MOST_KEYS + 1]}
        unknown = [word for word, value in read.items() if value is None]
        if unknown:
            said = _("There is no such thing: %(what)s.") % {"what": ", ".join(unknown[:5])}
            self.add_error(f"in_{chosen.name}", said)
        elif not written:
            self.add_error(f"in_{chosen.name}", _("Choose at least one."))
        elif len(written) > limits.MOST_KEYS:
            self.add_error(f"in_{chosen.name}", _("Choose 50 at most."))
        data["keys"] = list(dict.fromkeys(registry.key(chosen.name, value) for value in read.values() if value))
        return data


def _field(scope: Scope) -> forms.Field:
    if scope.choices is not None:
        choices = [("", _("Choose")), *scope.choices()]
        return forms.ChoiceField(label=scope.label, help_text=scope.hint, choices=choices, required=False)
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=scope.label, help_text=scope.hint, max_length=5_000, required=False, widget=widget)
