"""Catalogue texts that staff write in three languages; what citizens write keeps its own language."""

from modeltranslation.translator import TranslationOptions, register

from initiatives.models import InitiativeKind, RejectionReason, Topic


@register(InitiativeKind)
class InitiativeKindTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)


@register(RejectionReason)
class RejectionReasonTranslation(TranslationOptions):
    fields = ("name", "text")
