"""Two more promises of the database: votes cannot be emptied away, and a kind's way of voting stays.

A row trigger does not see TRUNCATE, so each partition gets a trigger of its own against it. The suite, which empties tables
between tests, says so in its connection (`portal.may_truncate`); nothing else does.

The tags of signed votes and of votes by session differ. If a kind changed from one way to the other while an initiative of
it lives, each voter would have a second vote there.
"""

from django.db import migrations

PARTITIONS = 16

FORWARD = """
CREATE FUNCTION initiatives_votes_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'votes are append-only';
END $$;
CREATE FUNCTION initiatives_way_of_voting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM initiatives_initiative WHERE kind_id = OLD.id) THEN
        RAISE EXCEPTION 'the way of voting stays once initiatives of this kind exist';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER initiatives_way_of_voting_stays BEFORE UPDATE ON initiatives_initiativekind
    FOR EACH ROW WHEN (OLD.requires_eds IS DISTINCT FROM NEW.requires_eds)
    EXECUTE FUNCTION initiatives_way_of_voting_stays();
""" + "".join(
    f"CREATE TRIGGER initiatives_votes_not_emptied BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION initiatives_votes_are_not_emptied();\n"
    for table in ["initiatives_voteact", *(f"initiatives_voteact_{part}" for part in range(PARTITIONS))]
)
BACKWARD = """
DROP FUNCTION initiatives_votes_are_not_emptied() CASCADE;
DROP FUNCTION initiatives_way_of_voting_stays() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0005_order_by_index")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
