"""Addresses of webhooks, below the language prefix."""

from django.urls import path

from portal.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", views.guide, name="guide"),
    path("my/webhooks/", views.index, name="index"),
    path("my/webhooks/new/", views.new, name="new"),
    path("my/webhooks/<slug:uid>/", views.one, name="one"),
    path("my/webhooks/<slug:uid>/secret/", views.secret, name="secret"),
    path("my/webhooks/<slug:uid>/test/", views.test, name="test"),
    path("my/webhooks/<slug:uid>/switch/", views.switch, name="switch"),
    path("my/webhooks/<slug:uid>/remove/", views.remove, name="remove"),
    path("my/webhooks/<slug:uid>/deliveries/<int:number>/resend/", views.resend, name="resend"),
]
