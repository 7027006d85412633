"""The looks of the portal: layout context, navigation, components, preferences, error pages.

Entry points: `navigation.register`, the template tag library `looks`, `layout.LayoutContext` (in templates: `looks`).
No page of a domain lives here; domains extend `layout.html` and compose `templates/components/`.
"""
