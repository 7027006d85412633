"""Validation of what people type; nothing is saved here."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from initiatives.limits import COMMENT_MAX, TEXT_MAX, TITLE_MAX
from initiatives.models import InitiativeKind, Topic
from initiatives.selectors.lists import STAGES
from initiatives.states import ExcludedSubject, Order, Outcome, Stance

if TYPE_CHECKING:
    pass

WRITING_LANGUAGES = (("kk", "Қазақша"), ("ru", "Русский"))
SDG_CHOICES = tuple((number, str(number)) for number in range(1, 18))


class ListForm(forms.Form):
    """The filters of the list; a value that makes no sense is as if it were not given."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    stage = forms.ChoiceField(required=False, label=_("Stage"))
    kind = forms.CharField(required=False, max_length=60)
    topic = forms.CharField(required=False, max_length=40)
    region = forms.RegexField(r"^\d{9}$", required=False)
    language = forms.ChoiceField(required=False, choices=(("", _("Any language")), *WRITING_LANGUAGES))
    body = forms.SlugField(required=False, max_length=80)
    sdg = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=SDG_CHOICES)
    order = forms.ChoiceField(required=False, choices=Order.choices)
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)
        stage.choices = [("", _("Any stage")), *((name, label) for name, (label, _states) in STAGES.items())]


class BeginForm(forms.Form):
    """The first step: what one writes, and to whom."""

    kind = forms.ModelChoiceField(
        InitiativeKind.objects.none(), to_field_name="slug", label=_("What do you want to write?"), empty_label=None
    )
    body = forms.CharField(max_length=80, label=_("To whom is it addressed?"))
    language = forms.ChoiceField(choices=WRITING_LANGUAGES, label=_("Language of the text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ModelChoiceField)
        kind.queryset = InitiativeKind.objects.offered()


class DraftForm(forms.Form):
    """The text. Lengths only: a draft may be incomplete until it is handed over."""

    language = forms.ChoiceField(choices=WRITING_LANGUAGES, label=_("Language of the text"), widget=forms.RadioSelect)
    title = forms.CharField(
        required=False,
        max_length=TITLE_MAX,
        label=_("Title"),
        help_text=_("One sentence: what should be done, where. People will see it first."),
    )
    problem = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("The problem"),
        help_text=_("What is wrong now, whom does it concern, since when? Facts and examples convince."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    proposal = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("What you propose"),
        help_text=_("What should the body do, step by step? The clearer, the harder to evade."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(), required=False, label=_("Topic"), to_field_name="slug", empty_label=_("Choose…")
    )
    sdgs = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=SDG_CHOICES, label=_("Sustainable Development Goals it serves")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AttachmentForm(forms.Form):
    """One file."""

    file = forms.FileField(label=_("PDF, JPEG, PNG or WebP, at most 5 MB"))


class SignatureForm(forms.Form):
    """What the signer component sends: the token of the statement and the signature, typed by a program or uploaded."""

    token = forms.CharField(max_length=8000, widget=forms.HiddenInput)
    cms = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    cms_file = forms.FileField(required=False)

    def clean(self) -> dict[str, Any]:
        """Return the data with `signature`, the bytes to verify; refuse a form that holds none."""
        data = super().clean() or {}
        upload = data.get("cms_file")
        signature = upload.read(400_000) if upload else str(data.get("cms", "")).encode()
        if not signature.strip():
            raise forms.ValidationError(_("The signature has not arrived. Please sign again."), code="no_signature")
        return {**data, "signature": signature}


class VoteForm(SignatureForm):
    """A signed vote and where the voter lives."""

    territory = forms.CharField(required=False, max_length=9, label=_("Your region"))


class CommentForm(forms.Form):
    """A word in the discussion."""

    stance = forms.ChoiceField(choices=Stance.choices, initial=Stance.NEUTRAL, label=_("Your stance"), required=True)
    text = forms.CharField(max_length=COMMENT_MAX, label=_("Your comment"), widget=forms.Textarea(attrs={"rows": 4}))
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """A reason that people will read, and the revision of the page it was given on."""

    reason = forms.CharField(max_length=TEXT_MAX, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 5}))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)


class FinishForm(ReasonForm):
    """The end of an execution; promises still open are owed a reason of their own."""

    open_reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Why it ends although some promises are open"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RejectForm(ReasonForm):
    """A rejection: its reason, and the subject of the closed list where that is the ground."""

    subject = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=_("Subject that a petition may not have"),
        choices=[("", _("Another ground")), *ExcludedSubject.choices],
    )


class StepForm(forms.Form):
    """A step that needs nothing but the revision of the page it was taken on."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RegisterForm(StepForm):
    """Entry into the body's register."""

    number = forms.CharField(max_length=40, label=_("Registration number"))


class AnswerForm(forms.Form):
    """The draft of a decision."""

    outcome = forms.ChoiceField(choices=Outcome.choices, label=_("Outcome"), widget=forms.RadioSelect)
    language = forms.ChoiceField(choices=WRITING_LANGUAGES, label=_("Language of the answer"))
    text = forms.CharField(
        max_length=2 * TEXT_MAX, label=_("Decision and its reasons"), widget=forms.Textarea(attrs={"rows": 14})
    )
    appeal_route = forms.CharField(
        max_length=1000, label=_("How the decision can be appealed"), widget=forms.Textarea(attrs={"rows": 3})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PublishDecisionForm(StepForm):
    """Publication, with the statement of the first head."""

    statement = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("Statement of the first head"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    statement_url = forms.CharField(
        required=False,
        max_length=500,
        label=_("Link to the recording"),
        help_text=_("A whole link that begins with https://."),
    )


class MilestoneForm(forms.Form):
    """A promise with its date."""

    title = forms.CharField(max_length=200, label=_("What will be done"))
    due_date = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class EvidenceForm(forms.Form):
    """How a promise was kept."""

    evidence = forms.CharField(max_length=2000, label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}))
    done_date = forms.DateField(label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class HideCommentForm(forms.Form):
    """Why a comment is taken from view."""

    reason = forms.CharField(max_length=300, label=_("Reason, shown in place of the comment"))


class ReportForm(forms.Form):
    """What is wrong with a comment."""

    reason = forms.CharField(max_length=300, label=_("What is wrong with it?"))


class MergeForm(ReasonForm):
    """A merge: its reason, and the idea that stays."""

    into = forms.CharField(
        max_length=300,
        label=_("The idea that stays"),
        help_text=_("Its code, or the link of its page."),
    )


class FulfilForm(EvidenceForm):
    """How which promise was kept."""

    milestone = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    links = forms.CharField(
        required=False,
        max_length=3000,
        label=_("Links where it can be seen, one a line"),
        help_text=_("Whole links that begin with https://."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    file = forms.FileField(required=False, label=_("A picture or a PDF, at most 5 MB"))
