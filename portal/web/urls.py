"""Addresses of the frame itself; included under the language prefix."""

from django.urls import path

from portal.web import administration, views

app_name = "web"
urlpatterns = [
    path("design/", views.design, name="design"),
    path("preferences/", views.set_preferences, name="preferences"),
    path("offline/", views.offline, name="offline"),
    path("administration/", administration.administration, name="administration"),
    path("administration/switches/", administration.switch_list, name="switches"),
    path("administration/switches/<str:name>/", administration.switch, name="switch"),
]
