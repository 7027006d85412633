"""A row trigger does not see TRUNCATE: signatures get a trigger against it, too. Only the suite says that it may."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION signatures_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'signatures are append-only';
END $$;
CREATE TRIGGER signatures_not_emptied BEFORE TRUNCATE ON signatures_signature
    FOR EACH STATEMENT EXECUTE FUNCTION signatures_are_not_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION signatures_are_not_emptied() CASCADE")]
