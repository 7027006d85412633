"""Telling many of one occasion: how fast, and how little a stop costs. BIG=1 tells a million.

The limit is what the machine writes at most: the same rows by one bare INSERT … SELECT.
"""

import os
import time
from datetime import timedelta

from django.db import connection

from bench import world
from bench.results import Results
from initiatives import events
from portal.clock import now
from portal.events.outbox import deliver_due, publish
from portal.notifications import fanning
from portal.notifications.models import Delivery, FanOut, Notification

PEOPLE = """
INSERT INTO accounts_user (id, password, given_name, family_name, patronymic, sex, email, is_email_confirmed, language,
                           is_active, joined_at)
SELECT gen_random_uuid(), '!', 'Айгүл', 'Серікова', '', '', 'reader' || n || '@example.kz', true, 'kk', true, %s
FROM generate_series(1, %s) AS n
RETURNING 1
"""
FOLLOWS = """
INSERT INTO initiatives_follow (initiative_id, user_id, since)
SELECT %s, id, joined_at FROM accounts_user WHERE email LIKE 'reader%%'
"""
BARE = """
INSERT INTO notifications_notification (recipient_id, topic, template, context, url_name, url_args, key, is_shown, created_at)
SELECT recipient_id, topic, template, context, url_name, url_args, 'bare', is_shown, created_at
FROM notifications_notification
"""
BARE_LETTERS = """
INSERT INTO notifications_delivery (notification_id, channel, state, attempts, next_attempt_at, in_digest, last_error)
SELECT id, 'email', 'queued', 0, created_at, false, '' FROM notifications_notification WHERE key = 'bare'
"""


def measure(results: Results) -> None:
    """Let everybody follow one petition, publish it, and time until the last one is told."""
    number = 1_000_000 if os.environ.get("BIG") == "1" else 100_000
    (petition,) = world.make_petitions(1)
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [at, number])
        cursor.execute(FOLLOWS, [petition.pk])
        cursor.execute("VACUUM (ANALYZE) accounts_user, initiatives_follow")
    publish(events.Published(at=at, subject_id=str(petition.pk)))

    began = time.perf_counter()
    deliver_due(at=at + timedelta(seconds=1))
    first = time.perf_counter() - began
    longest = 0.0
    while FanOut.objects.filter(finished_at=None).exists():
        start = time.perf_counter()
        fanning.advance_due(at=at, portions=1)
        longest = max(longest, time.perf_counter() - start)
    taken = time.perf_counter() - began
    assert Notification.objects.count() == number + 1
    assert Delivery.objects.count() == number

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.execute(BARE_LETTERS)
    limit = number / (time.perf_counter() - began)
    note = "a notice and a letter each; limit: both rows by a bare INSERT … SELECT"
    results.add(
        f"fan-out: people told, {number:.0e} followers",
        number / taken,
        "people/s",
        limit=limit,
        at_least=16_667,
        note=note,
    )
    results.add("fan-out: until the author is told", first, "s", at_most=1.0)
    results.add("fan-out: longest portion, what a killed worker repeats", longest, "s", at_most=1.0)
