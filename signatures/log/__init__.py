"""The vote log as mathematics and bytes: trees, notes, leaves. Pure: without Django and without a clock."""
