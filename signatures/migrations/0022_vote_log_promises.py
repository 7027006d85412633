"""What the database promises of the vote log: nothing is changed or deleted, and each thing grows only in its own way.

An entry gets its place once. A log never shrinks, and its root does not change while its size stays. A tile keeps what it
holds. A head stays as it was signed; it is archived once and stamped once. Only what opens a commitment can be deleted.
"""

from django.db import migrations

TABLES = ("votelog", "logentry", "logtile", "treehead", "cosignature", "logkey")

FORWARD = """
CREATE FUNCTION signatures_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the vote log is append-only';
END $$;
CREATE FUNCTION signatures_log_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('portal.may_truncate', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the vote log is append-only';
END $$;

CREATE TRIGGER signatures_votelog_kept BEFORE DELETE ON signatures_votelog
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_votelog_grows BEFORE UPDATE ON signatures_votelog
    FOR EACH ROW WHEN (
        (NEW.id, NEW.code, NEW.origin, NEW.opened_at) IS DISTINCT FROM (OLD.id, OLD.code, OLD.origin, OLD.opened_at)
        OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        OR NEW.closed_size > NEW.size OR NEW.closed_size < OLD.closed_size
    ) EXECUTE FUNCTION signatures_log_is_append_only();

CREATE TRIGGER signatures_logentry_kept BEFORE DELETE ON signatures_logentry
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_logentry_placed_once BEFORE UPDATE ON signatures_logentry
    FOR EACH ROW WHEN (
        OLD.sequence IS NOT NULL OR NEW.sequence IS NULL OR
        (NEW.id, NEW.entry, NEW.log_id, NEW.revision, NEW.text_sha256, NEW.action, NEW.cancels, NEW.source, NEW.commitment,
         NEW.at, NEW.key, NEW.signature)
        IS DISTINCT FROM
        (OLD.id, OLD.entry, OLD.log_id, OLD.revision, OLD.text_sha256, OLD.action, OLD.cancels, OLD.source, OLD.commitment,
         OLD.at, OLD.key, OLD.signature)
    ) EXECUTE FUNCTION signatures_log_is_append_only();

CREATE TRIGGER signatures_logtile_kept BEFORE DELETE ON signatures_logtile
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_logtile_grows BEFORE UPDATE ON signatures_logtile
    FOR EACH ROW WHEN (
        (NEW.id, NEW.log_id, NEW.level, NEW.index) IS DISTINCT FROM (OLD.id, OLD.log_id, OLD.level, OLD.index)
        OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes
    ) EXECUTE FUNCTION signatures_log_is_append_only();

CREATE TRIGGER signatures_treehead_kept BEFORE DELETE ON signatures_treehead
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_treehead_stays BEFORE UPDATE ON signatures_treehead
    FOR EACH ROW WHEN (
        (NEW.id, NEW.log_id, NEW.size, NEW.root, NEW.note, NEW.at)
        IS DISTINCT FROM (OLD.id, OLD.log_id, OLD.size, OLD.root, OLD.note, OLD.at)
        OR (OLD.archived IS NOT NULL AND NEW.archived IS DISTINCT FROM OLD.archived)
        OR (OLD.stamp IS NOT NULL AND (NEW.stamp, NEW.stamped_at) IS DISTINCT FROM (OLD.stamp, OLD.stamped_at))
    ) EXECUTE FUNCTION signatures_log_is_append_only();

CREATE TRIGGER signatures_cosignature_kept BEFORE UPDATE OR DELETE ON signatures_cosignature
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_logkey_kept BEFORE UPDATE OR DELETE ON signatures_logkey
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
CREATE TRIGGER signatures_entrysecret_kept BEFORE UPDATE ON signatures_entrysecret
    FOR EACH ROW EXECUTE FUNCTION signatures_log_is_append_only();
""" + "".join(
    f"CREATE TRIGGER signatures_{table}_not_emptied BEFORE TRUNCATE ON signatures_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION signatures_log_is_not_emptied();\n"
    for table in TABLES
)
BACKWARD = """
DROP FUNCTION signatures_log_is_append_only() CASCADE;
DROP FUNCTION signatures_log_is_not_emptied() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0021_vote_log")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
