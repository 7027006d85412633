"""Sign-in of staff: e-mail address and password, then the code of a telephone.

Between the two steps the session holds only who answered the password and when; nobody is signed in yet.
"""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import selectors
from accounts.forms import CodeForm, StaffSignInForm, TakeUpForm
from accounts.limits import SECOND_FACTOR_WAIT
from accounts.models import User
from accounts.services import staff
from accounts.views import door
from portal.clock import now
from portal.errors import InvalidInput, TooMany
from portal.web import throttle
from portal.web.access import public

WAITING = "accounts.waiting_for_code"


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """First step: address and password."""
    form = StaffSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = now()
        throttle.spend(throttle.SIGN_IN, request, at=at, account=form.cleaned_data["email"])
        user = _by_password(request, form)
        if user is not None and staff.has_second_factor(user):
            request.session.cycle_key()
            request.session[WAITING] = {"user": str(user.pk), "at": at.isoformat(), "next": door.wanted_page(request)}
            return redirect("accounts:staff_code")
    return render(
        request,
        "accounts/staff_sign_in.html",
        {"form": form, "next": door.wanted_page(request)},
        status=422 if form.errors else 200,
    )


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Second step: the code."""
    at = now()
    waiting = _waiting(request, at)
    if waiting is None:
        messages.info(request, _("Type your password again: the code waited too long."))
        return redirect("accounts:staff_sign_in")
    user, target = waiting
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        throttle.spend(throttle.SIGN_IN, request, at=at, account=f"code:{user.pk}")
        device = staff.verify(user=user, code=form.cleaned_data["code"])
        if device is not None:
            del request.session[WAITING]
            door.open_session(request, user, at=at, device=device)
            return redirect(target or "accounts:profile")
        form.add_error("code", _("The code does not fit. Wait for the next one and type it."))
    return render(request, "accounts/staff_code.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
@sensitive_post_parameters("password", "repeated", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def take_up(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Behind the link in the letter: a password and a telephone, in one step."""
    at = now()
    user = staff.invited(uid, token)
    form = TakeUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        throttle.spend(throttle.SIGN_IN, request, at=at, account=f"take up:{user.pk}")
        typed = form.cleaned_data
        try:
            codes = staff.take_up(user=user, password=typed["password"], code=typed["code"], at=at)
        except InvalidInput as refusal:
            for field, sentence in refusal.fields.items():
                form.add_error(field, str(sentence))
        else:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    context = {"form": form, "factor": staff.second_factor(user), "person": user}
    return render(request, "accounts/take_up.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign out; by POST only, so that no foreign page can do it."""
    if request.method == "POST":
        door.close_session(request)
        messages.success(request, _("You have signed out."))
        return redirect("/")
    return render(request, "accounts/sign_out.html")


def _by_password(request: HttpRequest, form: StaffSignInForm) -> User | None:
    """Return whom address and password prove; on a failure put one sentence on the form that does not say which was wrong."""
    typed = form.cleaned_data
    # In lower case, so that wrong passwords are counted for one address however it is written.
    user = authenticate(request, email=typed["email"].lower(), password=typed["password"])
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]  # our page instead of the library's
        sentence = _("Too many wrong passwords. Wait 15 minutes, or ask an administrator for a new link.")
        raise TooMany(sentence, code="locked_out")
    if not isinstance(user, User):
        form.add_error(None, _("Address and password do not fit each other."))
        return None
    if not staff.has_second_factor(user):
        form.add_error(None, _("Your second factor is not set up. Ask an administrator for a new link."))
    return user


def _waiting(request: HttpRequest, at: datetime) -> tuple[User, str] | None:
    held = request.session.get(WAITING)
    if not held or at - datetime.fromisoformat(held["at"]) > SECOND_FACTOR_WAIT:
        request.session.pop(WAITING, None)
        return None
    user = selectors.get_user(held["user"])
    return (user, held["next"]) if user is not None and user.is_active else None
