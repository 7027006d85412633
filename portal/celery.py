"""Work in the background: the Celery app, configured by Django's settings under CELERY_.

It names no settings of its own: whoever imports `portal` gets this module, and a default here would come before the one of
`wsgi.py` and `manage.py`. Workers are told by DJANGO_SETTINGS_MODULE.
"""

from celery import Celery

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
