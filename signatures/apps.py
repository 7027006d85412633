"""Registers signatures with Django, and stops a production start whose trust store is not sound."""

from django.apps import AppConfig
from django.conf import settings


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Refuse to start the public portal with demo or unpinned anchors, rather than at the first vote."""
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()
