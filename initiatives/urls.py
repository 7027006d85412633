"""Addresses of initiatives, below the language prefix."""

from django.urls import path

from initiatives.views import (
    coauthors,
    discussing,
    drafting,
    explaining,
    feeds,
    inbox,
    mine,
    moderation,
    open_data,
    paper,
    reading,
    requesting,
    statistics,
    twins,
    voting,
)
from initiatives.views import embedding as embeds
from initiatives.views import sharing as shares

app_name = "initiatives"

urlpatterns = [
    path("", reading.home, name="home"),
    path("petitions/", reading.index, name="index"),
    path("petitions/new/", drafting.begin, name="begin"),
    path("petitions/new/twins/", twins.look, name="look"),
    path("petitions/<slug:code>/", reading.detail, name="detail"),
    path("petitions/<slug:code>/twins/", twins.twins, name="twins"),
    path("petitions/<slug:code>/twins/join/", twins.join, name="join_instead"),
    path("petitions/<slug:code>/twins/different/", twins.different, name="different"),
    path("petitions/<slug:code>/count/", reading.count, name="count"),
    path("petitions/<slug:code>/edit/", drafting.edit, name="edit"),
    path("petitions/<slug:code>/review/", drafting.review, name="review"),
    path("petitions/<slug:code>/withdraw/", drafting.withdraw, name="withdraw"),
    path("petitions/<slug:code>/send/", requesting.send, name="send_request"),
    path("petitions/<slug:code>/coauthors/", coauthors.index, name="coauthors"),
    path("petitions/<slug:code>/coauthors/leave/", coauthors.leave, name="leave"),
    path("petitions/<slug:code>/coauthors/<int:number>/remove/", coauthors.remove, name="remove_coauthor"),
    path("invitations/<slug:secret>/", coauthors.invitation, name="invitation"),
    path("petitions/<slug:code>/attachments/", drafting.attach, name="attach"),
    path("petitions/<slug:code>/attachments/<int:number>/", reading.attachment, name="attachment"),
    path("petitions/<slug:code>/attachments/<int:number>/remove/", drafting.detach, name="detach"),
    path("petitions/<slug:code>/vote/", voting.vote, name="vote"),
    path("petitions/<slug:code>/vote/withdraw/", voting.withdraw, name="withdraw_vote"),
    path("petitions/<slug:code>/comments/", discussing.comment, name="comment"),
    path("petitions/<slug:code>/comments/<int:number>/report/", discussing.report, name="report"),
    path("petitions/<slug:code>/comments/<int:number>/hide/", discussing.hide, name="hide_comment"),
    path("petitions/<slug:code>/follow/", discussing.follow, name="follow"),
    path("petitions/<slug:code>/share/", shares.share, name="share"),
    path("petitions/<slug:code>/poster.pdf", shares.poster, name="poster"),
    path("petitions/<slug:code>/card.png", shares.card, name="card"),
    path("embed/<slug:code>/", embeds.frame, name="embed"),
    path("my/initiatives/", mine.mine, name="mine"),
    path("my/paper-votes/<int:number>/", paper.contest, name="contest_paper"),
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
    path("moderation/paper/", paper.desk, name="paper_desk"),
    path("moderation/paper/<int:number>/", paper.one, name="paper_list"),
    path("moderation/paper/<int:number>/scan/", paper.scan, name="paper_scan"),
    path("moderation/paper/contests/<int:number>/", paper.settle, name="settle_contest"),
    path("moderation/<slug:code>/paper/", paper.of_initiative, name="paper_lists"),
    path("moderation/<slug:code>/", moderation.item, name="moderation_item"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<slug:code>/", inbox.item, name="inbox_item"),
    path("inbox/<slug:code>/sign/", inbox.sign, name="inbox_sign"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:table>.csv", statistics.download, name="statistics_csv"),
]

machine_urlpatterns = [
    path("p/<str:typed>", shares.short, name="short"),
    path("embed/petition.js", embeds.script, name="embed_script"),
    path("embed/<slug:code>.json", embeds.count, name="embed_count"),
    path("open-data/<str:edition>/<str:name>", open_data.file, name="open_data_file"),
]
"""Addresses without a language: for posters, for scripts of other sites, for machines."""
