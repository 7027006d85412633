"""Validation of what people type; nothing is saved here."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import BodyKind
from initiatives.limits import COMMENT_MAX, REASON_MAX, TEXT_MAX, TITLE_MAX
from initiatives.models import InitiativeKind, Topic
from initiatives.selectors.facets import STAGES
from initiatives.states import ExcludedSubject, Frequency, Order, Outcome, Process, ReportCategory, Stance, Unit

if TYPE_CHECKING:
    pass

WRITING_LANGUAGES = (("kk", "Қазақша"), ("ru", "Русский"))
SDG_CHOICES = tuple((number, str(number)) for number in range(1, 18))

FIRST_YEAR, LAST_YEAR = 2020, 2100


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
    title = forms.CharField(
        required=False,
        max_length=TITLE_MAX,
        label=_("What do you ask for, in one sentence?"),
        help_text=_(
            "If somebody asks for the same already, you see it below and can join in. You can change it later."
        ),
    )

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
    parallel_title = forms.CharField(
        required=False, max_length=TITLE_MAX, label=_("Title in the other language"), help_text=_("The same sentence.")
    )
    parallel_problem = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("The problem in the other language"),
        help_text=_("The same facts in the same order."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    parallel_proposal = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("What you propose, in the other language"),
        help_text=_("The same steps in the same order."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(), required=False, label=_("Topic"), to_field_name="slug", empty_label=_("Choose…")
    )
    sdgs = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=SDG_CHOICES, label=_("Sustainable Development Goals it serves")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TwinForm(forms.Form):
    """What is typed so far, to look for what says the same."""

    language = forms.ChoiceField(choices=WRITING_LANGUAGES, required=False)
    title = forms.CharField(required=False, max_length=TITLE_MAX)
    problem = forms.CharField(required=False, max_length=TEXT_MAX)
    proposal = forms.CharField(required=False, max_length=TEXT_MAX)


class SearchForm(forms.Form):
    """The name of a kept search, and how often to hear of it."""

    name = forms.CharField(
        max_length=80, label=_("Name of the search"), help_text=_("Under this name you find it and hear of it.")
    )
    frequency = forms.ChoiceField(
        choices=Frequency.choices, initial=Frequency.DAILY, label=_("Tell me what is new"), widget=forms.RadioSelect
    )


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
    is_question = forms.BooleanField(required=False, label=_("This is a question to the author"))
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CorrectForm(forms.Form):
    """A corrected comment."""

    text = forms.CharField(max_length=COMMENT_MAX, label=_("Your comment"), widget=forms.Textarea(attrs={"rows": 4}))


class HidingContestForm(forms.Form):
    """A writer's word against the hiding of a comment."""

    text = forms.CharField(max_length=REASON_MAX, label=_("Why it should be shown again"))


class ContestDecisionForm(forms.Form):
    """What another moderator decides on a contested hiding."""

    act = forms.ChoiceField(choices=(("restore", _("Show it again")), ("confirm", _("Leave it hidden"))))
    reason = forms.CharField(max_length=REASON_MAX, label=_("Reason, public"))


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


class BilingualReasonForm(ReasonForm):
    """A reason in the language of the text, and if the moderator likes in the other."""

    reason_other = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        label=_("The same in the other language (Kazakh or Russian)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RejectForm(BilingualReasonForm):
    """A proposed rejection: its reason, and the subject of the closed list where that is the ground."""

    subject = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=_("Subject that a petition may not have"),
        choices=[("", _("Another ground")), *ExcludedSubject.choices],
    )


class RemovalForm(BilingualReasonForm):
    """A proposed removal of a text that the law forbids to show."""

    article = forms.CharField(max_length=200, label=_("Article of the law that forbids the text"))


class AppealForm(forms.Form):
    """The author's word against a rejection."""

    text = forms.CharField(
        max_length=TEXT_MAX, label=_("Why the rejection is wrong"), widget=forms.Textarea(attrs={"rows": 8})
    )


class AssignForm(forms.Form):
    """Items of the queue that are given to a moderator."""

    items = forms.MultipleChoiceField(required=True)
    to = forms.CharField(max_length=40)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = self.fields["items"]
        assert isinstance(items, forms.MultipleChoiceField)
        items.choices = [(code, code) for code in codes]


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
        max_length=2 * TEXT_MAX,
        label=_("Decision and its reasons"),
        help_text=_("At least 200 characters: what is decided, why, and by which article."),
        widget=forms.Textarea(attrs={"rows": 14}),
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


class PeriodForm(forms.Form):
    """A span of days, as the statistics take it; years are those in which the portal can have been open."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins or lies where no portal was."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            raise forms.ValidationError(_("The last day must not lie before the first."))
        if any(day and not FIRST_YEAR <= day.year <= LAST_YEAR for day in (since, until)):
            raise forms.ValidationError(_("Choose days between 2020 and 2100."))
        return data


class HideCommentForm(forms.Form):
    """Why a comment is taken from view."""

    reason = forms.CharField(max_length=REASON_MAX, label=_("Reason, shown in place of the comment"))
    reason_other = forms.CharField(
        required=False,
        max_length=REASON_MAX,
        label=_("The same in the other language (Kazakh or Russian)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportForm(forms.Form):
    """What is wrong with a comment."""

    category = forms.ChoiceField(choices=ReportCategory.choices, label=_("What is wrong with it?"))
    reason = forms.CharField(required=False, max_length=REASON_MAX, label=_("In your own words"))


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


class PaperListForm(forms.Form):
    """A list of votes on paper with the scan of its sheets."""

    file = forms.FileField(
        label=_("The list: CSV or Excel with IIN, surname, given name, date of signing; at most 3 MB")
    )
    scan = forms.FileField(label=_("Scan of the sheets: PDF, at most 8 MB"))
    sheets_from = forms.CharField(
        required=False, max_length=200, label=_("Who brought the sheets, and how many there are")
    )


class ContestForm(forms.Form):
    """Why a line on a paper list is not one's own."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label=_("Do you know how your number came on it?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KindTextsForm(forms.Form):
    """How a kind is called, and whether people are offered it."""

    name_kk = forms.CharField(max_length=120, label=_("Name, in Kazakh"))
    name_ru = forms.CharField(max_length=120, label=_("Name, in Russian"))
    name_en = forms.CharField(max_length=120, label=_("Name, in English"))
    summary_kk = forms.CharField(max_length=300, label=_("Summary, in Kazakh"))
    summary_ru = forms.CharField(max_length=300, label=_("Summary, in Russian"))
    summary_en = forms.CharField(max_length=300, label=_("Summary, in English"))
    is_active = forms.BooleanField(required=False, label=_("People are offered this kind"))


class KindForm(KindTextsForm):
    """A new kind."""

    is_active = None  # type: ignore[assignment]
    slug = forms.SlugField(max_length=60, label=_("Short name of Latin letters; it stays"))
    process = forms.ChoiceField(choices=Process.choices, label=_("Process"))
    body_kind = forms.ChoiceField(
        required=False, choices=(("", _("any body")), *BodyKind.choices), label=_("Kind of body addressed")
    )
    requires_eds = forms.BooleanField(required=False, initial=True, label=_("Votes need a digital signature"))


class VersionForm(forms.Form):
    """From when the next version applies, and by which act."""

    effective_from = forms.DateField(
        label=_("First day on which it applies"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(max_length=250, label=_("Act on which the numbers rest"))


class NormForm(forms.Form):
    """One number of the law; without a number the kind has no such rule."""

    number = forms.CharField(required=False, max_length=12, label=_("Number"))
    unit = forms.ChoiceField(required=False, label=_("Unit"))
    start_event = forms.CharField(required=False, max_length=120, label=_("Counted from"))
    article = forms.CharField(required=False, max_length=120, label=_("Article"))
    is_verified = forms.BooleanField(required=False, label=_("Checked against the official text"))

    def __init__(self, *args: Any, units: tuple[Unit, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [(one.value, one.label) for one in units]
