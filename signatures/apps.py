"""Registers signatures with Django, and stops a production start whose trust store is not sound."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.web import navigation


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Refuse to start the public portal with demo or unpinned anchors, rather than at the first vote."""
        navigation.register(navigation.Entry("signing-steps", _("How to sign"), "signatures:steps", "footer", order=20))
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()
