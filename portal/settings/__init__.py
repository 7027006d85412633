"""Settings by purpose: `base` is shared, `dev` serves one machine, `test` the suite, `production` the public.

Django is told which one by DJANGO_SETTINGS_MODULE; this package itself holds no setting, so that nothing runs
with settings that nobody chose.
"""
