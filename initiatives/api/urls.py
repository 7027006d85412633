"""Addresses of the API, below api/v1/."""

from django.urls import path, register_converter

from initiatives.api import boards, following, moderation, views, vote_log, voting
from portal.web.access import decides, public


class EntryId:
    """32 hexadecimal digits: the id of an entry of the vote log."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EntryId, "entry_id")

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
    path("initiatives/<slug:code>/log/", reads(vote_log.Log.as_view()), name="log"),
    path("initiatives/<slug:code>/log/heads/", reads(vote_log.Heads.as_view()), name="log_heads"),
    path("initiatives/<slug:code>/log/leaves/", reads(vote_log.Leaves.as_view()), name="log_leaves"),
    path("initiatives/<slug:code>/log/inclusion/", reads(vote_log.Inclusion.as_view()), name="log_inclusion"),
    path("initiatives/<slug:code>/log/consistency/", reads(vote_log.Consistency.as_view()), name="log_consistency"),
    path(
        "initiatives/<slug:code>/log/receipts/<entry_id:entry>/", reads(vote_log.Receipt.as_view()), name="log_receipt"
    ),
    path("log/", public(vote_log.Archive.as_view()), name="archive"),
    path("log/heads/", public(vote_log.ArchiveHeads.as_view()), name="archive_heads"),
    path("log/leaves/", public(vote_log.ArchiveLeaves.as_view()), name="archive_leaves"),
    path("log/inclusion/", public(vote_log.ArchiveInclusion.as_view()), name="archive_inclusion"),
    path("log/consistency/", public(vote_log.ArchiveConsistency.as_view()), name="archive_consistency"),
    path("log/keys/", public(vote_log.Keys.as_view()), name="log_keys"),
    path("bodies/", public(boards.Bodies.as_view()), name="bodies"),
    path("bodies/<slug:slug>/", public(boards.BodyOne.as_view()), name="body"),
    path("kinds/", public(views.Kinds.as_view()), name="kinds"),
    path("moderation-log/", public(moderation.ModerationLog.as_view()), name="moderation_log"),
    path("topics/", public(views.Topics.as_view()), name="topics"),
]
