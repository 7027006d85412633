"""For the type checker alone: modeltranslation swaps managers for classes that no stub can describe."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in {"modeltranslation", "django.contrib.admin"}]
