"""Rotations of keys: how far they have come, and the one guarded way in which an encrypted signature is sealed anew.

The append-only trigger stays in force for everything else. The guarded way names one row; a second trigger then sees to it
that nothing but `cms` changes, and only to a token that names another key. That the plain text is the same is what
`cms_sha256` is for: anybody who holds the keys can check it.
"""

import django.db.models
from django.db import migrations, models

RESEALING = "coalesce(current_setting('portal.resealing', true), '')"
FORWARD = f"""
CREATE FUNCTION signatures_are_only_resealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'cms' = to_jsonb(NEW) - 'cms'
        AND substring(NEW.cms FROM 1 FOR 3) = 'k1.'::bytea
        AND substring(NEW.cms FROM 1 FOR 12) <> substring(OLD.cms FROM 1 FOR 12) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'signatures are append-only';
END $$;
DROP TRIGGER signatures_append_only ON signatures_signature;
CREATE TRIGGER signatures_append_only BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW WHEN ({RESEALING} <> OLD.id::text) EXECUTE FUNCTION signatures_are_append_only();
CREATE TRIGGER signatures_resealed BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW WHEN ({RESEALING} = OLD.id::text) EXECUTE FUNCTION signatures_are_only_resealed();
CREATE FUNCTION signatures_reseal(target uuid, expected bytea, sealed bytea) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE changed integer;
BEGIN
    PERFORM set_config('portal.resealing', target::text, true);
    UPDATE signatures_signature SET cms = sealed WHERE id = target AND cms = expected;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('portal.resealing', '', true);
    RETURN changed;
END $$;
"""
BACKWARD = """
DROP FUNCTION signatures_reseal(uuid, bytea, bytea);
DROP FUNCTION signatures_are_only_resealed() CASCADE;
DROP TRIGGER signatures_append_only ON signatures_signature;
CREATE TRIGGER signatures_append_only BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW EXECUTE FUNCTION signatures_are_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0031_mobile_requests")]

    operations = [
        migrations.CreateModel(
            name="KeyRotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("peppers", "Codes of people"), ("encryption", "Encryption")], max_length=12
                    ),
                ),
                ("key_name", models.CharField(max_length=64)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("counts", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key_name"), name="signatures_one_rotation_to_a_key"),
                    models.CheckConstraint(
                        condition=django.db.models.Q(("kind__in", ["peppers", "encryption"])),
                        name="signatures_known_kind_of_rotation",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
