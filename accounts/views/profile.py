"""The profile: what the certificate says, what the person says, and the welcome after the first sign-in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policies, selectors
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.services import profile as profiles
from accounts.views import door
from portal.clock import now
from portal.errors import Refusal
from portal.web import throttle
from portal.web.access import guarded, public


@guarded("accounts.may_see_account")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """See and change what the portal knows of oneself."""
    user = door.person_of(request)
    form = _form(request, user)
    if request.method == "POST" and form.is_valid() and _save(request, user, form):
        messages.success(request, _("Your profile is saved."))
        with translation.override(form.cleaned_data["language"]):
            return redirect("accounts:profile")
    context = {
        "form": form,
        "person": user,
        "roles": selectors.roles_of(user, at=now()),
        "may_erase": policies.may_erase(user, user),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@guarded("accounts.may_see_account")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """After the first sign-in: three questions, each of which may stay open."""
    user = door.person_of(request)
    target = door.next_page(request)
    form = _form(request, user)
    if request.method == "POST" and form.is_valid() and _save(request, user, form):
        return redirect(target)
    context = {"form": form, "person": user, "next": target}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)


@guarded("accounts.may_see_account")
@require_POST
def ask_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the letter with the link once more."""
    user = door.person_of(request)
    at = now()
    throttle.spend(throttle.LETTER, request, at=at, account=str(user.pk))
    profiles.ask_again(user=user, by=user, at=at)
    messages.success(request, _("A letter is on its way. Open the link in it."))
    return redirect("accounts:profile")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link in the letter. Only the button confirms: programs that look through mail open links by themselves."""
    if request.method == "POST":
        profiles.confirm_email(token=token, at=now())
        messages.success(request, _("Your e-mail address is confirmed."))
        return redirect("accounts:profile" if request.user.is_authenticated else "/")
    return render(request, "accounts/confirm_email.html", {"email": profiles.address_of(token)})


def _form(request: HttpRequest, user: User) -> ProfileForm:
    initial = {"language": user.language, "territory": user.territory_id or "", "email": user.email}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if not policies.may_change_email(user, user):
        form.fields["email"].disabled = True
        form.fields["email"].help_text = _("You sign in with this address. An administrator changes it for you.")
    return form


def _save(request: HttpRequest, user: User, form: ProfileForm) -> bool:
    """Call the service; a refusal becomes a sentence on the form, but too many letters stop the request."""
    typed, at = form.cleaned_data, now()
    if typed["email"] and typed["email"] != user.email:
        throttle.spend(throttle.LETTER, request, at=at, account=str(user.pk))
    try:
        profiles.update(
            user=user, language=typed["language"], territory=typed["territory"], email=typed["email"], by=user, at=at
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True
