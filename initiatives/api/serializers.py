"""Shapes of the API. Names and labels are in the language asked for; a citizen's text keeps its own `language`."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from initiatives.models import Comment, Decision, Initiative, InitiativeKind, Milestone, Norm, Topic
from initiatives.selectors.cards import votes_of
from initiatives.selectors.counts import count_on_paper, exact_count
from initiatives.selectors.pages import current_term, public_decision
from initiatives.selectors.published import steps_taken
from initiatives.states import NormCode, Outcome, Process, Stance, State, Unit
from initiatives.workflow import CLOCK_OF_STATE
from portal import clock


class BodyShape(serializers.Serializer[Any]):
    """The state body addressed."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class TerritoryShape(serializers.Serializer[Any]):
    """A unit of the classifier of administrative-territorial objects."""

    kato = serializers.CharField()
    name = serializers.CharField()


class InitiativeLine(serializers.ModelSerializer[Initiative]):
    """An initiative as lists tell of it."""

    url = serializers.SerializerMethodField(help_text="Its page for people.")
    title = serializers.CharField(source="shown_title", help_text="In the language asked for where it exists.")
    language = serializers.CharField(
        source="shown_language", help_text="Language of the words in this answer: kk or ru."
    )
    languages = serializers.SerializerMethodField(
        help_text="Languages that the text is there in, the original's first."
    )
    process = serializers.ChoiceField(source="kind.process", choices=Process.choices)
    kind: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    body = BodyShape()
    territory = TerritoryShape()
    topic: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    votes = serializers.SerializerMethodField(help_text="Votes in force, at most a second behind.")

    class Meta:
        model = Initiative
        fields = (
            "code", "url", "process", "kind", "title", "language", "languages", "body", "territory", "topic", "sdgs", "state",
            "state_label", "state_since", "votes", "threshold", "published_at", "closes_at", "answered_at",
        )  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_languages(self, initiative: Initiative) -> list[str]:
        return [initiative.language, *([initiative.parallel_language] if initiative.has_parallel else [])]

    def get_url(self, initiative: Initiative) -> str:
        path = reverse("initiatives:detail", args=[initiative.code])
        request = self.context.get("request")
        return str(request.build_absolute_uri(path)) if request else path

    def get_votes(self, initiative: Initiative) -> int:
        return votes_of(initiative)


class StepShape(serializers.Serializer[Any]):
    """One day or month of a term."""

    date = serializers.DateField()
    counted = serializers.BooleanField()
    reason = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class TermShape(serializers.Serializer[Any]):
    """The term that runs now, explained step by step."""

    norm = serializers.ChoiceField(choices=NormCode.choices)
    article = serializers.CharField()
    due = serializers.DateField()
    due_at = serializers.DateTimeField()
    is_settled = serializers.BooleanField(help_text="False while a holiday on the way is still to be decreed.")
    steps = StepShape(many=True)


class DecisionShape(serializers.ModelSerializer[Decision]):
    """The published decision of the body."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    outcome_label = serializers.CharField(source="get_outcome_display")

    class Meta:
        model = Decision
        fields = (
            "outcome", "outcome_label", "language", "text", "appeal_route", "text_sha256", "signed_at", "published_at",
            "statement", "statement_at",
        )  # fmt: skip


class MilestoneShape(serializers.ModelSerializer[Milestone]):
    """A promise of the body."""

    is_done = serializers.BooleanField()
    moved_from = serializers.SerializerMethodField(help_text="The date first promised, where it was moved.")
    days_late = serializers.SerializerMethodField()

    class Meta:
        model = Milestone
        fields = ("title", "due_date", "moved_from", "done_date", "is_done", "days_late", "evidence")

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_moved_from(self, milestone: Milestone) -> str | None:
        first = milestone.moves.first()
        return first.from_date.isoformat() if first else None

    def get_days_late(self, milestone: Milestone) -> int:
        return milestone.days_late(clock.local_date(clock.now()))


class ReplyShape(serializers.ModelSerializer[Comment]):
    """What somebody said in reply. Of a hidden one only the reason is told, of a deleted one only when."""

    author = serializers.SerializerMethodField(help_text="Given name and initial; null when it is hidden or deleted.")
    text = serializers.SerializerMethodField(help_text="Null when it is hidden or deleted.")
    is_hidden = serializers.BooleanField()

    class Meta:
        model = Comment
        fields: tuple[str, ...] = ("id", "author", "text", "created_at", "is_hidden", "hidden_reason", "deleted_at")

    def get_author(self, comment: Comment) -> str | None:
        return None if comment.is_gone else comment.author.public_name

    def get_text(self, comment: Comment) -> str | None:
        return None if comment.is_gone else comment.text


class CommentShape(ReplyShape):
    """What somebody said about an initiative."""

    stance = serializers.ChoiceField(choices=Stance.choices)
    is_question = serializers.BooleanField(help_text="Whether the author is asked something.")
    is_answered = serializers.BooleanField(help_text="Whether the author or a co-author has replied.")
    replies = ReplyShape(many=True)

    class Meta(ReplyShape.Meta):
        fields = (*ReplyShape.Meta.fields, "stance", "is_question", "is_answered", "replies")


class HistoryShape(serializers.Serializer[Any]):
    """A step that was taken. Who took it for the state is not told."""

    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()
    to = serializers.ChoiceField(
        choices=State.choices, allow_blank=True, help_text="The state it led to; empty where it moved none."
    )
    reason = serializers.CharField(allow_blank=True)


class TextShape(serializers.Serializer[Any]):
    """The words in one language."""

    language = serializers.CharField(help_text="kk or ru.")
    title = serializers.CharField()
    problem = serializers.CharField()
    proposal = serializers.CharField()


class InitiativeDetail(InitiativeLine):
    """An initiative as its page tells of it."""

    votes = serializers.SerializerMethodField(help_text="Votes in force, exact.")
    votes_on_paper = serializers.SerializerMethodField(help_text="How many of them were given on paper.")
    author = serializers.CharField(source="author.public_name")
    coauthors = serializers.SerializerMethodField(help_text="How many people wrote it with the author.")
    problem = serializers.CharField(source="shown.problem")
    proposal = serializers.CharField(source="shown.proposal")
    texts = serializers.SerializerMethodField(
        help_text="The words in each language, the original first: what is signed."
    )
    revision = serializers.IntegerField()
    threshold_basis = serializers.JSONField(help_text="How the threshold was worked out, and by which article.")
    rejection_subject = serializers.IntegerField(
        allow_null=True, help_text="Number in the closed list of art. 90-2(3)."
    )
    merged_into: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True, allow_null=True
    )
    term = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()
    milestones = MilestoneShape(many=True)
    history = serializers.SerializerMethodField()

    class Meta(InitiativeLine.Meta):
        fields = (  # type: ignore[assignment]
            *InitiativeLine.Meta.fields, "votes_on_paper", "author", "coauthors", "problem", "proposal", "texts", "text_sha256",
            "revision", "threshold_basis", "opened_at", "threshold_reached_at", "registered_at", "registration_number",
            "rejection_subject", "rejection_reason", "merged_into", "term", "decision", "milestones", "history",
        )  # fmt: skip

    def get_votes(self, initiative: Initiative) -> int:
        return exact_count(initiative)

    def get_coauthors(self, initiative: Initiative) -> int:
        return len(initiative.accepted_coauthors)

    @extend_schema_field(TextShape(many=True))
    def get_texts(self, initiative: Initiative) -> list[Any]:
        parallel = initiative.parallel
        return list(TextShape([initiative.original, *([parallel] if parallel else [])], many=True).data)

    def get_votes_on_paper(self, initiative: Initiative) -> int:
        return count_on_paper(initiative)

    @extend_schema_field(TermShape(allow_null=True))
    def get_term(self, initiative: Initiative) -> dict[str, Any] | None:
        term = current_term(initiative)
        if term is None:
            return None
        norm = initiative.kind_version.norm(CLOCK_OF_STATE[State(initiative.state)])
        assert norm is not None  # the term was counted by it
        facts = {"due": term.due, "due_at": term.due_at, "is_settled": term.is_settled, "steps": term.steps}
        return dict(TermShape({**facts, "norm": norm.code, "article": norm.article}).data)

    @extend_schema_field(DecisionShape(allow_null=True))
    def get_decision(self, initiative: Initiative) -> dict[str, Any] | None:
        decision = public_decision(initiative)
        return dict(DecisionShape(decision).data) if decision else None

    @extend_schema_field(HistoryShape(many=True))
    def get_history(self, initiative: Initiative) -> list[Any]:
        return list(HistoryShape(steps_taken(initiative), many=True).data)


class CountShape(serializers.Serializer[Any]):
    """The exact number of votes in force."""

    votes = serializers.IntegerField()
    on_paper = serializers.IntegerField(help_text="How many of them were given on paper.")
    threshold = serializers.IntegerField(allow_null=True)


class HourShape(serializers.Serializer[Any]):
    """Votes in force by the hour in which they were given."""

    hour = serializers.DateTimeField(help_text="Its beginning.")
    votes = serializers.IntegerField()
    total = serializers.IntegerField(help_text="All votes up to the end of this hour.")


class RegionShape(TerritoryShape):
    """Votes of people who live in a region, as they said when they voted."""

    votes = serializers.IntegerField()


class TopicShape(serializers.ModelSerializer[Topic]):
    """What an initiative is about."""

    class Meta:
        model = Topic
        fields = ("slug", "name")


class NormShape(serializers.ModelSerializer[Norm]):
    """One number of the law, with its article."""

    code = serializers.ChoiceField(choices=NormCode.choices)
    label = serializers.CharField(source="get_code_display")  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=Unit.choices)

    class Meta:
        model = Norm
        fields = ("code", "label", "number", "unit", "start_event", "article", "is_verified")


class KindVersionShape(serializers.Serializer[Any]):
    """The numbers in force today."""

    number = serializers.IntegerField()
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    norms = NormShape(many=True)


class KindShape(serializers.ModelSerializer[InitiativeKind]):
    """What one can write."""

    process = serializers.ChoiceField(choices=Process.choices)
    version = serializers.SerializerMethodField()

    class Meta:
        model = InitiativeKind
        fields = ("slug", "name", "summary", "process", "body_kind", "requires_eds", "version")

    @extend_schema_field(KindVersionShape(allow_null=True))
    def get_version(self, kind: InitiativeKind) -> dict[str, Any] | None:
        versions = getattr(kind, "in_force", [])
        return dict(KindVersionShape(versions[0]).data) if versions else None


class StatementShape(serializers.Serializer[Any]):
    """The text to sign, byte for byte as UTF-8, and the token that comes back with the signature."""

    token = serializers.CharField()
    text = serializers.CharField()
    sha256 = serializers.CharField()
    expires_at = serializers.DateTimeField()


class SignedVote(serializers.Serializer[Any]):
    """A signature over a statement of the portal."""

    token = serializers.CharField(max_length=8000, help_text="As it came with the statement.")
    cms = serializers.CharField(
        max_length=400_000, help_text="The CMS signature (PEM or base64 of DER), text detached."
    )
    territory = serializers.RegexField(
        r"^\d{9}$", required=False, allow_blank=True, help_text="KATO code of where the voter lives."
    )


class ReceiptShape(serializers.Serializer[Any]):
    """How the voter stands now."""

    is_in_force = serializers.BooleanField()
    votes = serializers.IntegerField(help_text="The exact count with this act in it.")
    at = serializers.DateTimeField(source="act.at")
    receipt = serializers.JSONField(
        allow_null=True, help_text="The signed promise that the act will stand in the public vote log. Keep it."
    )


class WaitingShape(serializers.Serializer[Any]):
    """What is received and not counted: nobody can tell yet whether the certificate was revoked."""

    status = serializers.CharField(help_text="Always `waiting`.")
    votes = serializers.IntegerField(help_text="The exact count, without this act.")
    received_at = serializers.DateTimeField(source="act.received_at")
