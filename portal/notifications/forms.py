"""Validation of the preferences; nothing is saved here."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notifications import topics
from portal.notifications.models import Channel
from portal.notifications.rhythm import Rhythm, Wish

HOURS = [(str(hour), f"{hour:02d}:00") for hour in range(24)]


class PreferencesForm(forms.Form):
    """One group of check boxes a topic."""

    def __init__(self, *args: Any, chosen: Mapping[str, frozenset[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in topics.topics():
            self.fields[topic.name] = forms.MultipleChoiceField(
                choices=Channel.choices,
                required=False,
                label=topic.label,
                help_text=topic.explanation,
                widget=forms.CheckboxSelectMultiple,
                initial=[channel for channel in Channel.values if channel in chosen.get(topic.name, ())],
            )


class WishForm(forms.Form):
    """How often letters come, and between which hours none."""

    rhythm = forms.ChoiceField(label=_("How often letters come"), choices=Rhythm.choices, widget=forms.RadioSelect)
    quiet_from = forms.ChoiceField(label=_("No letters from"), choices=HOURS)
    quiet_until = forms.ChoiceField(
        label=_("until"), choices=HOURS, help_text=_("The same hour twice: letters come at any time.")
    )

    def __init__(self, data: Mapping[str, Any] | None, *, wish: Wish) -> None:
        given = {
            "rhythm": wish.rhythm,
            "quiet_from": str(wish.quiet_from.hour),
            "quiet_until": str(wish.quiet_until.hour),
        }
        super().__init__(data, initial=given)

    def wish(self) -> Wish:
        """Return what was chosen."""
        said = self.cleaned_data
        return Wish(said["rhythm"], time(int(said["quiet_from"])), time(int(said["quiet_until"])))
