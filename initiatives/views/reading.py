"""Home, list, the page of one initiative, its count, its attachments."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from initiatives import policies, switches
from initiatives.forms import CommentForm, ListForm, ReportForm
from initiatives.models import Appeal, Attachment, Initiative, Refusal
from initiatives.policies import moderating
from initiatives.selectors import ListFilter, cards, get_visible_or_404, initiative_page, list_page, reasons, sharing
from initiatives.selectors.articles import cite
from initiatives.selectors.counts import exact_count
from initiatives.selectors.lateness import lateness_of
from initiatives.selectors.moderation_log import tombstone
from initiatives.selectors.pages import InitiativePage, joiners_needed, threshold_sentence, timeline, totals
from initiatives.selectors.review import Review, happenings, review_of
from initiatives.states import LISTED, OPEN_TO_VOTES, CommentOrder, NormCode, Order, Safety, State
from initiatives.views import own_votes
from initiatives.workflow import CLOCK_OF_STATE
from portal import clock
from portal.switches import is_on
from portal.web.access import decides, public
from portal.web.caching import shared
from portal.web.numbers import grouped

HOME_CARDS = 3
HOME_LINES = 5
RECALLABLE = (State.DRAFT, State.JOINING, State.MODERATION)


@public
@shared(seconds=5)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is happening: search first; the liveliest, the biggest, the rising, the nearest to their threshold, the answered."""
    at = clock.now()
    listed = Initiative.objects.listed().for_cards()
    active = listed.filter(state__in=OPEN_TO_VOTES)
    shown = {
        "rising": cards(
            active.filter(tally__rising__gt=0).ranked(Order.RISING)[:HOME_LINES], order=Order.RISING, at=at
        ),
        "biggest": cards(active.ranked(Order.MOST_SUPPORTED)[:HOME_LINES], order=Order.MOST_SUPPORTED, at=at),
        "trending": cards(active.ranked(Order.TRENDING)[:HOME_CARDS], order=Order.TRENDING, at=at),
        "progress": cards(
            active.filter(state=State.COLLECTING).short_of_threshold().ranked(Order.PROGRESS)[:HOME_CARDS],
            order=Order.PROGRESS,
            at=at,
        ),
        "answered": cards(
            listed.filter(answered_at__isnull=False).ranked(Order.ANSWERED)[:HOME_CARDS], order=Order.ANSWERED, at=at
        ),
    }
    return render(request, "initiatives/home.html", {"shown": shown, "totals": totals()})


@public
@shared(seconds=2)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of published initiatives."""
    form = ListForm(request.GET)
    form.is_valid()  # what does not validate does not filter
    asked = asked_for(form.cleaned_data)
    page = list_page(asked, at=clock.now())
    query = {key: value for key, value in form.cleaned_data.items() if value and key != "page"}
    context = {
        "form": form,
        "asked": asked,
        "page": page,
        "orders": [one for one in Order.choices if one[0] != Order.RISING or is_on(switches.RISING)],
        "more_open": bool(asked.kind or asked.topic or asked.region or asked.language or asked.body or asked.sdg),
        "query": query,
        "feed_query": _feed_query(query),
        "links": _page_links(query, page.page, page.pages),
        "save_link": f"{reverse('initiatives:save_search')}?{urlencode(query)}" if set(query) - {"order"} else "",
    }
    template = "initiatives/_results.html" if getattr(request, "htmx", False) else "initiatives/index.html"
    return render(request, template, context)


def _feed_query(query: dict[str, Any]) -> str:
    """Return the filters alone, as the feed and the calendar of this list take them."""
    filters = {key: value for key, value in query.items() if key != "order"}
    return "?" + urlencode(filters) if filters else ""


def asked_for(data: dict[str, Any]) -> ListFilter:
    """Return what the validated form of a list asks for."""
    names = ("stage", "kind", "topic", "region", "language", "body")
    words, order = (data.get("q") or "").replace("\x00", "").strip(), data.get("order") or Order.TRENDING
    return ListFilter(
        words=words if is_on(switches.SEARCH) else "",
        sdg=data.get("sdg"),
        order=Order.TRENDING if order == Order.RISING and not is_on(switches.RISING) else order,
        page=data.get("page") or 1,
        **{name: data.get(name) or "" for name in names},
    )


def _page_links(query: dict[str, Any], page: int, pages: int) -> dict[str, str]:
    def link(number: int) -> str:
        return "?" + urlencode({**query, "page": number})

    return {"previous": link(page - 1) if page > 1 else "", "next": link(page + 1) if page < pages else ""}


@decides("initiatives.may_read")
@shared(seconds=1)
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one initiative."""
    initiative = get_visible_or_404(request.user, code)
    at = clock.now()
    page = initiative_page(
        initiative,
        actor=request.user,
        at=at,
        session_act=own_votes.recall(request, initiative),
        session_waiting=own_votes.recall_waiting(request, initiative),
        comment_order=request.GET.get("comments", ""),
        questions_only=request.GET.get("questions") == "1",
    )
    context = {
        "initiative": initiative,
        "shown": initiative.wording_in(request.GET.get("text") or initiative.shown_language),
        "page": page,
        "may_vote": policies.may_vote(request.user, initiative),
        "may_comment": policies.may_comment(request.user, initiative),
        "may_ask": moderating.may_ask(request.user, initiative),
        "may_edit": policies.may_edit(request.user, initiative),
        "may_send_request": _may_send(request, page),
        "may_withdraw": bool(policies.may_withdraw(request.user, initiative)) and initiative.state in RECALLABLE,
        "may_moderate": policies.judges_words_under(request.user, initiative),
        **_judged(request, initiative),
        **_drawn(page),
        "share": sharing.share_facts(initiative),
        "comment_form": CommentForm(),
        "report_form": ReportForm(),
        "comment_orders": CommentOrder.choices,
        **_after_the_threshold(request, page),
    }
    return render(request, "initiatives/detail.html", context)


def _judged(request: HttpRequest, initiative: Initiative) -> dict[str, Any]:
    """What was decided against it, in both languages, and what the author may do about it."""
    if initiative.state != State.REJECTED and not initiative.is_removed:
        return {}
    return {
        "refusal": Refusal.objects.filter(initiative=initiative, confirmed_at__isnull=False).last(),
        "other_language": reasons.other_language(initiative.language),
        "appeal": Appeal.objects.filter(initiative=initiative).first(),
        "may_appeal": moderating.may_appeal(request.user, initiative),
        "appeal_until": moderating.appeal_until(initiative),
        "tombstone": tombstone(initiative),
    }


def _may_send(request: HttpRequest, page: InitiativePage) -> bool:
    """Whether the page offers its reader to send a request now."""
    one = page.initiative
    ready = one.is_request and one.state == State.COLLECTING and page.votes >= (one.threshold or 1)
    return ready and bool(policies.may_send_request(request.user, one))


def _after_the_threshold(request: HttpRequest, page: InitiativePage) -> dict[str, Any]:
    """What the body owes, did and promised; the timeline with it."""
    initiative, at = page.initiative, clock.now()
    review = review_of(initiative, at=at)
    commission, appeal = review.commission, initiative.kind_version.norm(NormCode.APPEAL_PERIOD)
    if commission is not None:
        commission.initiative = initiative
    return {
        "review": review,
        "late": lateness_of(initiative, at=at),
        "timeline": timeline(page.history, happenings(initiative, review)),
        "may_take_seat": commission is not None and bool(policies.may_take_seat(request.user, commission)),
        "disputable": _disputable(request, initiative, review),
        "appeal_days": int(appeal.number) if appeal else "",
        "appeal_article": cite(appeal.article) if appeal else "",
    }


def _disputable(request: HttpRequest, initiative: Initiative, review: Review) -> set[int]:
    """Return the promises of which this reader may say that it is not so: who may of one may of all that are done."""
    if not request.user.is_authenticated:
        return set()
    done = [one.milestone for one in review.promises if one.milestone.is_done]
    for milestone in done:
        milestone.initiative = initiative
    if not done or not policies.may_dispute(request.user, done[0]):
        return set()
    said = {dispute.milestone_id for one in done for dispute in one.disputes.all() if dispute.author == request.user}
    return {milestone.pk for milestone in done} - said


def _drawn(page: InitiativePage) -> dict[str, Any]:
    """What the components of the page draw: chart, table of ages, timeline, the running term in words."""
    initiative = page.initiative
    code = CLOCK_OF_STATE.get(State(initiative.state))
    norm = initiative.kind_version.norm(code) if code else None
    labels = [f"{day:%d.%m}" for day, _votes in page.days]
    values = [votes for _day, votes in page.days]
    return {
        "chart": {"labels": labels, "series": [{"label": _("Votes"), "values": values}]} if labels else None,
        "age_columns": [{"label": _("Age")}, {"label": _("Votes"), "numeric": True}],
        "age_rows": [[label, _("hidden") if votes is None else grouped(votes)] for label, votes in page.ages],
        "ages_hidden": any(votes is None for _label, votes in page.ages),
        "term_label": norm.get_code_display() if norm else "",
        "term_act": f"{norm} ({cite(norm.article)})" if norm else "",
        "threshold_sentence": threshold_sentence(initiative),
        "joiners": joiners_needed(initiative),
    }


@decides("initiatives.may_read")
@require_safe
@vary_on_headers("HX-Request")
def count(request: HttpRequest, code: str) -> HttpResponse:
    """The exact count, small enough to be asked again and again: {"votes": …, "threshold": …}."""
    initiative = get_object_or_404(
        Initiative.objects.visible_to(request.user).only("pk", "threshold", "state", "kind_version"), code=code
    )
    votes = exact_count(initiative)
    response: HttpResponse = JsonResponse({"votes": votes, "threshold": initiative.threshold})
    if getattr(request, "htmx", False):
        context = {"votes": votes, "initiative": initiative, "joiners": joiners_needed(initiative)}
        response = render(request, "initiatives/_count.html", context)
    if initiative.state in LISTED:
        patch_cache_control(response, public=True, max_age=1, stale_while_revalidate=5)
    else:  # what has no list has no place in strangers' caches
        patch_cache_control(response, private=True, no_cache=True)
    return response


@decides("initiatives.may_read")
@require_safe
def attachment(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """A file of the initiative, always as a download of its checked type."""
    initiative = get_visible_or_404(request.user, code)
    kept = Attachment.objects.shown_to(request.user).exclude(safety=Safety.REFUSED)
    found = get_object_or_404(kept, initiative=initiative, pk=number)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    response["Content-Type"] = found.content_type
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser show it nevertheless, it is a page of no origin that may do nothing.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if not found.is_clean:
        patch_cache_control(response, private=True, no_store=True)
    return response
