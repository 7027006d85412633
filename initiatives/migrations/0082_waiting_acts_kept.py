"""What was received is never changed or deleted, only settled, once; and what is called counted is an act with that signature."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION initiatives_waiting_acts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person CONSTANT text[] := ARRAY['voter_id', 'shown_name'];
    settling CONSTANT text[] := ARRAY['asked_at', 'settled_at', 'outcome', 'reason', 'vote_act', 'ended_by_id'];
BEGIN
    IF TG_OP = 'TRUNCATE' AND coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    -- The link to a person's account is cut when the account is erased; else only what waits may be settled.
    IF TG_OP = 'UPDATE'
        AND (to_jsonb(NEW) - person - settling) = (to_jsonb(OLD) - person - settling)
        AND (OLD.settled_at IS NULL OR (to_jsonb(NEW) - person) = (to_jsonb(OLD) - person))
        AND (NEW.voter_id IS NULL OR NEW.voter_id = OLD.voter_id)
        AND NEW.shown_name IN (OLD.shown_name, '')
        AND (NEW.vote_act IS NULL OR EXISTS (
            SELECT FROM initiatives_voteact WHERE id = NEW.vote_act AND signature_id = NEW.signature_id
        )) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'waiting votes are kept as they were received, and settled once';
END $$;
CREATE TRIGGER initiatives_waiting_acts_kept BEFORE UPDATE OR DELETE ON initiatives_waitingact
    FOR EACH ROW EXECUTE FUNCTION initiatives_waiting_acts_are_kept();
CREATE TRIGGER initiatives_waiting_acts_not_emptied BEFORE TRUNCATE ON initiatives_waitingact
    FOR EACH STATEMENT EXECUTE FUNCTION initiatives_waiting_acts_are_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0081_waiting_acts")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION initiatives_waiting_acts_are_kept() CASCADE")]
