"""Registers signatures with Django, and stops a production start whose trust store is not sound."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Refuse to start the public portal with demo or unpinned anchors, rather than at the first vote."""
        from portal.web.navigation import Entry, register
        from signatures import notifications  # noqa: F401  (hears of troubles)

        label = _("What signatures rely on")
        register(Entry("signatures", label, "signatures:standing", section="administration", order=20))
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()
