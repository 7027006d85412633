"""Registers accounts with Django: its letters, and its entries in the menus."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.permissions import Actor


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import (
            notifications,  # noqa: F401  (registers the letters)
            policies,
        )
        from portal.web.navigation import Entry, register

        register(Entry("profile", _("Profile"), "accounts:profile", section="account", order=80, icon="user"))
        register(Entry("sign_out", _("Sign out"), "accounts:sign_out", section="account", order=90, icon="lock"))
        door = Entry(
            "sign_in", _("Sign in"), "signatures:sign_in", section="guest", order=10, icon="key", leads_back=True
        )
        register(door)
        register(
            Entry(
                "administration",
                _("Administration"),
                "web:administration",
                section="account",
                order=30,
                icon="lock",
                visible=lambda visitor: bool(policies.may_administer(cast("Actor", visitor), None)),
            )
        )
        register(
            Entry(
                "roles",
                _("Staff and their roles"),
                "admin:accounts_assignment_changelist",
                section="administration",
                order=40,
            )
        )
        register(Entry("staff", _("For staff"), "accounts:staff_sign_in", section="footer", order=90))
