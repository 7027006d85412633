"""An app only so that Django finds locale/kk, which completes its Kazakh catalogue."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "portal.translation"
    label = "portal_translation"
