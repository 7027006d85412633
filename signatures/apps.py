"""Registers signatures with Django, and stops a production start whose trust store is not sound."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.web import navigation


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Declare the switch and the link in the footer; refuse to start the public portal with demo or unpinned anchors.

        Better now than at the first vote.
        """
        import_module("signatures.switches")
        navigation.register(navigation.Entry("signing-steps", _("How to sign"), "signatures:steps", "footer", order=20))
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()
