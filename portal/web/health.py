"""Two questions that a supervisor asks: does the process live, and can it serve?

`live` touches nothing, so that a slow database never gets web processes killed in a circle. `ready` asks the
database and the cache, and says which of them is missing: 503 takes the process out of the balancer's list.
"""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database and the cache answer too."""
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    is_ready = all(parts.values())
    words = {name: "answers" if answers else "silent" for name, answers in parts.items()}
    return JsonResponse({"status": "ready" if is_ready else "not ready", **words}, status=200 if is_ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("The database does not answer.", exc_info=True)
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("health", "1", timeout=10)
        return bool(cache.get("health") == "1")
    except (RedisError, OSError):
        logger.warning("The cache does not answer.", exc_info=True)
        return False
