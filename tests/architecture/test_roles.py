"""Who gets which page: one table, role by role, for every address of the portal; and each page in each language."""

import re

import pytest
from django.db import connection
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.architecture.test_contracts import own_pages
from tests.architecture.world import World

ROLES = ("anonymous", "citizen", "author", "moderator", "clerk", "clerk elsewhere", "head", "administrator")

# What a GET is answered with. "key": led to sign in; "go": led elsewhere; 405: the address takes only POST.
# "other" is an official of another body. The second word of a page is the state of the initiative it is about.
TABLE = """
page                                      | anon    | citizen | author  | moder   | clerk   | other   | head    | admin
initiatives:home                          | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:index                         | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:begin                         | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:mine                          | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:statistics                    | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:ranking                       | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:open_data                     | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives-machines:open_data_file 20200101T000000Z/no-such-file.csv | 404 | 404 | 404 | 404 | 404 | 404 | 404 | 404
initiatives:statistics_csv states         | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail draft                  | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:detail joining                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail check                  | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail rejected               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail collecting             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail published              | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail execution              | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail withdrawn              | 404     | 404     | 200     | 200     | 404     | 404     | 404     | 200
initiatives:detail moderation             | 404     | 404     | 200     | 200     | 404     | 404     | 404     | 200
initiatives:detail idea                   | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail merged                 | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail zzzzzzzzzzzz           | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:count draft                   | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:count collecting              | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:feed                          | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:feed_answered                 | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:calendar                      | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:feed_history collecting       | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:feed_history joining          | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:feed_history draft            | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:calendar_one collecting       | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:calendar_one joining          | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:calendar_one draft            | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:verify collecting             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:verify joining                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:verify draft                  | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:verify withdrawn              | 404     | 404     | 200     | 200     | 404     | 404     | 404     | 200
initiatives:log                           | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives-machines:verifier             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives-machines:count_bundle zzzzzzzzzzzz | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives-machines:count_bundle draft   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:own_bundle draft              | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:own_bundle collecting         | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:vote_evidence zzzzzzzzzzzz/0   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:edit draft                    | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:edit joining                  | key     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:review draft                  | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:review collecting             | 403     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:withdraw draft                | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:withdraw joining              | key     | 403     | 200     | 403     | 403     | 403     | 403     | 403
initiatives:withdraw collecting           | key     | 403     | 409     | 403     | 403     | 403     | 403     | 403
initiatives:attach draft                  | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:attachment file of draft      | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:attachment file of collecting | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detach file of draft          | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:send_request request          | key     | 403     | 200     | 403     | 403     | 403     | 403     | 403
initiatives:send_request collecting       | key     | 403     | 409     | 403     | 403     | 403     | 403     | 403
initiatives:detail request                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:inbox_item asked              | key     | 403     | 403     | 403     | 200     | 403     | 200     | 403
initiatives:inbox_sign asked              | key     | 403     | 403     | 403     | 403     | 403     | 200     | 403
initiatives:vote request                  | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:coauthors draft               | 404     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:leave draft                   | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:remove_coauthor zzzzzzzzzzzz/1 | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:invitation secret             | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:invitation no-such-token      | key     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:vote joining                  | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:vote check                    | 403     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:vote collecting               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:vote idea                     | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:withdraw_vote collecting      | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:withdraw_vote idea            | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:comment collecting            | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:report comment                | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:hide_comment comment          | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:agree comment                 | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:correct_comment comment       | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:delete_comment comment        | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:contest_hiding comment        | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:appeal rejected               | key     | 403     | 200     | 403     | 403     | 403     | 403     | 403
initiatives:appeal appealed               | key     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:appeal collecting             | key     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:detail appealed               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail removed                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:moderation_log                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:moderation_assign             | key     | 403     | 403     | 405     | 403     | 403     | 403     | 403
initiatives:moderation_lock check         | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:moderation_contest comment    | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:moderation_item proposed      | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:moderation_item appealed      | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:follow collecting             | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:share collecting              | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:share joining                 | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:share draft                   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:poster collecting             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:poster draft                  | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:card collecting               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:card draft                    | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:embed collecting              | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:embed joining                 | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:embed draft                   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives-machines:short collecting     | go      | go      | go      | go      | go      | go      | go      | go
initiatives-machines:short no-such-code   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives-machines:embed_count collecting | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives-machines:embed_count draft    | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
initiatives-machines:embed_script         | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:look                          | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:twins draft                   | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:join_instead draft            | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:different draft               | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:searches                      | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:save_search                   | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:edit_search search            | key     | 404     | 200     | 404     | 404     | 404     | 404     | 404
initiatives:open_search search            | key     | 404     | go      | 404     | 404     | 404     | 404     | 404
initiatives:drop_search search            | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:moderation                    | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:moderation_item check         | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:moderation_item draft         | key     | 403     | 403     | 404     | 403     | 403     | 403     | 403
initiatives:moderation_item collecting    | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:paper_desk                    | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:paper_lists collecting        | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:paper_lists draft             | key     | 403     | 403     | 404     | 403     | 403     | 403     | 403
initiatives:paper_list paper              | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:paper_scan paper              | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:settle_contest contest        | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:contest_paper line            | key     | 200     | 404     | 404     | 404     | 404     | 404     | 404
initiatives:moderation_comment comment    | key     | 403     | 403     | 200     | 403     | 403     | 403     | 403
initiatives:moderation_keep_comment comment | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:inbox                         | key     | 403     | 403     | 403     | 200     | 200     | 200     | 403
initiatives:inbox_item sent               | key     | 403     | 403     | 403     | 200     | 403     | 200     | 403
initiatives:inbox_item registered         | key     | 403     | 403     | 403     | 200     | 403     | 200     | 403
initiatives:inbox_item check              | key     | 403     | 403     | 403     | 404     | 404     | 404     | 403
initiatives:inbox_sign submitted          | key     | 403     | 403     | 403     | 403     | 403     | 200     | 403
initiatives:inbox_sign registered         | key     | 403     | 403     | 403     | 403     | 403     | 403     | 403
initiatives:draft_discussion discussion   | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:remark discussion             | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:hide_remark remark            | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:seat registered               | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:minutes minutes               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:evidence evidence             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:dispute milestone             | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:hide_dispute dispute          | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:detail registered             | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:detail below_threshold        | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:bodies                        | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:bodies_csv                    | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:body test-ministry            | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:body_csv test-ministry        | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
initiatives:review_desk registered        | key     | 403     | 403     | 403     | 200     | 403     | 200     | 403
initiatives:review_desk execution         | key     | 403     | 403     | 403     | 200     | 403     | 200     | 403
initiatives:review_desk draft             | key     | 403     | 403     | 403     | 404     | 404     | 404     | 403
notifications:index                       | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
notifications:preferences                 | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
notifications:mark_all                    | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
notifications:open notice                 | key     | go      | 404     | 404     | 404     | 404     | 404     | 404
notifications:mark notice                 | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
notifications:unsubscribe no-such-token   | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
webhooks:guide                            | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
webhooks:index                            | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
webhooks:new                              | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
webhooks:one hook                         | key     | 200     | 404     | 404     | 404     | 404     | 404     | 404
webhooks:secret hook                      | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
webhooks:test hook                        | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
webhooks:switch hook                      | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
webhooks:remove hook                      | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
webhooks:resend hook                      | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
accounts:profile                          | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
accounts:welcome                          | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
accounts:ask_confirmation                 | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
accounts:confirm_email no-such-token      | 422     | 422     | 422     | 422     | 422     | 422     | 422     | 422
accounts:sessions                         | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
accounts:end_other_sessions               | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
accounts:end_session unknown-session      | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
accounts:export                           | key     | 405     | 405     | 405     | 405     | 405     | 405     | 405
accounts:erase                            | key     | 200     | 200     | 200     | 200     | 200     | 200     | 200
accounts:staff_sign_in                    | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
accounts:staff_code                       | key     | key     | key     | key     | key     | key     | key     | key
accounts:take_up MQ/no-such-token         | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
accounts:sign_out                         | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
signatures:standing                       | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
signatures:sign_in                        | 200     | go      | go      | go      | go      | go      | go      | go
signatures:steps                          | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
web:design                                | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
web:preferences                           | 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
initiatives:kinds                         | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
initiatives:kind_new                      | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
initiatives:kind petition-central         | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
initiatives:kind no-such                  | key     | 403     | 403     | 403     | 403     | 403     | 403     | 404
initiatives:kind_version petition-central | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
initiatives:cancel_kind_version petition-central/2 | key | 403 | 403     | 403     | 403     | 403     | 403     | 405
initiatives:kind_preview petition-central | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
web:administration                        | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
web:switches                              | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
web:switch initiatives.comments           | key     | 403     | 403     | 403     | 403     | 403     | 403     | 200
web:switch no.such                        | key     | 403     | 403     | 403     | 403     | 403     | 403     | 404
web:offline                               | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
api-docs                                  | 200     | 200     | 200     | 200     | 200     | 200     | 200     | 200
admin:index                               | go      | go      | go      | go      | go      | go      | go      | 200
initiatives:moderation_keep_comment comment| 405     | 405     | 405     | 405     | 405     | 405     | 405     | 405
demo:phone                                | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
demo:crowd collecting                     | 404     | 404     | 404     | 404     | 404     | 404     | 404     | 404
"""


def rows() -> dict[str, list[str]]:
    """Return the table: page -> the answer to each role."""
    _head, *lines = TABLE.strip().splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {page: answers for page, *answers in cells}


def finish(response: HttpResponseBase) -> None:
    """Read a file to its end and close it, as a server does."""
    if isinstance(response, FileResponse):
        response.getvalue()


def answer(response: HttpResponseBase) -> str:
    """Say in the table's words what came back."""
    finish(response)
    if response.status_code == 302:
        return "key" if "sign-in" in response["Location"] else "go"
    return str(response.status_code)


def test_the_table_names_every_address() -> None:
    named = {page.split(" ")[0] for page in rows()}
    assert {name for name, _view in own_pages()} - named == set()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(world: World, role: str) -> None:
    browser = world.browser(role)
    expected = {page: answers[ROLES.index(role)] for page, answers in rows().items()}
    got = {page: answer(browser.get(world.url(page))) for page in expected}
    assert got == expected


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_can_be_read_in_every_language(world: World, language: str) -> None:
    browsers = {role: world.browser(role) for role in ROLES}
    read = 0
    for page, answers in rows().items():
        if "200" not in answers:
            continue
        role = ROLES[len(answers) - 1 - answers[::-1].index("200")]
        with translation.override(language):
            url = world.url(page)
        response = browsers[role].get(url)
        assert response.status_code == 200, page
        if not response.streaming and "html" in response["Content-Type"]:
            html = response.content.decode()
            read += 1
            assert f'<html lang="{language}"' in html, page
            assert re.search(r"<title>\s*[^<\s]", html), page
            assert not re.search(r"%\(\w+\)[sd]|\{[{%]|\bNone\b</", html), page
        finish(response)
    assert read > 35


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "role", "limit"),
    [
        ("initiatives:home", "anonymous", 7),
        ("initiatives:index", "anonymous", 9),
        ("initiatives:detail collecting", "anonymous", 23),
        ("initiatives:mine", "author", 12),
        ("initiatives:moderation", "moderator", 25),
        ("initiatives:moderation_item appealed", "moderator", 41),
        ("initiatives:inbox", "clerk", 26),
        ("initiatives:inbox_item registered", "head", 22),
        ("initiatives:detail registered", "anonymous", 25),
        ("initiatives:detail execution", "anonymous", 26),
        ("initiatives:bodies", "anonymous", 5),
        ("initiatives:body test-ministry", "anonymous", 24),
        ("initiatives:review_desk registered", "head", 23),
        ("initiatives:kinds", "administrator", 8),
    ],
)
def test_a_page_asks_the_database_a_bounded_number_of_times(world: World, address: str, role: str, limit: int) -> None:
    browser, url = world.browser(role), world.url(address)
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    assert len(asked) <= limit, "\n".join(query["sql"][:120] for query in asked)
