"""Where an administrator enters the yearly order on moved days."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from portal.calendar import rows
from portal.calendar.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Each change is read by every process within a minute, and at once by this one."""

    list_display = ("date", "kind", "name", "moved_from", "source", "is_verified")
    list_filter = ("kind", "is_verified")
    date_hierarchy = "date"
    search_fields = ("name", "source")

    def save_model(self, request: HttpRequest, obj: Model, form: "ModelForm[CalendarDay]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        rows.forget()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        rows.forget()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        super().delete_queryset(request, queryset)
        rows.forget()
