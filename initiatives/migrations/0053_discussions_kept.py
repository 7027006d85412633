"""Promises of the database about discussions and postponements.

No summary while a remark is undecided; no remark to a discussion that has ended; after the summary nothing changes. The words of a
remark never change. The history of a milestone's dates is append-only.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION initiatives_discussion_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.summarised_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL THEN
        RAISE EXCEPTION 'a discussion that has ended does not change';
    END IF;
    IF NEW.summarised_at IS NOT NULL AND EXISTS (
        SELECT FROM initiatives_remark WHERE discussion_id = NEW.id AND verdict = '' AND hidden_at IS NULL
    ) THEN
        RAISE EXCEPTION 'every remark is decided before the summary';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER initiatives_discussion_is_kept BEFORE UPDATE ON initiatives_draftdiscussion
    FOR EACH ROW EXECUTE FUNCTION initiatives_discussion_is_kept();

CREATE FUNCTION initiatives_remark_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended boolean;
BEGIN
    -- The lock makes a summary wait for the remark in hand, and the remark for the summary.
    SELECT summarised_at IS NOT NULL OR cancelled_at IS NOT NULL INTO ended
        FROM initiatives_draftdiscussion WHERE id = NEW.discussion_id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        IF ended THEN
            RAISE EXCEPTION 'the discussion has ended';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.discussion_id, NEW.author_id, NEW.text, NEW.created_at)
        IS DISTINCT FROM (OLD.discussion_id, OLD.author_id, OLD.text, OLD.created_at) THEN
        RAISE EXCEPTION 'the words of a remark do not change';
    END IF;
    IF ended AND (NEW.verdict, NEW.reason, NEW.decided_at, NEW.decided_by_id)
        IS DISTINCT FROM (OLD.verdict, OLD.reason, OLD.decided_at, OLD.decided_by_id) THEN
        RAISE EXCEPTION 'the discussion has ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER initiatives_remark_is_kept BEFORE INSERT OR UPDATE ON initiatives_remark
    FOR EACH ROW EXECUTE FUNCTION initiatives_remark_is_kept();

CREATE FUNCTION initiatives_moves_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of dates is append-only';
END $$;
CREATE TRIGGER initiatives_moves_append_only BEFORE UPDATE OR DELETE ON initiatives_milestonemove
    FOR EACH ROW EXECUTE FUNCTION initiatives_moves_are_append_only();
"""
BACKWARD = """
DROP FUNCTION initiatives_discussion_is_kept() CASCADE;
DROP FUNCTION initiatives_remark_is_kept() CASCADE;
DROP FUNCTION initiatives_moves_are_append_only() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0052_norms_after_the_threshold")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
