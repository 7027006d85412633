"""What a person has written, voted for and follows."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives import switches
from initiatives.models import Initiative, PaperLine, VoteAct, WaitingAct
from initiatives.selectors import cards
from initiatives.selectors.discussions import questions_to
from initiatives.selectors.waiting import waiting_of
from initiatives.services import paper_contesting
from portal import clock
from portal.switches import is_on
from portal.web.access import guarded

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 100


@guarded("initiatives.may_write")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Own initiatives with what one is asked about them, votes and followed ones."""
    user, at = cast("User", request.user), clock.now()
    rows = Initiative.objects.select_related("kind", "body", "territory", "topic", "tally")
    own = rows.filter(author=user).order_by("-updated_at")[:SHOWN]
    together = rows.co_written_by(user).order_by("-updated_at")[:SHOWN]
    followed = rows.filter(follows__user=user).visible_to(user).order_by("-follows__since")[:SHOWN]
    acts = (
        VoteAct.objects.filter(voter=user)
        .select_related("initiative", "initiative__body")
        .order_by("initiative_id", "-sequence")
        .distinct("initiative_id")[:SHOWN]
    )
    context = {
        "own": cards(own, at=at),
        "together": cards(together, at=at),
        "followed": cards(followed, at=at),
        "votes_caption": _("My votes"),
        "vote_columns": [
            {"label": _("Initiative")},
            {"label": _("Your vote")},
            {"label": _("When")},
            {"label": _("Receipt")},
        ],
        "questions": questions_to(user)[:SHOWN],
        "vote_rows": [
            *(_waiting_row(act) for act in waiting_of(user, limit=SHOWN)),
            *(_row(act) for act in sorted(acts, key=lambda act: act.at, reverse=True)),
        ],
        "paper_columns": [{"label": _("Initiative")}, {"label": _("Signed on")}, {"label": _("Your vote")}],
        "paper_rows": [_paper_row(line) for line in paper_contesting.own_lines(user)],
    }
    return render(request, "initiatives/mine.html", context)


def _paper_row(line: PaperLine) -> list[str | dict[str, str]]:
    initiative = line.paper_list.initiative
    was_contested = hasattr(line, "contest")
    standing = _("counted from paper; contest it if you did not sign")
    if line.taken_back or was_contested:
        standing = _("contested and taken back") if was_contested else _("taken back with its list")
    return [
        {"text": initiative.title, "href": reverse("initiatives:detail", args=[initiative.code])},
        date_format(line.signed_on, "DATE_FORMAT") if line.signed_on else "",
        {"text": standing, "href": reverse("initiatives:contest_paper", args=[line.pk])},
    ]


def _waiting_row(act: WaitingAct) -> list[str | dict[str, str]]:
    standing = act.get_outcome_display() if act.is_settled else _("received; waits for the certification authority")
    what = standing if act.gives else _("withdrawal: %(standing)s") % {"standing": standing}
    return [
        {"text": act.initiative.shown_title, "href": reverse("initiatives:detail", args=[act.initiative.code])},
        what,
        date_format(localtime(act.received_at), "DATETIME_FORMAT"),
        "",
    ]


def _row(act: VoteAct) -> list[str | dict[str, str]]:
    link = reverse("initiatives:detail", args=[act.initiative.code])
    standing = _("stands") if act.is_vote else _("withdrawn")
    return [
        {"text": act.initiative.shown_title, "href": link},
        standing,
        date_format(localtime(act.at), "DATETIME_FORMAT"),
        _receipt(act),
    ]


def _receipt(act: VoteAct) -> str | dict[str, str]:
    if act.entry is None or act.initiative.is_private or not is_on(switches.VOTE_LOG):
        return ""
    link = reverse("initiatives-api:log_receipt", args=[act.initiative.code, act.entry.hex])
    return {"text": _("Download the receipt"), "href": link}
