"""Votes by the million for benchmarks: made by the database itself, without signatures, and counted."""

from datetime import datetime

from django.db import connection, transaction

from initiatives.models import Initiative
from initiatives.services import recounting
from initiatives.states import LISTED

INSERT = """
INSERT INTO initiatives_voteact
    (initiative_id, signer_tag, sequence, previous, signature_id, voter_id, shown_name, territory_id, age_band, source, at)
SELECT chosen.ids[1 + (n * 7919) %% array_length(chosen.ids, 1)],
       '\\x02'::bytea || sha256(('scale:' || n || ':' || %(salt)s)::bytea), 1, NULL, NULL, NULL, '',
       chosen.regions[1 + n %% array_length(chosen.regions, 1)], 18, 'session',
       %(at)s - (n %% 86400) * interval '30 seconds'
FROM generate_series(1, %(votes)s) AS n,
     (SELECT (SELECT array_agg(id ORDER BY id) FROM initiatives_initiative WHERE state = ANY(%(states)s)) AS ids,
             (SELECT array_agg(kato ORDER BY kato) FROM accounts_territory WHERE level = 'region') AS regions) AS chosen
"""


def add_votes(votes: int, *, at: datetime) -> int:
    """Spread that many votes over the published initiatives and count them anew; return how many were made."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, {"votes": votes, "at": at, "states": sorted(LISTED), "salt": at.isoformat()})
        made = int(cursor.rowcount)
    recounting.rebuild(list(Initiative.objects.listed().values_list("pk", flat=True)))
    return made
