"""Languages of the portal: choice and fallback, formats of dates and numbers, and what Django lacks in Kazakh.

Entry points: `text_for(obj, field, language)`, `best_language(...)`; settings name `portal.translation.formats` as
FORMAT_MODULE_PATH, and the app's own locale/kk completes Django's half-translated Kazakh catalogue.
"""
