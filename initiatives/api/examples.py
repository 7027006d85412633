"""Examples of the schema: one petition, as it could be."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

CODE = "k3v9x2m7qd4h"
LINE_VALUE: dict[str, Any] = {
    "code": CODE,
    "url": f"https://portal.example/en/petitions/{CODE}/",
    "process": "petition",
    "kind": "petition-oblast-akimat",
    "title": "Қала автобустарына түнгі бағыттар қосу",
    "language": "kk",
    "languages": ["kk"],
    "body": {"slug": "astana-akimat", "name": "Akimat of Astana", "kind": "oblast_akimat"},
    "territory": {"kato": "710000000", "name": "Astana"},
    "topic": "transport",
    "sdgs": [11],
    "state": "collecting",
    "state_label": "Collecting votes",
    "state_since": "2026-03-02T05:00:00Z",
    "votes": 4120,
    "threshold": 14300,
    "published_at": "2026-03-02T05:00:00Z",
    "closes_at": "2026-09-02T18:59:59Z",
    "answered_at": None,
}
TERM_VALUE: dict[str, Any] = {
    "norm": "collection_period",
    "article": "APPC 90-3(2)",
    "due": "2026-09-02",
    "due_at": "2026-09-02T18:59:59Z",
    "is_settled": True,
    "steps": [{"date": "2026-09-02", "counted": True, "reason": "6 months", "source": ""}],
}
DETAIL_VALUE: dict[str, Any] = {
    **LINE_VALUE,
    "votes_on_paper": 212,
    "author": "Айгүл С.",
    "coauthors": 0,
    "problem": "Түнгі ауысымнан кейін үйге жету мүмкін емес…",
    "proposal": "Төрт бағытты түнде сағатына екі рет жүргізу…",
    "texts": [
        {
            "language": "kk",
            "title": "Қала автобустарына түнгі бағыттар қосу",
            "problem": "Түнгі ауысымнан кейін үйге жету мүмкін емес…",
            "proposal": "Төрт бағытты түнде сағатына екі рет жүргізу…",
        }
    ],
    "text_sha256": "9f2c4e7ab1d05c3388f6a1d2e4b7905c16de83fa72b40c95e8d71a3f6b2c0d41",
    "revision": 4,
    "threshold_basis": {"rule": "threshold_percent", "number": "1", "article": "APPC 90-3(4)", "population": 1430000},
    "opened_at": "2026-02-02T05:00:00Z",
    "threshold_reached_at": None,
    "registered_at": None,
    "registration_number": "",
    "rejection_subject": None,
    "rejection_reason": "",
    "merged_into": None,
    "term": TERM_VALUE,
    "decision": None,
    "milestones": [],
    "history": [
        {"action": "publish", "label": "Publish", "at": "2026-03-02T05:00:00Z", "to": "collecting", "reason": ""}
    ],
}
NORM_VALUE: dict[str, Any] = {
    "code": "answer_period",
    "label": "Time to decide",
    "number": "20.00",
    "unit": "working_days",
    "start_event": "registration",
    "article": "APPC 90-5(1)",
    "is_verified": True,
}
KIND_VALUE: dict[str, Any] = {
    "slug": "petition-oblast-akimat",
    "name": "Petition to the akimat of an oblast",
    "summary": "What an oblast or a city of republican significance decides.",
    "process": "petition",
    "body_kind": "oblast_akimat",
    "requires_eds": True,
    "version": {
        "number": 1,
        "effective_from": "2024-04-04",
        "effective_until": None,
        "source": "APPC, chapter 12-1",
        "norms": [NORM_VALUE],
    },
}
STATEMENT_VALUE: dict[str, Any] = {
    "token": "eyJwdXJwb3NlIjoidm90ZSJ9:1vwZ2c:…",
    "text": "Халық үні\n…\n",
    "sha256": "5b3a0e1f9c8d7b6a4f2e1d0c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e3d2c1b0a",
    "expires_at": "2026-03-02T05:15:00Z",
}


DECISION_VALUE: dict[str, Any] = {
    "outcome": "partial",
    "outcome_label": "Satisfied in part",
    "language": "kk",
    "text": "Екі түнгі бағыт 1 шілдеден бастап іске қосылады…",
    "appeal_route": "Шешімге жоғары тұрған органға үш ай ішінде шағым жасауға болады.",
    "text_sha256": "1d7f0b6c2a9e48d35c60fb19e7a2843d5b6c7e8f90a1b2c3d4e5f60718293a4b",
    "signed_at": "2026-09-28T09:12:00Z",
    "published_at": "2026-09-29T05:00:00Z",
    "statement": "",
    "statement_at": None,
}
MILESTONE_VALUE: dict[str, Any] = {
    "title": "Бірінші түнгі бағыт",
    "due_date": "2027-07-01",
    "moved_from": None,
    "done_date": None,
    "is_done": False,
    "days_late": 0,
    "evidence": "",
}
COMMENT_VALUE: dict[str, Any] = {
    "id": 118,
    "author": "Дәурен А.",
    "text": "Қолдаймын, бірақ соңғы рейсті сағат екіге қою керек.",
    "created_at": "2026-03-04T16:20:00Z",
    "is_hidden": False,
    "hidden_reason": "",
    "deleted_at": None,
    "stance": "for",
    "is_question": False,
    "is_answered": False,
    "replies": [
        {
            "id": 119,
            "author": None,
            "text": None,
            "created_at": "2026-03-04T17:01:00Z",
            "is_hidden": True,
            "hidden_reason": "It insults a person.",
            "deleted_at": None,
        }
    ],
}


TOLD_VALUE: dict[str, Any] = {
    "code": CODE,
    "url": f"https://portal.example/p/{CODE}",
    "api_url": f"https://portal.example/api/v1/initiatives/{CODE}/",
    "process": "petition",
    "kind": "petition-oblast-akimat",
    "title": "Қала автобустарына түнгі бағыттар қосу",
    "language": "kk",
    "body": {
        "slug": "astana-akimat",
        "name": {"kk": "Астана әкімдігі", "ru": "Акимат Астаны", "en": "Akimat of Astana"},
    },
    "territory": {"kato": "710000000", "name": {"kk": "Астана", "ru": "Астана", "en": "Astana"}},
    "state": "threshold_reached",
    "votes": 14300,
    "threshold": 14300,
}


def _reply(name: str, value: Any, *, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


LINE = _reply("A petition", LINE_VALUE)
DETAIL = _reply("A petition", DETAIL_VALUE)
STEP = _reply("A step", DETAIL_VALUE["history"][0])
DECISION = _reply("A decision", DECISION_VALUE)
MILESTONE = _reply("A promise", MILESTONE_VALUE)
COMMENT = _reply("A comment", COMMENT_VALUE)
COUNT = _reply("Count", {"votes": 4120, "on_paper": 212, "threshold": 14300})
SERIES = _reply("An hour", {"hour": "2026-03-02T05:00:00Z", "votes": 57, "total": 57})
REGIONS = _reply("A region", {"kato": "710000000", "name": "Astana", "votes": 3890})
KIND = _reply("A kind", KIND_VALUE)
TOPIC = _reply("A topic", {"slug": "transport", "name": "Transport"})
STATEMENT = _reply("A statement", STATEMENT_VALUE)
SIGNED = OpenApiExample(
    "A signed statement",
    value={"token": STATEMENT_VALUE["token"], "cms": "MIIKkwYJKoZIhvcNAQcCoIIK…", "territory": "710000000"},
    request_only=True,
)
LOG_RECEIPT = {
    "v": 1,
    "origin": f"portal.example/log/{CODE}",
    "entry": {"…": "…"},
    "key": "Glzo…",
    "signature": "x08g…",
}
RECEIPT = _reply(
    "A vote",
    {"is_in_force": True, "votes": 4121, "at": "2026-03-02T05:03:11Z", "receipt": LOG_RECEIPT},
    status="201",
)
WITHDRAWN = _reply(
    "A vote taken back",
    {"is_in_force": False, "votes": 4120, "at": "2026-03-05T11:40:02Z", "receipt": LOG_RECEIPT},
    status="201",
)

WAITING = _reply(
    "Received, not counted yet",
    {"status": "waiting", "votes": 4120, "received_at": "2026-03-02T05:03:11Z"},
    status="202",
)

LOG_LINE = OpenApiExample(
    "A line of the moderation log",
    value={
        "number": 1,
        "at": "2026-03-02T05:00:00Z",
        "action": "propose_rejection",
        "action_label": "Rejection proposed",
        "code": CODE,
        "comment": None,
        "role": "moderator",
        "role_number": 1,
        "reason": "Мәтінде нақты ұсыныс көрсетілмеген.",
        "reason_other": "В тексте нет конкретного предложения.",
        "article": "",
        "text_sha256": "",
        "previous_hash": "0" * 64,
        "entry_hash": "3b7c1f0e5a9d2468bc13570e9f8a6d4c2b1e0f7a8c9d6e5b4a3f2c1d0e9b8a77",
        "canonical": '{"action":"propose_rejection","article":"","at":"2026-03-02T05:00:00.000000+00:00",…}',
        "url": f"https://portal.example/en/petitions/{CODE}/",
    },
    response_only=True,
)
