"""The job that renews what lists show of events whose days have come."""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from events.actions import renew_due


# Every hour, because the worker's clock may be that of another time zone: soon after midnight in Japan is one of them.
@app.periodic(cron="4 * * * *")
@app.task(name="events.renew_due", queueing_lock="events_renew_due")
async def renew(timestamp):
    """Write the cards anew that are others today."""
    await sync_to_async(renew_due)()
