"""Халық үні: the roof (urls, celery, wsgi) and the floor (clock, calendar, permissions, …) of the portal.

The Celery app is imported with it: `.delay()` in a web process must find the broker of the settings, not Celery's default.
"""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
