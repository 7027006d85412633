"""For the type checker alone: modeltranslation swaps managers for classes that no stub can describe."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import INSTALLED_APPS

_LEFT_OUT = {"modeltranslation", "portal.web.admin_config.VerifiedAdminConfig"}
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in _LEFT_OUT]
