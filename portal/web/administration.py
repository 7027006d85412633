"""What administrators do besides Django's admin: a page that lists it, and the switches."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock, switches
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.switches import turning
from portal.web import navigation
from portal.web.access import guarded

if TYPE_CHECKING:
    from accounts.models import User

USUAL = {
    "kk": "Порталдың жүктемесі тым жоғары. Бұл бөлім жақын арада қайта іске қосылады.",
    "ru": "Нагрузка на портал слишком высока. Этот раздел скоро заработает снова.",
    "en": "The portal is under too heavy a load. This part will work again soon.",
}
"""What the form begins with: in trouble there is no time to word it in three languages."""


class TurnOffForm(forms.Form):
    """Why a part is turned off, as people will read it."""

    reason_kk = forms.CharField(max_length=turning.REASON_MAX, label=_("Reason, in Kazakh"))
    reason_ru = forms.CharField(max_length=turning.REASON_MAX, label=_("Reason, in Russian"))
    reason_en = forms.CharField(max_length=turning.REASON_MAX, label=_("Reason, in English"), required=False)


class TurnOnForm(forms.Form):
    """Why it can be turned on again, for the log."""

    note = forms.CharField(max_length=turning.REASON_MAX, label=_("Why can it be turned on again?"))


def crumbs(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Return where the reader is, from the administrator's page down."""
    return [{"label": gettext("Administration"), "href": reverse("web:administration")}, *more]


@guarded(turning.ADMINISTER)
@never_cache
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """What there is to administer."""
    links = navigation.links("administration", request.user, request.path)
    return render(request, "web/administration.html", {"links": links})


@guarded(turning.ADMINISTER)
@never_cache
@require_safe
def switch_list(request: HttpRequest) -> HttpResponse:
    """Every switch, how it stands, and what people see while it is off."""
    rows = [{"switch": one, "off": switches.off(name)} for name, one in switches.registered().items()]
    context = {"rows": rows, "crumbs": crumbs({"label": gettext("Switches")})}
    return render(request, "web/switches.html", context)


@guarded(turning.ADMINISTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Turn one off with a reason, change the reason, or turn it on again."""
    found = switches.registered().get(name)
    if found is None:
        raise NotVisible(gettext("There is no such switch."))
    off = switches.off(name)
    turns_on = request.method == "POST" and "on" in request.POST
    off_form = TurnOffForm(None if turns_on else request.POST or None, initial=_reasons(off))
    on_form = TurnOnForm(request.POST if turns_on else None)
    form: forms.Form = on_form if turns_on else off_form
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _turn(name, form.cleaned_data, cast("User", request.user), turns_on=turns_on)
                messages.success(request, gettext("Done. It takes effect everywhere within a few seconds."))
                return redirect("web:switches")
            except InvalidInput as refusal:
                for field, sentence in refusal.fields.items():
                    form.add_error(field, str(sentence))
            except Conflict as refusal:
                form.add_error(None, str(refusal.message))
                status = 409
    context = {"switch": found, "off": off, "off_form": off_form, "on_form": on_form, "form": form}
    trail = crumbs({"label": gettext("Switches"), "href": reverse("web:switches")}, {"label": str(found.label)})
    return render(request, "web/switch.html", {**context, "crumbs": trail}, status=status)


def _turn(name: str, typed: dict[str, str], by: "User", *, turns_on: bool) -> None:
    if turns_on:
        turning.turn_on(name=name, note=typed["note"], by=by, at=clock.now())
        return
    reasons = {language: typed[f"reason_{language}"] for language in USUAL}
    turning.turn_off(name=name, reasons=reasons, by=by, at=clock.now())


def _reasons(off: switches.Off | None) -> dict[str, str]:
    return {
        f"reason_{language}": (off.reasons.get(language, "") if off else usual) for language, usual in USUAL.items()
    }
