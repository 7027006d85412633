"""Registers initiatives with Django."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.web import navigation


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = _("Petitions and public ideas")

    def ready(self) -> None:
        """Register policies, workflows and event handlers."""
        import_module("initiatives.workflow")
        import_module("initiatives.notifications")
        for entry in self._menu():
            navigation.register(entry)

    @staticmethod
    def _menu() -> tuple[navigation.Entry, ...]:
        return (
            navigation.Entry("petitions", _("Petitions and ideas"), "initiatives:index", order=10),
            navigation.Entry("write", _("Write"), "initiatives:begin", order=20),
            navigation.Entry("mine", _("My initiatives"), "initiatives:mine", section="account", order=10, icon="pen"),
        )
