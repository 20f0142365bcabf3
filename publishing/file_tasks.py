"""Jobs of the worker about files: smaller pictures, and what nothing leads to any more."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mailing.jobs import every_day_at
from publishing import images
from publishing.attachment_actions import purge_removed
from publishing.stored_files import sweep


@app.task(name=images.MAKE_RENDITIONS, retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def make_renditions(*, name):
    images.make_renditions(name)


@app.periodic(cron=every_day_at(3, 43))
@app.task(name="publishing.sweep_files", queueing_lock="sweep_files")
def sweep_files(timestamp):
    """Delete what was removed for good, then the files that no row names."""
    purge_removed()
    sweep()
