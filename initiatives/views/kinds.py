"""The administrators' pages of kinds: names, being offered, the next version and what it would change."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives.forms import KindForm, KindTextsForm, NormForm, VersionForm
from initiatives.models import InitiativeKind, KindDraft, KindVersion
from initiatives.selectors.articles import cite
from initiatives.services import kind_preview, kinds
from initiatives.states import NormCode
from portal import clock
from portal.errors import InvalidInput, NotVisible, Refusal
from portal.web.access import guarded

if TYPE_CHECKING:
    from accounts.models import User

Crumb = dict[str, str]


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [
        {"label": _("Administration"), "href": reverse("web:administration")},
        {"label": _("Kinds"), "href": reverse("initiatives:kinds")},
        *more,
    ]


def _kind(slug: str) -> InitiativeKind:
    found = InitiativeKind.objects.filter(slug=slug).first()
    if found is None:
        raise NotVisible
    return found


def _by(request: HttpRequest) -> "User":
    return cast("User", request.user)


@guarded("initiatives.may_keep_kinds")
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind: whether it is offered, which version is in force, whether another one waits."""
    rows = kinds.standing(clock.local_date(clock.now()))
    return render(request, "initiatives/kinds/index.html", {"rows": rows, "crumbs": _crumbs()[:1]})


@guarded("initiatives.may_keep_kinds")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A kind of its own name and process; offered to nobody before it has numbers."""
    form = KindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        names = ("slug", "process", "body_kind", "requires_eds")
        try:
            made = kinds.add(**{name: data[name] for name in names}, texts=data, by=_by(request), at=clock.now())
            return redirect("initiatives:kind_version", slug=made.slug)
        except InvalidInput as refusal:
            _show(form, refusal)
    context = {"form": form, "crumbs": _crumbs({"label": _("New kind")})}
    return render(request, "initiatives/kinds/new.html", context, status=422 if form.errors else 200)


@guarded("initiatives.may_keep_kinds")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """Names and summaries, and whether people are offered the kind; its versions."""
    kind = _kind(slug)
    texts = {f"{field}_{code}": getattr(kind, f"{field}_{code}") for field in kinds.TEXTS for code in kinds.LANGUAGES}
    form = KindTextsForm(request.POST or None, initial={**texts, "is_active": kind.is_active})
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in texts}
        try:
            kinds.reword(
                kind=kind, texts=data, is_active=form.cleaned_data["is_active"], by=_by(request), at=clock.now()
            )
            messages.success(request, _("The kind is saved."))
            return redirect("initiatives:kind", slug=slug)
        except InvalidInput as refusal:
            _show(form, refusal)
    context = {
        "kind": kind,
        "form": form,
        "versions": [
            (version, [(norm, cite(norm.article)) for norm in version.norms.all()])
            for version in kind.versions.prefetch_related("norms").order_by("-number")
        ],
        "draft": _draft(kind),
        "scheduled": _next(kind),
        "crumbs": _crumbs({"label": str(kind)}),
    }
    return render(request, "initiatives/kinds/one.html", context, status=422 if form.errors else 200)


@guarded("initiatives.may_keep_kinds")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, slug: str) -> HttpResponse:
    """The next version: begins as the present one, saved as a draft until it is published."""
    kind, at = _kind(slug), clock.now()
    draft, current = _draft(kind), kinds.in_force(kind, clock.local_date(at))
    if request.method == "POST" and "discard" in request.POST:
        kinds.discard_draft(kind=kind, by=_by(request))
        messages.success(request, _("The draft is dropped."))
        return redirect("initiatives:kind", slug=slug)
    tomorrow = clock.local_date(at) + timedelta(days=1)
    first = {
        "effective_from": draft.effective_from if draft else tomorrow,
        "source": draft.source if draft else current.source if current else "",
    }
    form = VersionForm(request.POST or None, initial=first)
    known = _known(draft, current)
    norm_forms = {
        code: NormForm(
            request.POST or None, prefix=code.value, units=kinds.units_of(code), initial=known.get(code.value)
        )
        for code in NormCode
    }
    status = 200
    if request.method == "POST":
        status = 422
        if all([form.is_valid(), *(norm.is_valid() for norm in norm_forms.values())]):
            try:
                _save(kind, form, norm_forms, _by(request))
                return redirect("initiatives:kind_preview", slug=slug)
            except InvalidInput as refusal:
                for name, sentence in refusal.fields.items():
                    target: tuple[forms.Form, str] = (
                        (norm_forms[NormCode(name)], "number") if name in NormCode.values else (form, name)
                    )
                    target[0].add_error(target[1], str(sentence))
    context = {
        "kind": kind,
        "form": form,
        "norms": [(code.label, norm_forms[code]) for code in NormCode],
        "has_errors": [(code.label, norm) for code, norm in norm_forms.items() if norm.errors],
        "draft": draft,
        "crumbs": _crumbs(_crumb_of(kind), {"label": _("Next version")}),
    }
    return render(request, "initiatives/kinds/version.html", context, status=status)


@guarded("initiatives.may_keep_kinds")
@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take back a version that is published and has not begun."""
    kinds.cancel(kind=_kind(slug), number=number, by=_by(request), at=clock.now())
    messages.success(request, _("The version is taken back; the one before it goes on."))
    return redirect("initiatives:kind", slug=slug)


@guarded("initiatives.may_keep_kinds")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the draft would change, and the button that makes it law here."""
    kind, at = _kind(slug), clock.now()
    draft = _draft(kind)
    if draft is None:
        raise NotVisible(_("There is no draft of a new version."))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = kinds.publish(kind=kind, seen_at=request.POST.get("seen", ""), by=_by(request), at=at)
            messages.success(request, _("Version %(number)d is published.") % {"number": made.number})
            return redirect("initiatives:kind", slug=slug)
        except Refusal as refused:
            refusal = refused
    territories = [value for value in request.GET.getlist("territory")[:20] if value.isdigit()]
    columns = [{"label": _("Number")}, {"label": _("Now")}, {"label": _("With the new version")}]
    found = kind_preview.preview(draft, territories=territories, at=at)
    context = {
        "kind": kind,
        "draft": draft,
        "seen": draft.saved_at.isoformat(),
        "found": found,
        "columns": columns,
        "numbers": [_row(change) for change in found.numbers],
        "thresholds": [_row(change) for change in found.thresholds],
        "terms": [_row(change) for change in found.terms],
        "problems": [{"text": text, "href": ""} for text in kinds.problems_of(draft, at)],
        "refusal": refusal,
        "crumbs": _crumbs(_crumb_of(kind), {"label": _("What changes")}),
    }
    return render(request, "initiatives/kinds/preview.html", context, status=int(refusal.status) if refusal else 200)


def _row(change: kind_preview.Change) -> list[str]:
    after = change.after or "–"
    return [change.label, change.before or "–", f"→ {after}" if change.is_changed else _("as now")]


def _crumb_of(kind: InitiativeKind) -> Crumb:
    return {"label": str(kind), "href": reverse("initiatives:kind", args=[kind.slug])}


def _draft(kind: InitiativeKind) -> KindDraft | None:
    return KindDraft.objects.select_related("kind").filter(kind=kind).first()


def _next(kind: InitiativeKind) -> KindVersion | None:
    return kind.versions.filter(effective_from__gt=clock.local_date(clock.now())).last()


def _known(draft: KindDraft | None, current: KindVersion | None) -> dict[str, dict[str, Any]]:
    """Return what the form of each number begins with."""
    if draft is not None:
        return dict(draft.norms)
    names = ("unit", "start_event", "article", "is_verified")
    found = current.norms.all() if current else ()
    return {
        norm.code: {"number": f"{norm.number.normalize():f}", **{name: getattr(norm, name) for name in names}}
        for norm in found
    }


def _save(kind: InitiativeKind, form: VersionForm, norm_forms: dict[NormCode, NormForm], by: "User") -> None:
    norms = {code.value: norm.cleaned_data for code, norm in norm_forms.items() if norm.cleaned_data["number"]}
    numbers = kinds.Numbers(
        effective_from=form.cleaned_data["effective_from"], source=form.cleaned_data["source"], norms=norms
    )
    kinds.save_draft(kind=kind, numbers=numbers, by=by, at=clock.now())


def _show(form: forms.Form, refusal: InvalidInput) -> None:
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
