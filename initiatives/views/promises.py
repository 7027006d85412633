"""The promises on the page of an official: each with the forms that report it, move it, and answer who disputes it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from initiatives.models import Initiative
from initiatives.selectors.review import promises_of
from initiatives.views import answering as acts

ABOUT = {"fulfil": "milestone", "move": "milestone", "answer_dispute": "number"}
"""Which field of each form says what it is about."""


def promise_rows(
    initiative: Initiative, shown: Mapping[str, forms.Form], name: str, form: forms.Form | None, *, today: date
) -> list[dict[str, Any]]:
    """Pair each promise with its forms; the one that was just refused keeps what was typed."""

    def of(act: str, number: int) -> forms.Form | None:
        if act not in shown:
            return None
        field = ABOUT[act]
        if form is not None and name == act and form.data.get(field, "") == str(number):
            form.auto_id = f"{act}{number}_%s"
            return form
        return acts.FORMS[act](initial={field: number}, auto_id=f"{act}{number}_%s")

    rows = []
    for promise in promises_of(initiative, today=today):
        one = promise.milestone
        disputes = [
            {"dispute": said, "form": of("answer_dispute", said.pk) if said.answered_at is None else None}
            for said in one.disputes.all()
            if said.hidden_at is None
        ]
        rows.append(
            {
                "promise": promise,
                "milestone": one,
                "form": None if one.is_done else of("fulfil", one.pk),
                "move": None if one.is_done else of("move", one.pk),
                "disputes": disputes,
            }
        )
    return rows
