"""Addresses that exist in the demonstration alone."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("demo/crowd/<slug:code>/", views.crowd, name="crowd"),
    path("demo/phone/", views.phone, name="phone"),
]
