"""The job that writes the files of open data every night."""

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app

from mailing.jobs import every_day_at
from open_data.files import write_all

WRITE_AGAIN = "open_data.write_again"


@app.periodic(cron=every_day_at(2, 40))
@app.task(name="open_data.write_nightly", queueing_lock="open_data_nightly", lock="open_data")
async def write_nightly(timestamp):
    await _in_a_thread_of_its_own()


@app.task(name=WRITE_AGAIN, lock="open_data")
async def write_again():
    """What somebody asked for in the admin."""
    await _in_a_thread_of_its_own()


def _in_a_thread_of_its_own():
    """It takes minutes; in the thread of the other jobs mails would wait for it."""
    return sync_to_async(_write, thread_sensitive=False)()


def _write():
    try:
        write_all()
    finally:
        connections.close_all()
