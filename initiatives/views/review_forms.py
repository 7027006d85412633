"""Validation of what officials type after the threshold; nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from initiatives.forms import WRITING_LANGUAGES
from initiatives.limits import COMMENT_MAX, DISPUTE_MAX, TEXT_MAX
from initiatives.services.commissions import Member
from initiatives.states import MemberOf, RemarkVerdict


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """A day with its hour and minute, in the time of Kazakhstan."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **more)


def long_text(label: Any, most: int, rows: int, **more: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class NumberedForm(forms.Form):
    """A form about one row of the page."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AnnounceForm(forms.Form):
    """The draft decision and when it is discussed."""

    text_kk = long_text(_("Draft of the decision in Kazakh"), 2 * TEXT_MAX, 10, required=False)
    text_ru = long_text(_("Draft of the decision in Russian"), 2 * TEXT_MAX, 10, required=False)
    starts_at = moment(_("The discussion begins"))
    ends_at = moment(_("The discussion ends"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    online_url = forms.CharField(
        label=_("Link of the broadcast or the video meeting"),
        max_length=500,
        required=False,
        help_text=_("A whole link that begins with https://."),
    )


class CancelForm(NumberedForm):
    """Why a discussion is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class RemarkForm(forms.Form):
    """A remark to the draft."""

    text = long_text(_("Your remark"), COMMENT_MAX, 5)


class VerdictForm(NumberedForm):
    """What the body does with a remark."""

    verdict = forms.ChoiceField(
        label=_("What the body does with it"), choices=RemarkVerdict.choices, widget=forms.RadioSelect
    )
    reason = long_text(_("Reason"), COMMENT_MAX, 3)


class SummaryForm(NumberedForm):
    """The summary of a discussion."""

    summary = long_text(_("What was discussed, and what changes in the draft"), TEXT_MAX, 8)
    language = forms.ChoiceField(label=_("Language of the summary"), choices=WRITING_LANGUAGES)


class PeopleField(forms.CharField):
    """People, one a line: name; position; of whom they are. The third part may be missing."""

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, **more: Any) -> None:
        sides = ", ".join(MemberOf.values)
        hint = _("One person a line: name; position; side. Sides: %(sides)s.") % {"sides": sides}
        super().__init__(max_length=10_000, help_text=hint, **more)

    def to_python(self, value: Any) -> Any:
        """Return the people; refuse a line that has no name and position."""
        return [self._person(line) for line in str(value or "").splitlines() if line.strip()]

    def _person(self, line: str) -> Member:
        parts = [part.strip() for part in line.split(";")]
        if len(parts) not in (2, 3) or not all(parts):
            sentence = _("Write each line as: name; position; side. This one is not: %(line)s")
            raise forms.ValidationError(sentence, params={"line": line[:80]})
        return Member(*parts)

    def validate(self, value: Any) -> None:
        """At least one person."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Each line was looked at already."""


class CommissionForm(forms.Form):
    """Who sits in the commission."""

    chair_name = forms.CharField(label=_("Chair: name"), max_length=150)
    chair_position = forms.CharField(label=_("Chair: position"), max_length=200)
    members = PeopleField(label=_("Members"))


class MembersForm(forms.Form):
    """Who joins the commission."""

    members = PeopleField(label=_("New members"))


class MeetingForm(forms.Form):
    """A meeting to come."""

    held_at = moment(_("When it meets"))
    place = forms.CharField(label=_("Place"), max_length=300)


class MinutesForm(NumberedForm):
    """The minutes of a meeting."""

    minutes = long_text(_("Minutes"), 2 * TEXT_MAX, 8, required=False)
    file = forms.FileField(label=_("Minutes as a file (PDF or picture, at most 5 MB)"), required=False)


class VisitForm(forms.Form):
    """A visit to come."""

    planned_at = moment(_("When"))
    place = forms.CharField(label=_("Place"), max_length=300)
    participants = forms.CharField(label=_("Who takes part"), max_length=500)


class FindingsForm(NumberedForm):
    """What was found on the place."""

    done_at = moment(_("When it took place"))
    findings = long_text(_("What was seen and found"), TEXT_MAX, 6)


class StatementForm(forms.Form):
    """The first head's statement, when it was not published with the decision."""

    statement = long_text(_("Statement of the first head"), TEXT_MAX, 6, required=False)
    statement_url = forms.CharField(
        label=_("Link to the recording"),
        max_length=500,
        required=False,
        help_text=_("A whole link that begins with https://."),
    )


class MoveForm(forms.Form):
    """Another date of a promise."""

    milestone = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    due_date = forms.DateField(label=_("New date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason, shown to everyone"), max_length=500)


class DisputeForm(forms.Form):
    """One line that says that it is not so."""

    text = forms.CharField(label=_("What is not so?"), max_length=DISPUTE_MAX)


class AnswerDisputeForm(NumberedForm):
    """The body's answer to it."""

    answer = forms.CharField(label=_("Answer of the body"), max_length=1000)
