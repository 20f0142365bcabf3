"""Jobs of the worker: sending mails, sweeping old ones, taking up what a killed worker left."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mailing.actions import give_up, send_now
from mailing.jobs import DELIVER
from mailing.models import MailStatus, OutgoingMail

# Waits 4, 16, 64, … seconds: the last try is some six hours after the first.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
SENT_ARE_KEPT = timedelta(days=30)
JOBS_ARE_KEPT_HOURS = 72
# A worker that lives says so every 10 seconds.
SILENT_WORKER_SECONDS = 60


class MailNotSent(Exception):
    """The mail server refused the mail or is away; the worker tries again."""


@app.task(name=DELIVER, retry=RETRY, pass_context=True)
def deliver(context, *, mail_pk):
    error = send_now(mail_pk)
    if error is None:
        return
    if context.job.attempts + 1 >= RETRY.max_attempts:
        give_up(mail_pk)
    raise MailNotSent(str(error)) from error


@app.periodic(cron="* * * * *")
@app.task(name="mailing.take_up_stalled", queueing_lock="take_up_stalled", pass_context=True)
async def take_up_stalled(context, timestamp):
    """Give the jobs of workers that were killed to those that live."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_WORKER_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="mailing.sweep", queueing_lock="sweep", pass_context=True)
async def sweep(context, timestamp):
    """Forget mails sent a month ago, and jobs that ended some days ago."""
    await OutgoingMail.objects.filter(status=MailStatus.SENT, sent_at__lt=timezone.now() - SENT_ARE_KEPT).adelete()
    await context.app.job_manager.delete_old_jobs(
        nb_hours=JOBS_ARE_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
