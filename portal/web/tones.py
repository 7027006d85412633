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
    "check": "warning",
    "moderation": "warning",
    "collecting": "active",
    "discussion": "active",
    "threshold_reached": "gold",
    "sent": "info",
    "registered": "info",
    "decided": "success",
    "published": "success",
    "execution": "success",
    "done": "success",
    "answered": "success",
    "taken_up": "success",
    "rejected": "danger",
    "below_threshold": "neutral",
    "lapsed": "neutral",
    "withdrawn": "neutral",
    "merged": "neutral",
    "archived": "neutral",
}


def tone_of(state: str) -> str:
    return _STATE_TONES.get(state, "neutral")
