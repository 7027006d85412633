"""What the database itself promises about moderation.

The public log is append-only, as the audit log and the votes are; its numbers have no gap. An initiative does not become
rejected unless two different persons said so: the trigger looks when the transaction ends, because the engine writes the
state and the service the confirmation. Replies have one level and stay under their initiative.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION initiatives_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the moderation log is append-only';
END $$;
CREATE TRIGGER initiatives_log_append_only BEFORE UPDATE OR DELETE ON initiatives_moderationlogentry
    FOR EACH ROW EXECUTE FUNCTION initiatives_log_is_append_only();
CREATE TRIGGER initiatives_log_not_emptied BEFORE TRUNCATE ON initiatives_moderationlogentry
    FOR EACH STATEMENT EXECUTE FUNCTION initiatives_log_is_append_only();

CREATE FUNCTION initiatives_two_persons_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM initiatives_refusal
        WHERE initiative_id = NEW.id AND confirmed_by_id IS NOT NULL AND confirmed_by_id <> proposed_by_id
    ) THEN
        RAISE EXCEPTION 'a rejection needs a proposal and the confirmation of a second moderator';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER initiatives_two_persons_refuse AFTER UPDATE ON initiatives_initiative
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'rejected' AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION initiatives_two_persons_refuse();

CREATE FUNCTION initiatives_replies_have_one_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM initiatives_comment
        WHERE id = NEW.parent_id AND parent_id IS NULL AND initiative_id = NEW.initiative_id
    ) THEN
        RAISE EXCEPTION 'a reply goes under a comment of the same initiative, not under a reply';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER initiatives_replies_have_one_level BEFORE INSERT OR UPDATE OF parent_id, initiative_id
    ON initiatives_comment FOR EACH ROW EXECUTE FUNCTION initiatives_replies_have_one_level();
"""
BACKWARD = """
DROP FUNCTION initiatives_log_is_append_only() CASCADE;
DROP FUNCTION initiatives_two_persons_refuse() CASCADE;
DROP FUNCTION initiatives_replies_have_one_level() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0031_moderation_tables")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
