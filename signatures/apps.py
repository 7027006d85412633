"""Registers signatures with Django."""

from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
