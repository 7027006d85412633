"""Registers initiatives with Django."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.web import navigation

if TYPE_CHECKING:
    from portal.permissions import Actor


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = _("Petitions and public ideas")

    def ready(self) -> None:
        """Register policies, workflows and event handlers."""
        import_module("initiatives.switches")
        import_module("initiatives.workflow")
        import_module("initiatives.notifications")
        import_module("initiatives.api.webhooks")
        self._answer_for_personal_data()
        self._watch_keys()
        self._say_what_waits()
        for entry in self._menu():
            navigation.register(entry)

    @staticmethod
    def _watch_keys() -> None:
        from django.core import checks

        from accounts.services import identity
        from initiatives.services import key_checks, rotating

        checks.register(key_checks.check_keys, checks.Tags.database)
        identity.when_recoded(rotating.move_signing_in)

    @staticmethod
    def _answer_for_personal_data() -> None:
        """Take part in each export and each erasure of an account."""
        from accounts.services import privacy
        from initiatives.services import forgetting

        privacy.register_exporter("initiatives", forgetting.export_initiatives)
        privacy.register_exporter("coauthorships", forgetting.export_coauthorships)
        privacy.register_exporter("votes", forgetting.export_votes)
        privacy.register_exporter("waiting_votes", forgetting.export_waiting)
        privacy.register_exporter("paper_votes", forgetting.export_paper)
        privacy.register_exporter("comments", forgetting.export_comments)
        privacy.register_exporter("appeals", forgetting.export_appeals)
        privacy.register_exporter("remarks", forgetting.export_remarks)
        privacy.register_exporter("follows", forgetting.export_follows)
        privacy.register_exporter("searches", forgetting.export_searches)
        privacy.register_eraser("initiatives", forgetting.erase)

    @staticmethod
    def _say_what_waits() -> None:
        """Take part in the administrators' page of what signatures rely on."""
        from initiatives.selectors.waiting import lines
        from signatures.services import parts

        parts.register(parts.Part("waiting_votes", _("Votes that wait"), lines, order=10))

    @staticmethod
    def _menu() -> tuple[navigation.Entry, ...]:
        return (
            navigation.Entry("petitions", _("Petitions and ideas"), "initiatives:index", order=10),
            navigation.Entry("write", _("Write"), "initiatives:begin", order=20),
            navigation.Entry("mine", _("My initiatives"), "initiatives:mine", section="account", order=10, icon="pen"),
            navigation.Entry(
                "searches", _("My searches"), "initiatives:searches", section="tools", order=11, icon="bell"
            ),
            navigation.Entry(
                "ranking", _("How the lists are ordered"), "initiatives:ranking", section="footer", order=20
            ),
            navigation.Entry("open_data", _("Open data"), "initiatives:open_data", section="footer", order=25),
            navigation.Entry(
                "moderation_log", _("Moderation in the open"), "initiatives:moderation_log", section="footer", order=25
            ),
            navigation.Entry("api", _("API for developers and journalists"), "api-docs", section="footer", order=30),
            navigation.Entry(
                "kinds",
                _("Kinds of petitions and their numbers"),
                "initiatives:kinds",
                section="administration",
                order=20,
            ),
            navigation.Entry(
                "reasons",
                _("Prepared reasons of rejections and hidings"),
                "admin:initiatives_rejectionreason_changelist",
                section="administration",
                order=30,
            ),
            navigation.Entry("bodies", _("State bodies"), "initiatives:bodies", order=55),
            navigation.Entry("statistics", _("Statistics"), "initiatives:statistics", order=60),
            navigation.Entry(
                "moderation",
                _("Moderation"),
                "initiatives:moderation",
                section="account",
                order=20,
                icon="shield",
                visible=_sees("initiatives.may_see_moderation"),
            ),
            navigation.Entry(
                "inbox",
                _("Inbox"),
                "initiatives:inbox",
                section="account",
                order=21,
                icon="building",
                visible=_sees("initiatives.may_see_inbox"),
            ),
        )


def _sees(policy_name: str) -> "Callable[[navigation.Visitor], bool]":
    """Show an entry to whom the policy of its page allows it."""

    def visible(visitor: "navigation.Visitor") -> bool:
        from portal.permissions import lookup

        found = lookup(policy_name)
        return found is not None and bool(found(cast("Actor", visitor), None))

    return visible
