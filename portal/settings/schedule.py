"""What runs by itself, how often, and in which queue.

Queues are apart by purpose, so that a flood of mail never delays the public count. A run of each second
expires before the next two begin: after a stop of the worker nothing piles up, the next run does all that waits.
"""

from typing import Any

from celery.schedules import crontab

QUEUES = ("votes", "events", "mail", "webhooks", "default")

ROUTES = {
    "initiatives.tasks.fold_votes": {"queue": "votes"},
    "initiatives.tasks.refresh_rankings": {"queue": "votes"},
    "initiatives.tasks.work_on_paper_lists": {"queue": "votes"},
    "signatures.tasks.sequence_votes": {"queue": "votes"},
    "portal.notifications.tasks.dispatch_events": {"queue": "events"},
    "portal.notifications.tasks.*": {"queue": "mail"},
    "signatures.tasks.show_heads": {"queue": "webhooks"},
    "portal.webhooks.tasks.*": {"queue": "webhooks"},
}


def _each(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": max(2.0, seconds)}}


#: Celery reads the zone from CELERY_TIMEZONE: 03:10 is Almaty's, the hour in which the fewest people vote.
BEAT = {
    "fold votes": _each(1, "initiatives.tasks.fold_votes"),
    "dispatch events": _each(1, "portal.notifications.tasks.dispatch_events"),
    "fan out": _each(1, "portal.notifications.tasks.fan_out"),
    "send mail": _each(5, "portal.notifications.tasks.send_mail"),
    "work on paper lists": _each(5, "initiatives.tasks.work_on_paper_lists"),
    "send webhooks": _each(5, "portal.webhooks.tasks.send_webhooks"),
    "forget old webhooks": {
        "task": "portal.webhooks.tasks.forget_old_webhooks",
        "schedule": crontab(hour=3, minute=40),
    },
    "sequence votes": _each(10, "signatures.tasks.sequence_votes"),
    "stamp heads": _each(60, "signatures.tasks.stamp_heads"),
    "show heads": _each(60, "signatures.tasks.show_heads"),
    "close vote logs": _each(60, "initiatives.tasks.close_vote_logs"),
    "check vote logs": {"task": "initiatives.tasks.check_vote_logs", "schedule": crontab(hour=4, minute=10)},
    "run due transitions": _each(60, "initiatives.tasks.run_due_transitions"),
    "recheck waiting votes": _each(60, "initiatives.tasks.recheck_waiting"),
    "go on rechecking": _each(60, "signatures.tasks.go_on_rechecking"),
    "watch trust": _each(60, "signatures.tasks.watch_trust"),
    "fetch revocation lists": _each(600, "signatures.tasks.fetch_lists"),
    "forget mobile requests": _each(300, "signatures.tasks.forget_mobile_requests"),
    "refresh rankings": _each(60, "initiatives.tasks.refresh_rankings"),
    "refresh pace": {"task": "initiatives.tasks.refresh_pace", "schedule": crontab(minute=1)},
    "export open data": {"task": "initiatives.tasks.export_open_data", "schedule": crontab(hour=3, minute=40)},
    "check attachments": _each(10, "initiatives.tasks.check_attachments"),
    "tell searches": {"task": "initiatives.tasks.tell_searches", "schedule": crontab(minute="5,35")},
    "count terms": {"task": "initiatives.tasks.count_terms", "schedule": crontab(minute=20)},
    "recount": {"task": "initiatives.tasks.recount", "schedule": crontab(hour=3, minute=10)},
    "forget sign-ins": {"task": "signatures.tasks.forget_sign_ins", "schedule": crontab(hour=2, minute=55)},
    "forget due votes": {"task": "initiatives.tasks.forget_due_votes", "schedule": crontab(hour=2, minute=50)},
    "check logs": {"task": "initiatives.tasks.check_logs", "schedule": crontab(hour=3, minute=40)},
}
