"""Addresses of the account; each lies under a language prefix."""

from django.urls import path

from accounts.views import privacy, profile, sessions, staff

app_name = "accounts"

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/welcome/", profile.welcome, name="welcome"),
    path("profile/confirmation/", profile.ask_confirmation, name="ask_confirmation"),
    path("profile/e-mail/<str:token>/", profile.confirm_email, name="confirm_email"),
    path("profile/sessions/", sessions.index, name="sessions"),
    path("profile/sessions/others/end/", sessions.end_others, name="end_other_sessions"),
    path("profile/sessions/<uuid:record_id>/end/", sessions.end, name="end_session"),
    path("profile/data/", privacy.export, name="export"),
    path("profile/delete/", privacy.erase, name="erase"),
    path("staff/sign-in/", staff.sign_in, name="staff_sign_in"),
    path("staff/sign-in/code/", staff.code, name="staff_code"),
    path("staff/invitation/<str:uid>/<str:token>/", staff.take_up, name="take_up"),
    path("sign-out/", staff.sign_out, name="sign_out"),
]
