"""The roof's table of addresses: people's pages under /kk/, /ru/ and /en/, machines' without a language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from initiatives.urls import machine_urlpatterns as initiatives_machines
from portal.api.views import docs
from portal.web import health
from portal.web.access import public
from signatures.urls import machine_urlpatterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include((machine_urlpatterns, "signatures-machines"))),
    path("", include((initiatives_machines, "initiatives-machines"))),
    path("api/v1/", include("initiatives.api.urls")),
    path("api/", include("portal.api.urls")),
    path("api/docs/", public(RedirectView.as_view(pattern_name="api-docs"))),
    *i18n_patterns(
        path("api/docs/", docs, name="api-docs"),
        path("admin/", admin.site.urls),
        path("", include("portal.web.urls")),
        path("", include("portal.notifications.urls")),
        path("", include("portal.webhooks.urls")),
        path("", include("accounts.urls")),
        path("", include("signatures.urls")),
        path("", include("initiatives.urls")),
        # new apps above this line
        *([path("", include("demo.urls"))] if "demo" in settings.INSTALLED_APPS else []),
    ),
]

handler400 = "portal.web.handlers.bad_request"
handler403 = "portal.web.handlers.forbidden"
handler404 = "portal.web.handlers.not_found"
handler500 = "portal.web.handlers.server_error"
