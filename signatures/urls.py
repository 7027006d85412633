"""Addresses of signatures: people's, included under a language prefix, and machines', included without one."""

from django.urls import path

from signatures.views import demo_authority, signing_in

app_name = "signatures"

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
]

machine_urlpatterns = [
    path("demo/pki/ocsp", demo_authority.demo_ocsp, name="demo-ocsp"),
    path("demo/pki/ca.crl", demo_authority.demo_revocation_list, name="demo-revocation-list"),
]
