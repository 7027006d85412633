"""The database refuses to change or delete signatures; only a pending one may be settled, once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION signatures_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'pending'
        AND to_jsonb(OLD) - 'status' - 'report' = to_jsonb(NEW) - 'status' - 'report' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'signatures are append-only';
END $$;
CREATE TRIGGER signatures_append_only BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW EXECUTE FUNCTION signatures_are_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_tables")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION signatures_are_append_only() CASCADE")]
