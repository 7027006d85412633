"""Addresses of signatures: machines' ones, without a language."""

from django.urls import path

from signatures import views

app_name = "signatures"
urlpatterns = [
    path("demo/pki/ocsp", views.demo_ocsp, name="demo-ocsp"),
    path("demo/pki/ca.crl", views.demo_revocation_list, name="demo-revocation-list"),
]
