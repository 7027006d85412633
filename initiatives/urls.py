"""Addresses of initiatives, below the language prefix."""

from django.urls import path

from initiatives.views import (
    discussing,
    drafting,
    explaining,
    feeds,
    inbox,
    mine,
    moderation,
    open_data,
    reading,
    statistics,
    verifying,
    voting,
)

app_name = "initiatives"

machine_urlpatterns = [
    path("open-data/<str:edition>/<str:name>", open_data.file, name="open_data_file"),
]
"""Addresses of machines, which have no language."""

urlpatterns = [
    path("", reading.home, name="home"),
    path("petitions/", reading.index, name="index"),
    path("petitions/new/", drafting.begin, name="begin"),
    path("petitions/<slug:code>/", reading.detail, name="detail"),
    path("petitions/<slug:code>/count/", reading.count, name="count"),
    path("petitions/<slug:code>/verify/", verifying.verify, name="verify"),
    path("petitions/<slug:code>/edit/", drafting.edit, name="edit"),
    path("petitions/<slug:code>/review/", drafting.review, name="review"),
    path("petitions/<slug:code>/withdraw/", drafting.withdraw, name="withdraw"),
    path("petitions/<slug:code>/attachments/", drafting.attach, name="attach"),
    path("petitions/<slug:code>/attachments/<int:number>/", reading.attachment, name="attachment"),
    path("petitions/<slug:code>/attachments/<int:number>/remove/", drafting.detach, name="detach"),
    path("petitions/<slug:code>/vote/", voting.vote, name="vote"),
    path("petitions/<slug:code>/vote/withdraw/", voting.withdraw, name="withdraw_vote"),
    path("petitions/<slug:code>/comments/", discussing.comment, name="comment"),
    path("petitions/<slug:code>/comments/<int:number>/report/", discussing.report, name="report"),
    path("petitions/<slug:code>/comments/<int:number>/hide/", discussing.hide, name="hide_comment"),
    path("petitions/<slug:code>/follow/", discussing.follow, name="follow"),
    path("my/initiatives/", mine.mine, name="mine"),
    path("ranking/", explaining.ranking, name="ranking"),
    path("petitions.atom", feeds.newest, name="feed"),
    path("answered.atom", feeds.answered, name="feed_answered"),
    path("petitions/<slug:code>/history.atom", feeds.history, name="feed_history"),
    path("calendar.ics", feeds.calendar, name="calendar"),
    path("petitions/<slug:code>/calendar.ics", feeds.own_calendar, name="calendar_one"),
    path("open-data/", open_data.open_data, name="open_data"),
    # staff
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/comments/<int:number>/", moderation.comment, name="moderation_comment"),
    path("moderation/comments/<int:number>/keep/", moderation.keep_comment, name="moderation_keep_comment"),
    path("moderation/<slug:code>/", moderation.item, name="moderation_item"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<slug:code>/", inbox.item, name="inbox_item"),
    path("inbox/<slug:code>/sign/", inbox.sign, name="inbox_sign"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:table>.csv", statistics.download, name="statistics_csv"),
]
