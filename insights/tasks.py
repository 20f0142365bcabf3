"""The nightly job: months are summed, old days forgotten."""

from procrastinate.contrib.django import app

from insights import actions
from mailing.jobs import every_day_at


@app.periodic(cron=every_day_at(3, 50))
@app.task(name="insights.sum_months", queueing_lock="sum_months")
def sum_months(timestamp):
    actions.sum_months()
