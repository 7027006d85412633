"""What an official can do on the page of one initiative: which form each step takes, and the one service it calls."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from initiatives import policies
from initiatives.forms import (
    AnswerForm,
    FinishForm,
    FulfilForm,
    MilestoneForm,
    PublishDecisionForm,
    ReasonForm,
    RegisterForm,
    StepForm,
)
from initiatives.models import Decision, Initiative, Milestone, MilestoneDispute
from initiatives.selectors.queues import decision_of
from initiatives.services import answering, promising
from initiatives.states import Outcome, State
from initiatives.views.review_forms import AnswerDisputeForm, MoveForm
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
    "move": MoveForm,
    "answer_dispute": AnswerDisputeForm,
    "carry_out": StepForm,
    "finish": FinishForm,
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
        names |= {"promise", "fulfil", "move"}
    if initiative.state == State.DONE or policies.may_keep_milestones(user, initiative):
        names.add("answer_dispute")
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
    if initiative.is_request and "text" in form.fields:
        form.fields["text"].label, form.fields["appeal_route"].label = (
            _("Answer and its reasons"),
            _("How the answer can be appealed"),
        )
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
    statement, url = data["statement"], data["statement_url"]
    return answering.publish(
        initiative=initiative,
        by=by,
        statement=statement,
        statement_url=url,
        seen_revision=data["revision"],
        at=clock.now(),
    )


def _promise(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    title, due = data["title"], data["due_date"]
    return promising.promise(initiative=initiative, by=by, title=title, due_date=due, at=clock.now())


def _milestone(initiative: Initiative, data: dict[str, Any]) -> Milestone:
    found = Milestone.objects.select_related("initiative").filter(initiative=initiative, pk=data["milestone"]).first()
    if found is None:
        raise NotVisible
    return found


def _fulfil(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    return promising.fulfil(
        milestone=_milestone(initiative, data),
        by=by,
        evidence=data["evidence"],
        on=data["done_date"],
        links=data["links"].split(),
        uploads=[data["file"]] if data["file"] else [],
        at=clock.now(),
    )


def _move(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    milestone, to, reason = _milestone(initiative, data), data["due_date"], data["reason"]
    return promising.move(milestone=milestone, by=by, to=to, reason=reason, at=clock.now())


def _answer_dispute(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    rows = MilestoneDispute.objects.select_related("milestone__initiative")
    found = rows.filter(milestone__initiative=initiative, pk=data["number"]).first()
    if found is None:
        raise NotVisible
    return promising.answer_dispute(dispute=found, by=by, answer=data["answer"], at=clock.now())


def _finish(initiative: Initiative, by: "User", data: dict[str, Any]) -> object:
    return answering.finish(
        initiative=initiative,
        by=by,
        reason=data["reason"],
        open_reason=data["open_reason"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


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
    "move": (_move, lambda: _("The new date and its reason are public.")),
    "answer_dispute": (_answer_dispute, lambda: _("The answer is public.")),
    "carry_out": (_step("carry_out"), lambda: _("Everyone can see now that it is being carried out.")),
    "finish": (_finish, lambda: _("It is reported as done.")),
    "take_up": (_step("take_up"), lambda: _("The idea is taken up.")),
    "answer": (_step("answer"), lambda: _("The idea is answered.")),
}
