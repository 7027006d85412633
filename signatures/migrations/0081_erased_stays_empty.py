"""What was emptied when a person was erased stays empty: the guarded way of a rotation fills it with nothing."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION signatures_are_only_resealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' {erased}AND to_jsonb(OLD) - 'cms' = to_jsonb(NEW) - 'cms'
        AND substring(NEW.cms FROM 1 FOR 3) = 'k1.'::bytea
        AND substring(NEW.cms FROM 1 FOR 12) <> substring(OLD.cms FROM 1 FOR 12) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'signatures are append-only';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0071_erasure")]

    operations = [
        migrations.RunSQL(FUNCTION.format(erased="AND OLD.erased_at IS NULL "), FUNCTION.format(erased="")),
    ]
