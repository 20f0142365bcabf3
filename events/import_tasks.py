"""Jobs of the worker about imports: writing one, forgetting old ones."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from events.importing import writing
from mailing.jobs import every_day_at


# A database that is away for a while must not end an import: waits 4, 16, 64, … seconds.
@app.task(name=writing.TASK, retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def write_import(*, import_pk):
    writing.write(import_pk)


@app.periodic(cron=every_day_at(3, 52))
@app.task(name="events.forget_old_imports", queueing_lock="forget_old_imports")
def forget_old_imports(timestamp):
    writing.forget_old()
