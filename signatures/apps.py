"""Registers signatures with Django, and stops a start whose engines for GOST, or whose trust store, are not sound."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Refuse the start with engines that fail, or in production with unsound anchors, rather than the first vote."""
        from signatures.eds.gost import selftest

        try:
            selftest.run()
        except selftest.EngineFailed as error:
            raise ImproperlyConfigured(str(error)) from error
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()
