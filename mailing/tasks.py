"""Jobs of the worker: sending mails, forgetting old ones, taking up what a killed worker left."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from mailing.actions import forget_old, give_up, send_now
from mailing.jobs import DELIVER, every_day_at

# Waits 4, 16, 64, … seconds: the last try is a day after the first.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
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
    problem = MailNotSent(str(error))
    if RETRY.get_retry_decision(exception=problem, job=context.job) is None:
        give_up(mail_pk)
    raise problem from error


@app.periodic(cron="* * * * *")
@app.task(name="mailing.take_up_stalled", queueing_lock="take_up_stalled", pass_context=True)
async def take_up_stalled(context, timestamp):
    """Give the jobs of workers that were killed to those that live."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_WORKER_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same periodic job waits already
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron=every_day_at(3, 17))
@app.task(name="mailing.forget_old_mails", queueing_lock="forget_old_mails")
def forget_old_mails(timestamp):
    forget_old()


@app.periodic(cron=every_day_at(3, 18))
@app.task(name="mailing.forget_old_jobs", queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context, timestamp):
    await context.app.job_manager.delete_old_jobs(
        nb_hours=JOBS_ARE_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
