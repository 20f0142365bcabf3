"""Jobs of the board: replies and changes of events by mail, digests, what nobody answered, what came of it."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from forum import digests, event_news, followup, notice_mails, notices, routing
from mailing.jobs import every_day_at

NOTICES_ARE_KEPT = timedelta(days=365)


@app.periodic(cron="* * * * *")
@app.task(name="forum.mail_replies", queueing_lock="mail_replies")
def mail_replies(timestamp):
    notice_mails.send_due()


@app.periodic(cron="* * * * *")
@app.task(name="forum.mail_event_changes", queueing_lock="mail_event_changes")
def mail_event_changes(timestamp):
    event_news.send_due()


@app.periodic(cron=every_day_at(8, 0))
@app.task(name="forum.send_digests", queueing_lock="send_forum_digests")
def send_digests(timestamp):
    digests.send_digests()


# In office hours, after the secretariat's own mail of the morning.
@app.periodic(cron=every_day_at(9, 15))
@app.task(name="forum.route_unanswered", queueing_lock="route_unanswered")
def route_unanswered(timestamp):
    routing.route()


@app.periodic(cron=every_day_at(9, 45))
@app.task(name="forum.ask_what_came_of_it", queueing_lock="ask_what_came_of_it")
def ask_what_came_of_it(timestamp):
    followup.ask()


@app.periodic(cron=every_day_at(3, 40))
@app.task(name="forum.forget_old_notices", queueing_lock="forget_old_notices")
def forget_old_notices(timestamp):
    notices.forget_old(timezone.now() - NOTICES_ARE_KEPT)
    digests.forget_old()
    event_news.forget_old()
