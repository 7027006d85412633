"""Addresses of the API, below api/v1/."""

from django.urls import path

from initiatives.api import boards, following, moderation, views, voting
from portal.web.access import decides, public

app_name = "initiatives-api"
reads, votes = decides("initiatives.may_read"), decides("initiatives.may_vote")

urlpatterns = [
    path("initiatives/", public(views.Initiatives.as_view()), name="list"),
    path("initiatives/<slug:code>/", reads(views.InitiativeOne.as_view()), name="detail"),
    path("initiatives/<slug:code>/count/", reads(views.Count.as_view()), name="count"),
    path("initiatives/<slug:code>/history/", reads(following.History.as_view()), name="history"),
    path("initiatives/<slug:code>/decision/", reads(following.DecisionOne.as_view()), name="decision"),
    path("initiatives/<slug:code>/milestones/", reads(following.Milestones.as_view()), name="milestones"),
    path("initiatives/<slug:code>/comments/", reads(following.Comments.as_view()), name="comments"),
    path("initiatives/<slug:code>/statement/", votes(voting.Statement.as_view()), name="statement"),
    path("initiatives/<slug:code>/votes/", votes(voting.Votes.as_view()), name="votes"),
    path("initiatives/<slug:code>/votes/withdrawals/", votes(voting.Withdrawals.as_view()), name="withdrawals"),
    path("initiatives/<slug:code>/votes/series/", reads(views.Series.as_view()), name="series"),
    path("initiatives/<slug:code>/votes/regions/", reads(views.Regions.as_view()), name="regions"),
    path("bodies/", public(boards.Bodies.as_view()), name="bodies"),
    path("bodies/<slug:slug>/", public(boards.BodyOne.as_view()), name="body"),
    path("kinds/", public(views.Kinds.as_view()), name="kinds"),
    path("moderation-log/", public(moderation.ModerationLog.as_view()), name="moderation_log"),
    path("topics/", public(views.Topics.as_view()), name="topics"),
]
