"""Digests by a real worker that is killed in the middle."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from forum.models import Frequency, Subscriber, Subscription
from mailing.models import MailStatus, OutgoingMail
from tests.factories import TopicFactory
from tests.mailing.conftest import _no_jobs_of_other_tests, eventually, start_worker, take_up_stalled  # noqa: F401 (fixtures)
from tests.mailing.smtp import mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_jobs]
SUBSCRIBERS = 80


def prepare():
    """Many who get a digest every day, and something to tell them."""
    now = timezone.now()
    made = Subscriber.objects.bulk_create(
        Subscriber(email=f"person{number}@example.jp") for number in range(SUBSCRIBERS)
    )
    daily = {"frequency": Frequency.DAILY, "sent_until": now - timedelta(days=4)}
    Subscription.objects.bulk_create(Subscription(subscriber=one, **daily) for one in made)
    before = now - timedelta(days=2)
    TopicFactory(published_at=before, last_posted_at=before).posts.update(published_at=before)


def test_killed_in_the_middle_every_digest_arrives_once(start_worker):  # noqa: F811
    prepare()
    with mail_server() as server:
        address = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port}
        worker = start_worker(**address)
        app.configure_task("forum.send_digests").defer(timestamp=0)
        assert eventually(lambda: OutgoingMail.objects.count() >= 5)
        worker.kill()
        worker.wait()
        assert 5 <= OutgoingMail.objects.count() < SUBSCRIBERS
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")

        start_worker(**address)
        take_up_stalled()

        assert eventually(lambda: OutgoingMail.objects.filter(status=MailStatus.SENT).count() == SUBSCRIBERS)
        recipients = {message["To"] for message in server.messages}
        # Killed between the sending and the note of it, a mail goes out again under the same name: readers see one.
        names = {message["Message-ID"] for message in server.messages}
        assert OutgoingMail.objects.count() == len(recipients) == len(names) == SUBSCRIBERS
