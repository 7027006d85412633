"""Халық үні: the roof (urls, celery, wsgi) and the floor (clock, calendar, permissions, …) of the portal."""
