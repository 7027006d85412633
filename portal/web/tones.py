"""Which tone a state speaks in. Colour never stands alone: a badge always carries its word and an icon."""

TONES = ("neutral", "info", "active", "success", "warning", "danger", "gold")

TONE_ICONS = {
    "neutral": "dot",
    "info": "info",
    "active": "people",
    "success": "check",
    "warning": "clock",
    "danger": "cross",
    "gold": "star",
}

_STATE_TONES = {
    "draft": "neutral",
    "joining": "info",
    "seeking_joiners": "info",
    "submitted": "info",
    "checking": "warning",
    "moderation": "warning",
    "under_check": "warning",
    "returned": "warning",
    "collecting": "active",
    "open": "active",
    "published": "active",
    "threshold_reached": "gold",
    "reached": "gold",
    "sent": "info",
    "under_consideration": "info",
    "considering": "info",
    "decided": "success",
    "answered": "success",
    "accepted": "success",
    "satisfied": "success",
    "partly_satisfied": "success",
    "implemented": "success",
    "rejected": "danger",
    "refused": "danger",
    "overdue": "danger",
    "expired": "neutral",
    "not_reached": "neutral",
    "withdrawn": "neutral",
    "archived": "neutral",
    "closed": "neutral",
}


def tone_of(state: str) -> str:
    return _STATE_TONES.get(state, "neutral")
