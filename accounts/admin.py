"""Catalogues and people in Django's admin: for administrators whose session passed the second factor.

People, their names and codes come from certificates and are read only here; roles are given and ended by the services, so
that each change is on record. Nothing is deleted.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from modeltranslation.admin import TranslationAdmin

from accounts.models import Assignment, Body, Territory, User
from accounts.services import roles, staff
from accounts.views.door import person_of
from portal.audit.log import record
from portal.clock import now
from portal.errors import Refusal

# Nobody sets another's second factor: an invitation does. Groups would give nothing: roles do.
for foreign in (StaticDevice, TOTPDevice, Group):
    if admin.site.is_registered(foreign):
        admin.site.unregister(foreign)


class NothingDeleted:
    """Acts and votes point to these rows."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Territory)
class TerritoryAdmin(NothingDeleted, TranslationAdmin):  # type: ignore[type-arg]
    list_display = ("kato", "name", "level", "kind", "population", "population_year", "is_verified")
    list_filter = ("level", "kind", "is_verified")
    search_fields = ("kato", "name_kk", "name_ru", "name_en")
    raw_id_fields = ("parent",)


@admin.register(Body)
class BodyAdmin(NothingDeleted, TranslationAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "name", "kind", "territory", "is_active", "is_verified")
    list_filter = ("kind", "is_active", "is_verified")
    list_select_related = ("territory",)
    search_fields = ("slug", "name_kk", "name_ru", "name_en")
    raw_id_fields = ("territory",)


@admin.register(User)
class UserAdmin(NothingDeleted, admin.ModelAdmin[User]):
    """Staff accounts may be opened here (an address and a name); everything a certificate says is read only."""

    list_display = ("public_name", "email", "is_active", "joined_at")
    list_filter = ("is_active", "assignments__role")
    search_fields = ("family_name", "email")
    fields = ("given_name", "family_name", "patronymic", "email", "language", "is_active", "joined_at")
    readonly_fields = ("given_name", "family_name", "patronymic", "joined_at")
    actions = ("invite",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        """On record, and a new address is only a claim: whoever changes it and sends a link there could take the account."""
        if "email" in form.changed_data:
            obj.is_email_confirmed = False
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            record(
                subject=obj,
                action="changed_by_administrator",
                actor=person_of(request),
                at=now(),
                data={"fields": sorted(form.changed_data)},
            )

    @admin.action(description=_("Send the link for password and telephone"))
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            try:
                staff.invite(user=user, by=person_of(request), at=now())
            except Refusal as refusal:
                self.message_user(request, f"{user}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, _("%(name)s gets a letter.") % {"name": user}, messages.SUCCESS)


@admin.register(Assignment)
class AssignmentAdmin(NothingDeleted, admin.ModelAdmin[Assignment]):
    """Gives roles through the service; ends them by the action."""

    list_display = ("user", "role", "body", "since", "until")
    list_filter = ("role",)
    list_select_related = ("user", "body")
    fields = ("user", "role", "body")
    raw_id_fields = ("user", "body")
    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Assignment, form: "ModelForm[Assignment]", change: bool) -> None:
        """The service writes the row; the admin's own object takes over its key."""
        made = roles.assign(user=obj.user, role=obj.role, body=obj.body, by=person_of(request), at=now())
        obj.pk, obj.since = made.pk, made.since
        obj._state.adding = False

    @admin.action(description=_("End the role now"))
    def end(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        for assignment in queryset.select_related("user", "body"):
            try:
                roles.end(assignment=assignment, by=person_of(request), at=now())
            except Refusal as refusal:
                self.message_user(request, f"{assignment}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, _("The role has ended."), messages.SUCCESS)
