"""Addresses of signatures: people's, included under a language prefix, and machines', included without one."""

from django.urls import path

from signatures.views import demo_authority, mobile, signing_in, standing, steps

app_name = "signatures"

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("administration/signatures/", standing.standing, name="standing"),
    path("help/signing/", steps.steps, name="steps"),
]

machine_urlpatterns = [
    path("demo/pki/ocsp", demo_authority.demo_ocsp, name="demo-ocsp"),
    path("demo/pki/tsa", demo_authority.demo_stamp, name="demo-stamp"),
    path("demo/pki/<slug:name>.crl", demo_authority.demo_revocation_list, name="demo-revocation-list"),
    path("sign/mobile/", mobile.mobile_ask, name="mobile_ask"),
    path("sign/mobile/<str:code>/", mobile.mobile_standing, name="mobile_standing"),
    path("sign/mobile/<str:code>/take/", mobile.mobile_take, name="mobile_take"),
    path("mgov/<str:code>/", mobile.mobile_invitation, name="mobile_invitation"),
    path("mgov/<str:code>/documents/", mobile.mobile_documents, name="mobile_documents"),
]
