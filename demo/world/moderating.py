"""What moderators of the demo have on their desk and in the public log: proposals, appeals, reports, a contested hiding."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import User
from initiatives.models import Comment, CommentMark, Initiative
from initiatives.services import appealing, contesting, discussing, moderation, refusing
from initiatives.states import State

APPEALS = {
    "kk": "Бас тарту себебімен келіспеймін: ұсыныс екінші бөлікте тармақталып жазылған, ол таңдалған органның "
    "құзыретіне кіреді. Мәтінді қайта қарап, жариялауды сұраймын.",
    "ru": "Не согласен с причиной отказа: предложение изложено во второй части по пунктам и входит в компетенцию "
    "выбранного органа. Прошу рассмотреть текст ещё раз и опубликовать его.",
}
DISMISSED = {
    "kk": "Шағымды қарадым. Петицияның талабы заңдағы жабық тізімге кіреді, сондықтан жариялауға болмайды. "
    "Бұл шешімге сотта шағым жасауға болады.",
    "ru": "Жалоба рассмотрена. Требование петиции входит в закрытый перечень закона, поэтому опубликовать её нельзя. "
    "Это решение можно обжаловать в суде.",
}
PROPOSED = {
    "kk": "Мәтінде нақты ұсыныс көрсетілмеген. Органның не істеуі керек екенін тармақтап жазып, петицияны қайта беріңіз.",
    "ru": "В тексте нет конкретного предложения. Перечислите по пунктам, что должен сделать орган, и подайте ещё раз.",
}
INSULT = {"kk": "Әкімдікте отырғандардың бәрі ақымақ!", "ru": "В акимате сидят одни дураки!"}
HIDDEN = {
    "kk": "Пікірде адамға тіл тигізетін сөз бар. Ойыңызды әдеппен жеткізсеңіз, қуана жариялаймыз.",
    "ru": "В комментарии есть оскорбление. Мы охотно опубликуем вашу мысль, если вы выскажете её уважительно.",
}
CONTESTED = {
    "kk": "Ешкімнің атын атаған жоқпын, бұл – ашу үстінде айтылған сын.",
    "ru": "Я никого не назвал по имени, это критика, сказанная в сердцах.",
}


def moderate(named: Mapping[str, User], voters: Sequence[User], now: datetime) -> None:
    """Fill the desk: one appeal dismissed and one open, one proposed rejection, one contested hiding, one case of reports."""
    _appeals(named, now)
    waiting = Initiative.objects.filter(state__in=(State.CHECK, State.MODERATION)).order_by("state_since").first()
    if waiting is not None:
        refusing.propose(
            initiative=waiting,
            by=named["moderator"],
            reason=PROPOSED[waiting.language],
            reason_other=PROPOSED[_other(waiting.language)],
            subject_code=None,
            seen_revision=waiting.revision,
            at=now - timedelta(hours=5),
        )
    _comments(named, voters, now)


def _appeals(named: Mapping[str, User], now: datetime) -> None:
    rejected = list(
        Initiative.objects.filter(state=State.REJECTED).select_related("author").order_by("-state_since")[:2]
    )
    for place, one in enumerate(rejected):
        filed = one.state_since + timedelta(hours=20)
        appealing.appeal(initiative=one, by=one.author, text=APPEALS[one.language], at=min(filed, now))
        if place:
            appealing.dismiss(
                initiative=one,
                by=named["moderator-3"],
                reason=DISMISSED[one.language],
                reason_other=DISMISSED[_other(one.language)],
                seen_revision=one.revision + 1,
                at=min(filed + timedelta(days=2), now),
            )


def _comments(named: Mapping[str, User], voters: Sequence[User], now: datetime) -> None:
    talked = Initiative.objects.filter(state__in=(State.COLLECTING, State.DISCUSSION), comments__isnull=False)
    for place, one in enumerate(talked.distinct().order_by("-published_at")[:2]):
        said = Comment.objects.create(
            initiative=one,
            author=voters[70 + place],
            stance="against",
            text=INSULT[one.language],
            created_at=now - timedelta(hours=9),
        )
        for number in range(3):
            discussing.report(
                comment=said, by=voters[80 + number], category="insult", reason="", at=now - timedelta(hours=7)
            )
        if place == 0:
            moderation.hide_comment(
                comment=said,
                by=named["moderator"],
                reason=HIDDEN[one.language],
                reason_other=HIDDEN[_other(one.language)],
                at=now - timedelta(hours=6),
            )
            contesting.contest(comment=said, by=said.author, text=CONTESTED[one.language], at=now - timedelta(hours=4))
    _agree(voters, now)


def _agree(voters: Sequence[User], now: datetime) -> None:
    """Let some agree with comments, so that the strongest of both sides stand beside each other."""
    shown = Comment.objects.filter(parent=None, hidden_at=None).exclude(stance="neutral").order_by("pk")
    marks = [
        CommentMark(comment=comment, user=voters[100 + (comment.pk * 37 + number) % 800], at=now)
        for comment in shown
        for number in range((comment.pk * 7) % 13)
    ]
    CommentMark.objects.bulk_create(marks, ignore_conflicts=True)


def _other(language: str) -> str:
    return "ru" if language == "kk" else "kk"
