"""Demo voters on demand: so that one newcomer can see a petition gather its joiners and reach its threshold."""

from datetime import datetime, timedelta

from accounts.models import User
from accounts.services.identity import identity_tag
from demo.world.ballots import Ballot, seal, store, store_plain
from demo.world.people import VOTERS
from initiatives.models import Initiative, VoteAct
from signatures.eds.demo_people import voter

SIZES = (10, 50, 200)


def gather(initiative: Initiative, size: int, *, at: datetime) -> int:
    """Let up to `size` demo voters vote who have not yet; return how many did. Their votes came in the last minutes."""
    voted = set(VoteAct.objects.filter(initiative=initiative, voter__isnull=False).values_list("voter_id", flat=True))
    numbers: list[int] = []
    found: dict[int, User] = {}
    for step in range(VOTERS):
        number = (initiative.pk * 389 + step * 787) % VOTERS
        user = User.objects.filter(identity_tag=identity_tag(voter(number).iin)).first()
        if user is not None and user.pk not in voted:
            numbers.append(number)
            found[number] = user
        if len(numbers) == size:
            break
    times = [at - timedelta(seconds=size - place) for place in range(len(numbers))]
    if not initiative.kind.requires_eds:
        store_plain(initiative, list(zip(numbers, times, strict=True)), found)
        return len(numbers)
    sealed = seal((
        Ballot(number, initiative.pk, initiative.code, initiative.text_sha256, initiative.title, str(initiative.body),
               initiative.language, moment)
        for number, moment in zip(numbers, times, strict=True)
    ), parallel=False)  # fmt: skip
    store(sealed, found)
    return len(numbers)
