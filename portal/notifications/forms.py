"""Validation of the preferences; nothing is saved here."""

from collections.abc import Mapping
from typing import Any

from django import forms

from portal.notifications import topics
from portal.notifications.models import Channel


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
