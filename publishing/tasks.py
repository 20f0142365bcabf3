"""Jobs of the worker: publication at a set time, the yearly question, the secretariat's mail of the morning."""

from procrastinate.contrib.django import app

from mailing.jobs import every_day_at
from publishing import digest, freshness_actions, scheduling, working_copies


@app.periodic(cron="* * * * *")
@app.task(name="publishing.publish_due", queueing_lock="publish_due")
def publish_due(timestamp):
    scheduling.publish_due()


@app.periodic(cron=every_day_at(1, 10))
@app.task(name="publishing.show_stale", queueing_lock="show_stale")
def show_stale(timestamp):
    freshness_actions.show_stale()


# In office hours: whoever reads the mail may have a question.
@app.periodic(cron=every_day_at(9, 30))
@app.task(name="publishing.ask_for_confirmation", queueing_lock="ask_for_confirmation")
def ask_for_confirmation(timestamp):
    freshness_actions.ask_for_confirmation()
    freshness_actions.remind()


@app.periodic(cron=every_day_at(8, 15))
@app.task(name="publishing.send_digest", queueing_lock="send_digest")
def send_digest(timestamp):
    digest.send_digest()


@app.periodic(cron=every_day_at(3, 30))
@app.task(name="publishing.forget_old_copies", queueing_lock="forget_old_copies")
def forget_old_copies(timestamp):
    working_copies.forget_old()
