"""My searches: keep the list one looks at, rename it, hear of it more or less often, forget it."""

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives import policies
from initiatives.forms import ListForm, SearchForm
from initiatives.models import SavedSearch
from initiatives.services import searches
from portal import clock
from portal.errors import InvalidInput, NotVisible, Refusal
from portal.permissions import require
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User


@guarded("initiatives.may_keep_search")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The searches I keep."""
    kept = SavedSearch.objects.filter(owner=cast("User", request.user))
    return render(request, "initiatives/searches.html", {"searches": kept})


@guarded("initiatives.may_keep_search")
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search in the address under a name."""
    asked = ListForm(request.GET)
    asked.is_valid()  # what does not validate does not filter
    query = {("words" if key == "q" else key): value for key, value in asked.cleaned_data.items() if value}
    form = SearchForm(request.POST or None, initial={"name": str(query.get("words", ""))[:80]})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            searches.keep(by=cast("User", request.user), query=query, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("The search is kept."))
            return redirect("initiatives:searches")
        except Refusal as refusal:
            status = int(refusal.status)
            _show(form, refusal)
    return render(request, "initiatives/search_edit.html", {"form": form, "is_new": True}, status=status)


@decides("initiatives.may_keep_search")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Rename a search, hear of it at other times."""
    refused = answer_or_sign_in(request, policies.may_keep_search(request.user, None))
    if refused:
        return refused
    search = _own(request, number)
    form = SearchForm(request.POST or None, initial={"name": search.name, "frequency": search.frequency})
    if request.method == "POST" and form.is_valid():
        try:
            searches.change(search=search, by=cast("User", request.user), **form.cleaned_data)
            messages.success(request, _("The search is changed."))
            return redirect("initiatives:searches")
        except InvalidInput as refusal:
            _show(form, refusal)
    status = 422 if form.is_bound else 200
    return render(request, "initiatives/search_edit.html", {"form": form, "search": search}, status=status)


@decides("initiatives.may_keep_search")
@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Forget a search."""
    searches.drop(search=_own(request, number), by=cast("User", request.user))
    messages.success(request, _("The search is deleted."))
    return redirect("initiatives:searches")


@decides("initiatives.may_keep_search")
@require_safe
def open_list(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the list that a kept search stands for, the newest first."""
    refused = answer_or_sign_in(request, policies.may_keep_search(request.user, None))
    if refused:
        return refused
    query = _own(request, number).query
    asked = {("q" if key == "words" else key): value for key, value in query.items()}
    return redirect(reverse("initiatives:index") + "?" + urlencode({**asked, "order": "newest"}))


def _own(request: HttpRequest, number: int) -> SavedSearch:
    found = SavedSearch.objects.filter(pk=number).first()
    if found is None or not policies.may_keep_search(request.user, found):
        raise NotVisible
    require(policies.may_keep_search(request.user, found))
    return found


def _show(form: SearchForm, refusal: Refusal) -> None:
    for name, sentence in (refusal.fields or {"": refusal.message}).items():
        form.add_error(name if name in form.fields else None, str(sentence))
