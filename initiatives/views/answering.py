"""What an official can do on the page of one initiative: which form each step takes, and the one service it calls."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from initiatives import policies
from initiatives.forms import (
    AnswerForm,
    FulfilForm,
    MilestoneForm,
    PublishDecisionForm,
    ReasonForm,
    RegisterForm,
    StepForm,
)
from initiatives.models import Decision, Initiative, Milestone
from initiatives.selectors.queues import decision_of
from initiatives.services import answering
from initiatives.states import Outcome
from initiatives.workflow import workflow_of
from portal import clock
from portal.errors import Conflict, NotVisible
from portal.workflow import offers

if TYPE_CHECKING:
    from accounts.models import User

Act = Callable[[Initiative, "User", dict[str, Any]], object]

FORMS: Mapping[str, type[forms.Form]] = {
    "register": RegisterForm,
    "draft": AnswerForm,
    "submit": StepForm,
    "publish_decision": PublishDecisionForm,
    "promise": MilestoneForm,
    "fulfil": FulfilForm,
    "carry_out": StepForm,
    "finish": ReasonForm,
    "take_up": ReasonForm,
    "answer": ReasonForm,
}


def open_acts(initiative: Initiative, decision: Decision | None, user: "User") -> set[str]:
    """Return the acts whose forms the page shows to this official."""
    names = {step.name for step in offers(workflow_of(initiative), subject=initiative, to=user)}
    if initiative.is_answered_in_writing and policies.may_draft_answer(user, initiative):
        names.add("draft")
        if decision is not None and decision.submitted_at is None:
            names.add("submit")
    if policies.may_keep_milestones(user, initiative):
        names |= {"promise", "fulfil"}
    return names & set(FORMS)


def blank(name: str, initiative: Initiative, decision: Decision | None, **typed: Any) -> forms.Form:
    """Return the form of an act as it stands before anything is typed; `typed` fills it, but not its revision."""
    revision = initiative.revision
    initial: dict[str, Any] = {}
    if name in {"draft", "submit"}:
        revision = decision.revision if decision else 0
    if name == "draft":
        fields = ("outcome", "language", "text", "appeal_route")
        first = {"language": initiative.language, **({"outcome": Outcome.ANSWERED} if initiative.is_request else {})}
        initial = {field: getattr(decision, field) for field in fields} if decision else first
    return fitting(FORMS[name](initial={**initial, **typed, "revision": revision}, auto_id=f"{name}_%s"), initiative)


def fitting(form: forms.Form, initiative: Initiative) -> forms.Form:
    """Return the form with the outcomes that this matter can have; a single one is not asked for."""
    outcome = form.fields.get("outcome")
    if isinstance(outcome, forms.ChoiceField):
        outcomes = answering.outcomes_of(initiative)
        outcome.choices = [(one.value, one.label) for one in outcomes]
        if len(outcomes) == 1:
            outcome.widget = forms.HiddenInput()
    return form


def perform(name: str, initiative: Initiative, by: "User", data: dict[str, Any]) -> str:
    """Take the act and return the sentence that says so."""
    act, sentence = ACTS[name]
    act(initiative, by, data)
    return sentence()


def _register(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    number, seen = data["number"], data["revision"]
    return answering.register(initiative=initiative, by=by, number=number, seen_revision=seen, at=clock.now())


def _draft(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    fields = ("outcome", "language", "text", "appeal_route")
    answer = answering.Answer(**{field: data[field] for field in fields})
    return answering.draft(initiative=initiative, by=by, answer=answer, seen_revision=data["revision"], at=clock.now())


def _submit(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    decision = decision_of(initiative)
    if decision is None:
        raise Conflict(_("There is no draft yet."), code="no_draft")
    return answering.submit(decision=decision, by=by, seen_revision=data["revision"], at=clock.now())


def _publish(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    statement, seen = data["statement"], data["revision"]
    return answering.publish(initiative=initiative, by=by, statement=statement, seen_revision=seen, at=clock.now())


def _promise(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    title, due = data["title"], data["due_date"]
    return answering.promise(initiative=initiative, by=by, title=title, due_date=due, at=clock.now())


def _fulfil(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    milestone = (
        Milestone.objects.select_related("initiative").filter(initiative=initiative, pk=data["milestone"]).first()
    )
    if milestone is None:
        raise NotVisible
    evidence, on = data["evidence"], data["done_date"]
    return answering.fulfil(milestone=milestone, by=by, evidence=evidence, on=on, at=clock.now())


def _step(name: str) -> Act:
    def act(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
        reason, seen = data.get("reason", ""), data["revision"] or 0
        return answering.step(
            initiative=initiative, name=name, by=by, reason=reason, seen_revision=seen, at=clock.now()
        )

    return act


ACTS: Mapping[str, tuple[Act, Callable[[], str]]] = {
    "register": (_register, lambda: _("It is registered; the term of the decision runs from today.")),
    "draft": (_draft, lambda: _("The draft is saved.")),
    "submit": (_submit, lambda: _("The draft lies before the head for signature.")),
    "publish_decision": (_publish, lambda: _("The decision is public.")),
    "promise": (_promise, lambda: _("The promise is published.")),
    "fulfil": (_fulfil, lambda: _("The promise is reported as kept.")),
    "carry_out": (_step("carry_out"), lambda: _("Everyone can see now that it is being carried out.")),
    "finish": (_step("finish"), lambda: _("It is reported as done.")),
    "take_up": (_step("take_up"), lambda: _("The idea is taken up.")),
    "answer": (_step("answer"), lambda: _("The idea is answered.")),
}
