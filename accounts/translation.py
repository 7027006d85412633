"""Catalogue texts that staff write in three languages."""

from modeltranslation.translator import TranslationOptions, register

from accounts.models import Body, Territory


@register(Territory)
class TerritoryTranslation(TranslationOptions):
    fields = ("name",)


@register(Body)
class BodyTranslation(TranslationOptions):
    fields = ("name",)
