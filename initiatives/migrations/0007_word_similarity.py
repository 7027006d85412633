"""How alike a word must be to be found: 0.4 instead of pg_trgm's 0.6, because Kazakh suffixes are long.

«Алматыдағы» and «Алматының» share 6 of 11 trigrams, «ауылдағы» and «ауыл» 4 of 9. It is a setting of the database, so that
the operator that reads the index uses it; a copy restored without it finds a little less until the migration's statement is
repeated.
"""

from django.db import migrations

SET = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET pg_trgm.word_similarity_threshold = 0.4', current_database());
END $$;
SET pg_trgm.word_similarity_threshold = 0.4;
"""
RESET = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I RESET pg_trgm.word_similarity_threshold', current_database());
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0006_kept_as_promised")]

    operations = [migrations.RunSQL(SET, RESET)]
