"""Registers the demo world with Django; production does not install it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
