"""Work in the background for signatures."""

from celery import group, shared_task
from django.conf import settings

from portal import clock
from signatures import limits
from signatures.models import RecheckRun
from signatures.services import forgetting, heads, mobile, rechecking, sequencing, trust, watching, witnessing

DEFAULT_QUEUE = str(settings.CELERY_TASK_DEFAULT_QUEUE)


@shared_task
def fetch_lists() -> int:
    """Every ten minutes: fetch the revocation lists for all processes, so that no voter waits for one."""
    return trust.refresh_lists(at=clock.now())


@shared_task
def forget_mobile_requests() -> int:
    """Delete codes for telephones that are over; return how many. Idempotent."""
    return mobile.forget_old(at=clock.now())


@shared_task
def sequence_votes() -> int:
    """Each ten seconds: waiting entries of the vote log get their places and heads are signed; return how many."""
    at = clock.now()
    done = sequencing.run(at=at)
    heads.publish(at=at)
    return done.entries


@shared_task
def stamp_heads() -> int:
    """Each minute: time stamps for the newest heads of the archive that have none."""
    return heads.stamp_heads(at=clock.now())


@shared_task
def show_heads() -> int:
    """Each minute: the newest head of the archive goes to the witnesses that have not signed it."""
    return witnessing.show(at=clock.now())


@shared_task
def watch_trust() -> int:
    """Each minute: see whether the responders answer and whether votes wait for long; administrators are told once."""
    return watching.watch(at=clock.now())


@shared_task
def recheck_chunks(run_id: str) -> int:
    """Judge some chunks of a recheck, and stand in line again; any number work at once, and each chunk is judged once."""
    run = RecheckRun.objects.filter(pk=run_id, finished_at=None).first()
    if run is None:
        return 0
    done = rechecking.work(run=run, at=clock.now, most=limits.RECHECK_TASK_CHUNKS)
    if done == limits.RECHECK_TASK_CHUNKS:
        origin = recheck_chunks.request.delivery_info or {}
        recheck_chunks.apply_async((run_id,), queue=origin.get("routing_key") or DEFAULT_QUEUE)
    return done


@shared_task
def go_on_rechecking() -> int:
    """Each minute: send rechecks that stand still to the workers again; return how many."""
    runs = rechecking.left_alone(at=clock.now())
    for run in runs:
        send_recheck(run)
    return len(runs)


def send_recheck(run: RecheckRun, *, queue: str = DEFAULT_QUEUE) -> None:
    """Give a run's chunks to all workers that are there."""
    group(recheck_chunks.s(str(run.pk)) for _task in range(limits.RECHECK_TASKS)).apply_async(queue=queue)


@shared_task
def forget_sign_ins() -> int:
    """Each night: empty the evidence of sign-ins that is no longer needed; return how many."""
    return forgetting.forget_sign_ins(at=clock.now())
