"""Registers the web floor with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"

    def ready(self) -> None:
        from portal.web import checks  # noqa: F401  (registers the system check)
        from portal.web.navigation import Entry, register

        register(Entry("switches", _("Switches"), "web:switches", section="administration", order=10))
