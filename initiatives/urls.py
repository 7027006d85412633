"""Addresses of initiatives, below the language prefix."""

from django.urls import path

from initiatives.views import (
    boards,
    discussing,
    drafting,
    explaining,
    inbox,
    mine,
    moderation,
    reading,
    review,
    statistics,
    voting,
)

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
    path("petitions/<slug:code>/discussions/<int:number>/", review.discussion, name="draft_discussion"),
    path("petitions/<slug:code>/discussions/<int:number>/remarks/", review.remark, name="remark"),
    path("petitions/<slug:code>/remarks/<int:number>/hide/", review.hide_remark, name="hide_remark"),
    path("petitions/<slug:code>/commission/seat/", review.seat, name="seat"),
    path("petitions/<slug:code>/minutes/<int:number>/", review.minutes, name="minutes"),
    path("petitions/<slug:code>/evidence/<int:number>/", review.evidence, name="evidence"),
    path("petitions/<slug:code>/milestones/<int:number>/dispute/", review.dispute, name="dispute"),
    path("petitions/<slug:code>/disputes/<int:number>/hide/", review.hide_dispute, name="hide_dispute"),
    path("bodies/", boards.index, name="bodies"),
    path("bodies/board.csv", boards.download, name="bodies_csv"),
    path("bodies/<slug:slug>/", boards.one, name="body"),
    path("bodies/<slug:slug>/petitions.csv", boards.download_one, name="body_csv"),
    path("my/initiatives/", mine.mine, name="mine"),
    path("ranking/", explaining.ranking, name="ranking"),
    # staff
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/comments/<int:number>/", moderation.comment, name="moderation_comment"),
    path("moderation/comments/<int:number>/keep/", moderation.keep_comment, name="moderation_keep_comment"),
    path("moderation/<slug:code>/", moderation.item, name="moderation_item"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<slug:code>/", inbox.item, name="inbox_item"),
    path("inbox/<slug:code>/review/", review.desk, name="review_desk"),
    path("inbox/<slug:code>/sign/", inbox.sign, name="inbox_sign"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:table>.csv", statistics.download, name="statistics_csv"),
]
