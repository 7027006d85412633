"""Languages of the portal: choice and fallback, formats of dates and numbers, and what Django lacks in Kazakh.

Entry points: `choice.text_for(obj, field, language)`, `detection.is_written_in`; settings name `portal.translation.formats` as
FORMAT_MODULE_PATH, and the app's own locale/kk completes Django's half-translated Kazakh catalogue.
"""
