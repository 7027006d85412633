"""Registers signatures with Django, and stops a start whose engines for GOST, or whose trust store, are not sound."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"

    def ready(self) -> None:
        """Refuse the start with engines that fail, or in production with unsound anchors, rather than the first vote."""
        from portal.web.navigation import Entry, register
        from signatures import notifications, switches  # noqa: F401  (hears of troubles; what can be turned off)
        from signatures.eds.gost import selftest

        try:
            selftest.run()
        except selftest.EngineFailed as error:
            raise ImproperlyConfigured(str(error)) from error
        self._say_how_it_stands()
        label = _("What signatures rely on")
        register(Entry("signatures", label, "signatures:standing", section="administration", order=20))
        register(Entry("signing-steps", _("How to sign"), "signatures:steps", "footer", order=20))
        if settings.TRUST_DOMAIN == "production":
            from signatures.services import trust

            trust.verifier()

    @staticmethod
    def _say_how_it_stands() -> None:
        """Tell the page of administrators about engines and vote logs."""
        from signatures.selectors import vote_log_lag
        from signatures.services import engines, parts

        parts.register(parts.Part("vote_logs", _("Vote logs"), vote_log_lag.lines, order=20))
        parts.register(parts.Part("engines", _("Engines that judge signatures"), engines.lines, order=30))
