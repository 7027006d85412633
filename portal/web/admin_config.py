"""Puts our own site in the place of Django's admin. Apart from apps.py, where Django would find two configurations."""

from django.contrib.admin.apps import AdminConfig


class VerifiedAdminConfig(AdminConfig):
    """Django's admin behind our own door."""

    default_site = "portal.web.admin.VerifiedAdminSite"
