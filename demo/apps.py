"""Registers the demo world with Django, so that its management commands are found."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
