"""What system administrators keep as data: kinds with their dated numbers, and topics.

Initiatives themselves are not edited here: their texts are signed and their states belong to the workflow.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from initiatives.models import InitiativeKind, KindVersion, Norm, RejectionReason, Topic
from portal import clock
from portal.audit.log import record

if TYPE_CHECKING:
    from accounts.models import User


class NormInline(admin.TabularInline[Norm, KindVersion]):
    """The numbers of one version, a row each."""

    model = Norm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: KindVersion | None = None) -> bool:
        return obj is None or not _is_lived_by(obj)

    def has_change_permission(self, request: HttpRequest, obj: KindVersion | None = None) -> bool:
        return obj is None or not _is_lived_by(obj)

    def has_delete_permission(self, request: HttpRequest, obj: KindVersion | None = None) -> bool:
        return obj is None or not _is_lived_by(obj)


@admin.register(InitiativeKind)
class InitiativeKindAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Kinds that people choose from; the slug is written into signed texts and stays."""

    list_display = ("name", "slug", "process", "body_kind", "requires_eds", "is_active")
    list_filter = ("process", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: InitiativeKind | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        # Each voter would have a second vote if the way of voting changed; the database refuses it, too.
        return ("slug", "process", "requires_eds") if obj.initiatives.exists() else ("slug", "process")

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: InitiativeKind | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj is not None else {"slug": ("name_en",)}

    def has_delete_permission(self, request: HttpRequest, obj: InitiativeKind | None = None) -> bool:
        return obj is not None and not obj.initiatives.exists()


@admin.register(KindVersion)
class KindVersionAdmin(admin.ModelAdmin[KindVersion]):
    """Versions of the numbers; one that initiatives live by is only ended, never changed."""

    list_display = ("kind", "number", "effective_from", "effective_until", "source")
    list_filter = ("kind",)
    inlines = (NormInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: KindVersion | None = None) -> tuple[str, ...]:
        return ("kind", "number", "effective_from", "source") if obj is not None and _is_lived_by(obj) else ()

    def has_delete_permission(self, request: HttpRequest, obj: KindVersion | None = None) -> bool:
        return obj is not None and not _is_lived_by(obj)


@admin.register(Topic)
class TopicAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Topics that initiatives are filed under."""

    list_display = ("name", "slug", "position")


@admin.register(RejectionReason)
class RejectionReasonAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Reasons that moderators start from; each change is kept in the audit log with the texts before it."""

    list_display = ("name", "key", "subject", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("key", "name_kk", "name_ru", "text_kk", "text_ru")

    def get_form(
        self, request: HttpRequest, obj: RejectionReason | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        # People are answered in two languages: a reason that lacks one would be published in the wrong one.
        for name in ("text_kk", "text_ru"):
            if name in form.base_fields:
                form.base_fields[name].required = True
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: RejectionReason | None = None) -> tuple[str, ...]:
        return ("key",) if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: RejectionReason | None = None) -> bool:
        return False  # it is switched off instead: the audit log names it

    def save_model(self, request: HttpRequest, obj: RejectionReason, form: Any, change: bool) -> None:
        before: Any = RejectionReason.objects.filter(pk=obj.pk).values().first() or {}
        super().save_model(request, obj, form, change)
        after = RejectionReason.objects.filter(pk=obj.pk).values().get()
        changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
        action = "change" if change else "add"
        record(subject=obj, action=action, actor=cast("User", request.user), at=clock.now(), data=changed)


def _is_lived_by(version: KindVersion) -> bool:
    """Whether an initiative keeps these numbers: they were promised to its author and its voters."""
    return version.kind.initiatives.filter(kind_version=version).exists()
