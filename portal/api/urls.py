"""Addresses of the API as a whole: its schema, and an answer for every address that does not exist."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from portal.api.views import NoSuchAddress
from portal.web.access import public

urlpatterns = [
    path("schema/", public(SpectacularAPIView.as_view()), name="api-schema"),
    re_path(r"^v1/", public(NoSuchAddress.as_view()), name="api-no-such-address"),
]
