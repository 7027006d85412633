"""Registers switches with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SwitchesConfig(AppConfig):
    name = "portal.switches"
    label = "switches"
    verbose_name = _("Switches")
