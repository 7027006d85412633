"""Registers notifications with Django."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Register the policies and the entry of the account's menu."""
        import_module("portal.notifications.policies")
        import_module("portal.notifications.channels.email")  # declares its switch
        import_module("portal.notifications.fanning")  # and this one
        from portal.web import navigation

        navigation.register(
            navigation.Entry(
                "notifications", _("Notifications"), "notifications:index", section="account", order=20, icon="bell"
            )
        )
