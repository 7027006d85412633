"""A person's acts may move to the tag under a newer key: all of a chain at once, nothing but the tag, and none is lost.

The append-only trigger stays in force for everything else. The guarded way names one initiative and one tag. A tag is the key
of the partition, so Postgres moves the rows by deleting and inserting; a deferred trigger looks that each is there again.
"""

from django.db import migrations, models

MOVING = "coalesce(current_setting('portal.moving_votes', true), '')"
THIS = "OLD.initiative_id::text || ':' || encode(OLD.signer_tag, 'hex')"
FORWARD = f"""
CREATE FUNCTION initiatives_votes_are_only_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF to_jsonb(OLD) - 'signer_tag' = to_jsonb(NEW) - 'signer_tag'
        AND length(NEW.signer_tag) = 33 AND get_byte(NEW.signer_tag, 0) >= get_byte(OLD.signer_tag, 0) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'votes are append-only';
END $$;
CREATE FUNCTION initiatives_moved_votes_are_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM initiatives_voteact WHERE id = OLD.id) THEN
        RAISE EXCEPTION 'votes are append-only';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION initiatives_votes_begin_under_new_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM initiatives_pepperfloor WHERE number > get_byte(NEW.signer_tag, 0)) THEN
        RAISE EXCEPTION 'this process votes under keys that were rotated away: restart it';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER initiatives_votes_append_only ON initiatives_voteact;
CREATE TRIGGER initiatives_votes_append_only BEFORE UPDATE OR DELETE ON initiatives_voteact
    FOR EACH ROW WHEN ({MOVING} <> {THIS}) EXECUTE FUNCTION initiatives_votes_are_append_only();
CREATE TRIGGER initiatives_votes_moved BEFORE UPDATE OR DELETE ON initiatives_voteact
    FOR EACH ROW WHEN ({MOVING} = {THIS}) EXECUTE FUNCTION initiatives_votes_are_only_moved();
CREATE CONSTRAINT TRIGGER initiatives_votes_moved_whole AFTER DELETE ON initiatives_voteact
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION initiatives_moved_votes_are_there();
CREATE TRIGGER initiatives_votes_begin_under_new_keys BEFORE INSERT ON initiatives_voteact
    FOR EACH ROW WHEN (NEW.sequence = 1) EXECUTE FUNCTION initiatives_votes_begin_under_new_keys();
CREATE FUNCTION initiatives_move_votes(target bigint, held bytea, fresh bytea) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE changed integer;
BEGIN
    PERFORM set_config('portal.moving_votes', target::text || ':' || encode(held, 'hex'), true);
    UPDATE initiatives_voteact SET signer_tag = fresh WHERE initiative_id = target AND signer_tag = held;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('portal.moving_votes', '', true);
    RETURN changed;
END $$;
"""
BACKWARD = """
DROP FUNCTION initiatives_move_votes(bigint, bytea, bytea);
DROP FUNCTION initiatives_votes_begin_under_new_keys() CASCADE;
DROP FUNCTION initiatives_moved_votes_are_there() CASCADE;
DROP FUNCTION initiatives_votes_are_only_moved() CASCADE;
DROP TRIGGER initiatives_votes_append_only ON initiatives_voteact;
CREATE TRIGGER initiatives_votes_append_only BEFORE UPDATE OR DELETE ON initiatives_voteact
    FOR EACH ROW EXECUTE FUNCTION initiatives_votes_are_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0091_votes_in_the_log"), ("signatures", "0041_rotations")]

    operations = [
        migrations.CreateModel(
            name="PepperFloor",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="initiatives_one_pepper_floor")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
