"""Rejected by two, appealed, upheld by a third: over HTTP, as the people have it."""

import pytest

from initiatives.services.moderation_log import verify
from tests.journeys.conftest import Clock, Meet
from tests.journeys.people import Visitor
from tests.journeys.test_petition import checked, moderate  # noqa: F401  (the fixture is used by its name)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officials")]
APPEAL = "Петиция сот ісі туралы емес: мектептің асханасы туралы."


def test_rejected_by_two_appealed_and_published_by_a_third(
    story: Clock,
    meet: Meet,
    visitor: Visitor,
    checked: str,  # noqa: F811
) -> None:
    code = checked
    dinara, viktor, asel = (meet(slug).sign_in() for slug in ("moderator", "moderator-2", "moderator-3"))
    moderate(dinara, code, "propose", subject="5", reason="Петиция сот ісі туралы.", reason_other="О судебном деле.")
    assert not dinara.visit(f"moderation/{code}/").offers("confirm")
    moderate(viktor, code, "confirm")
    story.work()

    aigerim = meet("aigerim").sign_in()
    page = aigerim.visit(f"petitions/{code}/")
    assert "О судебном деле." in page.words
    assert "You can appeal once" in page.words
    assert "You can appeal once" not in visitor.visit(f"petitions/{code}/").words
    page = aigerim.visit(f"petitions/{code}/appeal/")
    page = aigerim.send(page, page.form(field="text"), text=APPEAL)
    assert APPEAL in visitor.visit(f"petitions/{code}/").words
    aigerim.visit(f"petitions/{code}/appeal/", status=403)
    story.work()
    assert "appeal" in aigerim.visit("my/notifications/").words

    for who in (dinara, viktor):
        desk = who.visit(f"moderation/{code}/")
        assert not desk.offers("uphold")
        assert "You took part in the rejection" in desk.words
    assert code_in_second_looks(asel, code)
    moderate(asel, code, "uphold", reason="Автор дұрыс айтады.")
    page = visitor.visit(f"petitions/{code}/")
    assert "Collecting votes" in page.words
    assert "Автор дұрыс айтады." in page.words
    story.work()
    assert "upheld" in aigerim.visit("my/notifications/").words
    log = visitor.visit(f"moderation-log/?code={code}").words
    for words in ("Rejection proposed", "Rejected by a second moderator", "Appeal filed", "Appeal upheld, published"):
        assert words in log
    assert "Moderator 3" in log
    assert verify().broken_at is None


def code_in_second_looks(who: object, code: str) -> bool:
    return f"/moderation/{code}/" in who.visit("moderation/?show=second").html  # type: ignore[attr-defined]
