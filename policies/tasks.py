"""The job that renews what lists show of policies whose days have come."""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from policies.actions import renew_due


# Every hour, because the worker's clock may be that of another time zone: soon after midnight in Japan is one of them.
@app.periodic(cron="3 * * * *")
@app.task(name="policies.renew_due", queueing_lock="policies_renew_due")
async def renew(timestamp):
    """Write the cards anew whose state is another today."""
    await sync_to_async(renew_due)()
