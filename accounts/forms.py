"""What people type into the pages of their account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.models import Territory
from accounts.states import Language


def _password_rules() -> str:
    return " ".join(str(text) for text in password_validators_help_texts())


def _grouped_territories() -> list[Any]:
    return [("", _("Not said")), *selectors.territory_choices()]


class ProfileForm(forms.Form):
    """Language, place of residence, e-mail address: all that a person says themselves."""

    language = forms.ChoiceField(label=_("Language of letters and notifications"), choices=Language.choices)
    territory = forms.ChoiceField(
        label=_("Place of residence"),
        required=False,
        choices=_grouped_territories,
        help_text=_("Choose your district or city, or the whole region. Petitions near you are shown first."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("We write to it about your petitions and votes. You confirm it by a link in a letter."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_territory(self) -> Territory | None:
        """Return the territory itself."""
        kato = self.cleaned_data["territory"]
        return selectors.get_territory(kato) if kato else None


class StaffSignInForm(forms.Form):
    """E-mail address and password of staff."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of the telephone, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from the application on your telephone, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class TakeUpForm(forms.Form):
    """A new password and the first code of the telephone."""

    password = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        help_text=lazy(_password_rules, str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("New password once more"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("Code that the telephone shows"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("password") and typed.get("repeated") and typed["password"] != typed["repeated"]:
            self.add_error("repeated", _("The two passwords differ."))
        return typed


class EraseForm(forms.Form):
    """A deliberate tick before an act that cannot be undone."""

    is_sure = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box if you really want to delete your account.")},
    )
