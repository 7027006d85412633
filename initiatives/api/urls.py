"""Addresses of the API, below api/v1/."""

from django.urls import path

from initiatives.api import views, voting

app_name = "initiatives-api"

urlpatterns = [
    path("initiatives/", views.Initiatives.as_view(), name="list"),
    path("initiatives/<slug:code>/", views.InitiativeOne.as_view(), name="detail"),
    path("initiatives/<slug:code>/count/", views.Count.as_view(), name="count"),
    path("initiatives/<slug:code>/statement/", voting.Statement.as_view(), name="statement"),
    path("initiatives/<slug:code>/votes/", voting.Votes.as_view(), name="votes"),
    path("initiatives/<slug:code>/votes/withdrawals/", voting.Withdrawals.as_view(), name="withdrawals"),
    path("initiatives/<slug:code>/votes/series/", views.Series.as_view(), name="series"),
    path("initiatives/<slug:code>/votes/regions/", views.Regions.as_view(), name="regions"),
    path("kinds/", views.Kinds.as_view(), name="kinds"),
    path("topics/", views.Topics.as_view(), name="topics"),
]
