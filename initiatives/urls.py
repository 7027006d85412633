"""Addresses of initiatives, below the language prefix."""

from django.urls import path

from initiatives.views import discussing, drafting, explaining, inbox, mine, moderation, reading, statistics, voting
from initiatives.views import embedding as embeds
from initiatives.views import sharing as shares

app_name = "initiatives"

urlpatterns = [
    path("", reading.home, name="home"),
    path("petitions/", reading.index, name="index"),
    path("petitions/new/", drafting.begin, name="begin"),
    path("petitions/<slug:code>/", reading.detail, name="detail"),
    path("petitions/<slug:code>/count/", reading.count, name="count"),
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
    path("petitions/<slug:code>/share/", shares.share, name="share"),
    path("petitions/<slug:code>/poster.pdf", shares.poster, name="poster"),
    path("petitions/<slug:code>/card.png", shares.card, name="card"),
    path("embed/<slug:code>/", embeds.frame, name="embed"),
    path("my/initiatives/", mine.mine, name="mine"),
    path("ranking/", explaining.ranking, name="ranking"),
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

machine_urlpatterns = [
    path("p/<str:typed>", shares.short, name="short"),
    path("embed/petition.js", embeds.script, name="embed_script"),
    path("embed/<slug:code>.json", embeds.count, name="embed_count"),
]
"""Addresses without a language: for posters, and for scripts of other sites."""
