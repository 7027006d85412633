"""Registers webhooks with Django."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "portal.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Register the policy, the topic of notices and the entry among the tools of the account."""
        import_module("portal.webhooks.policies")
        import_module("portal.webhooks.switching")
        for name in ("sending", "services"):
            import_module(f"portal.webhooks.{name}")  # declares a switch
        from portal.web import navigation

        navigation.register(
            navigation.Entry("webhooks", _("Webhooks"), "webhooks:index", section="tools", order=25, icon="link")
        )
