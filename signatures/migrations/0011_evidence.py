"""The evidence under each signature: files named by their content, and which of them a signature rests on."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
ALTER TABLE signatures_evidencefile ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE signatures_evidencefile ADD CONSTRAINT signatures_evidence_is_its_digest
    CHECK (sha256 = encode(sha256(content), 'hex'));

CREATE FUNCTION signatures_evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'signatures_signatureevidence' THEN
        IF (to_jsonb(OLD) ->> 'checked_at') IS NULL AND (to_jsonb(NEW) ->> 'checked_at') IS NOT NULL
            AND to_jsonb(OLD) - 'checked_at' - 'files' = to_jsonb(NEW) - 'checked_at' - 'files' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'evidence is append-only';
END $$;
CREATE FUNCTION signatures_evidence_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM signatures_evidencefile WHERE sha256 = ANY (NEW.files)) <> cardinality(NEW.files) THEN
        RAISE EXCEPTION 'a signature rests on evidence that is not kept';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER signatures_files_append_only BEFORE UPDATE OR DELETE ON signatures_evidencefile
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_files_not_emptied BEFORE TRUNCATE ON signatures_evidencefile
    FOR EACH STATEMENT EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_evidence_append_only BEFORE UPDATE OR DELETE ON signatures_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_evidence_not_emptied BEFORE TRUNCATE ON signatures_signatureevidence
    FOR EACH STATEMENT EXECUTE FUNCTION signatures_evidence_is_append_only();
-- After the statement, because the files may be inserted by the very same one.
CREATE TRIGGER signatures_evidence_complete AFTER INSERT OR UPDATE ON signatures_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_complete();
"""
BACKWARD = """
DROP FUNCTION signatures_evidence_is_append_only() CASCADE;
DROP FUNCTION signatures_evidence_is_complete() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0003_not_emptied")]

    operations = [
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("authority", "Certificate of an authority"),
                            ("ocsp", "Answer of an OCSP responder"),
                            ("crl", "Revocation list"),
                            ("delta", "Changes to a revocation list"),
                        ],
                        max_length=9,
                    ),
                ),
                ("content", models.BinaryField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["authority", "ocsp", "crl", "delta"])),
                        name="signatures_known_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="signatures_evidence_sha256_in_hex",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureEvidence",
            fields=[
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="evidence",
                        serialize=False,
                        to="signatures.signature",
                    ),
                ),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("stamped_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
