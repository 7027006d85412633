"""Each act names its entry in the vote log. Acts from before the log get theirs once (`manage.py log_existing_votes`)."""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE OR REPLACE FUNCTION initiatives_votes_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The link to a person's account is cut when the account is erased.
    IF TG_OP = 'UPDATE' AND NEW.voter_id IS NULL
        AND (to_jsonb(NEW) - 'voter_id' - 'shown_name') = (to_jsonb(OLD) - 'voter_id' - 'shown_name')
        AND NEW.shown_name IN (OLD.shown_name, '') THEN
        RETURN NEW;
    END IF;
    -- An act from before the vote log is linked to its entry, once.
    IF TG_OP = 'UPDATE' AND OLD.entry IS NULL AND NEW.entry IS NOT NULL
        AND (to_jsonb(NEW) - 'entry') = (to_jsonb(OLD) - 'entry') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'votes are append-only';
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION initiatives_votes_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.voter_id IS NULL
        AND (to_jsonb(NEW) - 'voter_id' - 'shown_name') = (to_jsonb(OLD) - 'voter_id' - 'shown_name')
        AND NEW.shown_name IN (OLD.shown_name, '') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'votes are append-only';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0082_waiting_acts_kept"), ("signatures", "0022_vote_log_promises")]

    operations = [
        migrations.AddField("voteact", "entry", models.UUIDField(blank=True, null=True)),
        migrations.AddIndex(
            "voteact",
            models.Index(fields=["id"], name="initiatives_voteact_unlogged", condition=Q(entry__isnull=True)),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
