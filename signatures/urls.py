"""Addresses of signatures: people's, included under a language prefix, and machines', included without one."""

from django.urls import path

from signatures import views

app_name = "signatures"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
]

machine_urlpatterns = [
    path("demo/pki/ocsp", views.demo_ocsp, name="demo-ocsp"),
    path("demo/pki/ca.crl", views.demo_revocation_list, name="demo-revocation-list"),
]
