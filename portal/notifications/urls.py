"""Addresses of the notification centre, below the language prefix."""

from django.urls import path

from portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("my/notifications/", views.index, name="index"),
    path("my/notifications/read/", views.mark_all, name="mark_all"),
    path("my/notifications/<int:notification_id>/", views.follow, name="open"),
    path("my/notifications/<int:notification_id>/read/", views.mark, name="mark"),
    path("my/notifications/preferences/", views.choose, name="preferences"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
