"""Names of holidays and moved days, written by staff in three languages."""

from modeltranslation.translator import TranslationOptions, register

from portal.calendar.models import CalendarDay


@register(CalendarDay)
class CalendarDayTranslation(TranslationOptions):
    fields = ("name",)
