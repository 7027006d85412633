"""A signature can be emptied once, when the person who made it is erased; nothing else about it ever changes.

The exception stands in the trigger's condition, not in its function: whatever the function allows besides (a pending
signature is settled, a key is rotated) stays as it is.
"""

from django.db import migrations, models

FORWARD = """
DROP TRIGGER signatures_append_only ON signatures_signature;
CREATE TRIGGER signatures_append_only BEFORE UPDATE ON signatures_signature FOR EACH ROW WHEN (
    coalesce(current_setting('portal.resealing', true), '') <> OLD.id::text AND NOT (
    OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND OLD.status <> 'pending'
    AND NEW.cms = ''::bytea AND NEW.statement = '' AND NEW.serial = '' AND NEW.certificate_sha256 = repeat('0', 64)
    AND NEW.cms_sha256 <> OLD.cms_sha256 AND NEW.nonce <> OLD.nonce AND NEW.report = '{}'::jsonb AND NEW.signing_time IS NULL
    AND (NEW.id, NEW.purpose, NEW.subject, NEW.revision, NEW.text_sha256, NEW.choice, NEW.status, NEW.trust_domain,
         NEW.received_at)
    IS NOT DISTINCT FROM
        (OLD.id, OLD.purpose, OLD.subject, OLD.revision, OLD.text_sha256, OLD.choice, OLD.status, OLD.trust_domain,
         OLD.received_at)
)) EXECUTE FUNCTION signatures_are_append_only();
CREATE TRIGGER signatures_not_deleted BEFORE DELETE ON signatures_signature
    FOR EACH ROW EXECUTE FUNCTION signatures_are_append_only();

CREATE FUNCTION signatures_evidence_goes_with_its_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM signatures_signature WHERE id = OLD.signature_id AND erased_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'evidence is append-only';
END $$;
CREATE FUNCTION signatures_answer_goes_with_its_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only an answer about one certificate leads to a person, and only when no other signature rests on it.
    IF OLD.kind = 'ocsp' AND NOT EXISTS (SELECT FROM signatures_signatureevidence WHERE OLD.sha256 = ANY (files)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'evidence is append-only';
END $$;
DROP TRIGGER signatures_evidence_append_only ON signatures_signatureevidence;
CREATE TRIGGER signatures_evidence_append_only BEFORE UPDATE ON signatures_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_evidence_not_deleted BEFORE DELETE ON signatures_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_goes_with_its_signature();
DROP TRIGGER signatures_files_append_only ON signatures_evidencefile;
CREATE TRIGGER signatures_files_append_only BEFORE UPDATE ON signatures_evidencefile
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_files_not_deleted BEFORE DELETE ON signatures_evidencefile
    FOR EACH ROW EXECUTE FUNCTION signatures_answer_goes_with_its_evidence();
"""
BACKWARD = """
DROP TRIGGER signatures_append_only ON signatures_signature;
DROP TRIGGER signatures_not_deleted ON signatures_signature;
CREATE TRIGGER signatures_append_only BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW WHEN (coalesce(current_setting('portal.resealing', true), '') <> OLD.id::text)
    EXECUTE FUNCTION signatures_are_append_only();
DROP FUNCTION signatures_evidence_goes_with_its_signature() CASCADE;
DROP FUNCTION signatures_answer_goes_with_its_evidence() CASCADE;
DROP TRIGGER signatures_evidence_append_only ON signatures_signatureevidence;
DROP TRIGGER signatures_files_append_only ON signatures_evidencefile;
CREATE TRIGGER signatures_evidence_append_only BEFORE UPDATE OR DELETE ON signatures_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
CREATE TRIGGER signatures_files_append_only BEFORE UPDATE OR DELETE ON signatures_evidencefile
    FOR EACH ROW EXECUTE FUNCTION signatures_evidence_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0063_disagreement")]

    operations = [
        migrations.CreateModel(
            name="ErasureDue",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("signature", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
