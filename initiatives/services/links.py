"""Checks of what officials type that more than one service makes."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

_secure = URLValidator(schemes=["https"])


def is_secure_link(url: str) -> bool:
    """Whether it is a whole link to a host on the web, over https: nothing that a browser would run."""
    try:
        _secure(url)
    except ValidationError:
        return False
    return len(url) <= 500 and "@" not in url.split("/")[2]
