"""Registers initiatives with Django."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = _("Petitions and public ideas")

    def ready(self) -> None:
        """Register policies, workflows and event handlers."""
        import_module("initiatives.workflow")
